"""What can be chosen of a network, as typed keywords: an editor completes them, a checker knows.

The values' limits, and what is said of others, stand in ``config``.
"""

from typing import TypedDict

from viz.net.fields import Resolution


class Choices(TypedDict, total=False):
    """Keywords of ``viz.configure``, ``trace``, ``build``, ``diagram`` and ``compare``.

    None is the default. ``resolution`` is in pixels: a square's side, or height and width.
    ``design`` is the text of the network ``"design"``.
    """

    width: float | None
    resolution: Resolution | None
    classes: int | None
    divisor: int | None
    in_channels: int | None
    output_stride: int | None
    depth: float | None
    width_rule: str | None
    design: str
    reduced_tail: bool | None
    dilated: bool | None
    minimalistic: bool | None
    small_input: bool | None
    last_conv: bool | None
    fused: bool | None
