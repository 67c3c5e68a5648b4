"""How many channels a layer really gets: rounding, and each library's width rule.

A width multiplier scales every channel count of a network, but libraries round the result in
different ways and exempt different layers. That is the whole reason why "V3-Large at 0.75" has
3.38 M parameters in torchvision and 3.99 M in the paper.
"""

from dataclasses import dataclass
from math import trunc
from typing import Literal

from viz.net.dialect import Norm, Squeezing
from viz.net.numbers import larger

Rounding = Literal["nearest", "truncate", "truncate-then-nearest"]
StemScaling = Literal["scaled", "fixed", "scaled-from-0.75", "never-narrower"]
ExpansionScaling = Literal["scaled", "ratio"]
HeadScaling = Literal["scaled", "fixed", "never-narrower"]


def make_divisible(wanted: float, divisor: int = 8, minimum: int | None = None) -> int:
    """Round ``wanted`` channels to the nearest multiple of ``divisor``, halves upwards.

    The result is at least ``minimum`` (default: ``divisor``) and never more than 10 % below
    ``wanted``; it can lie any distance above. Source: TF-slim ``_make_divisible``, which
    torchvision, Keras and timm repeat.
    """
    rounded = larger(minimum or divisor, trunc(wanted + divisor / 2) // divisor * divisor)
    return rounded + divisor * (rounded < 0.9 * wanted)


@dataclass(frozen=True, slots=True)
class WidthRule:
    """Whose way of scaling channels: one library's choices for one family of networks.

    ``last_times`` derives the last 1x1 convolution from the scaled tail (V3: six times its
    channels, EfficientNet: four) instead of scaling the paper's number; ``halves_head`` says
    whether ``reduced_tail`` halves the hidden layer of the head too. ``same_padding`` pads as
    TensorFlow does, on the far sides first; ``end_padding`` pads stride-2 depthwise convolutions
    there only, which makes odd maps one pixel smaller. ``dilates_next`` dilates from the block
    after the one whose stride is dropped, which then counts as a block of stride 1 and may add its
    input. ``norm`` are the library's constants of batch norm where they are not the network's.
    ``scales`` is False where the library has no width multiplier, so that the rule is ours.
    ``divisor`` is the library's own where it takes no other. ``offers`` lists the options that the
    library itself has; the rest are our extension of its rule.
    """

    name: str
    library: str
    rounding: Rounding = "nearest"
    minimum: int | None = None
    stem: StemScaling = "scaled"
    expansion: ExpansionScaling = "scaled"
    last: HeadScaling = "scaled"
    head: HeadScaling = "scaled"
    last_times: int = 0
    halves_head: bool = True
    same_padding: bool = False
    end_padding: bool = False
    dilates_next: bool = False
    norm: Norm | None = None
    scales: bool = True
    divisor: int = 0
    offers: tuple[str, ...] = ()

    @property
    def rounds(self) -> bool:
        """Whether the divisor has any effect under this rule."""
        return self.rounding != "truncate" and not self.divisor


@dataclass(frozen=True, slots=True)
class Scaler:
    """A width rule at one width multiplier and divisor: paper's channels in, actual ones out."""

    rule: WidthRule
    width: float
    divisor: int

    def stem_channels(self, channels: int) -> int:
        """Output channels of the first convolution."""
        stem, width = self.rule.stem, self.width
        if stem == "fixed" or (stem == "scaled-from-0.75" and width < 0.75):
            return channels
        return self._round(channels * (larger(1.0, width) if stem == "never-narrower" else width))

    def block_channels(self, channels: int) -> int:
        """Output channels of a block."""
        if self.rule.rounding == "truncate-then-nearest":
            return self._round(trunc(channels * self.width))
        return self._round(channels * self.width)

    def expanded(self, channels: int, paper_in: int, actual_in: int) -> int:
        """Channels of a V3 block between expansion and projection ("exp size")."""
        if self.rule.expansion == "scaled":
            return self._round(channels * self.width)
        return self._round(actual_in * (channels / (paper_in or actual_in)))  # 0: of the image

    def last_channels(self, channels: int, actual_in: int) -> int:
        """Output channels of the last 1x1 convolution, before pooling."""
        if self.rule.last_times:
            return self.rule.last_times * actual_in
        return self._head(channels, self.rule.last)

    def head_channels(self, channels: int) -> int:
        """Width of the hidden layer between pooling and classifier."""
        return self._head(channels, self.rule.head)

    def squeezed(self, expanded: int, how: Squeezing, entering: int = 0) -> int:
        """Squeeze width of SE: a quarter of the expanded channels, rounded or cut off.

        ``"input"`` takes a quarter of the ``entering`` channels in their place.
        """
        if how == "rounded":
            return make_divisible(expanded / 4, self.divisor)
        return larger((entering if how == "input" else expanded) // 4, 1)

    def _head(self, channels: int, scaling: HeadScaling) -> int:
        if scaling == "fixed":
            return channels
        width = larger(1.0, self.width) if scaling == "never-narrower" else self.width
        return self._round(channels * width)

    def _round(self, wanted: float) -> int:
        if self.rule.rounding == "truncate":
            return larger(trunc(wanted), self.rule.minimum or 1)
        return make_divisible(wanted, self.divisor, self.rule.minimum)
