"""What may be computed. Every bound of a network or a picture stands here, and nowhere else.

Three of them follow on one another: what is counted (any trace), what is built (a torch module),
and what is run (a module that computes a batch). Networks of the zoo may be counted and built
whatever is chosen of them: a test shows it, so that only a reader's own are held to these bounds.
"""

import os
from collections.abc import Sequence
from typing import NamedTuple

from viz.net import cost
from viz.net.fields import ConfigError
from viz.net.operations import Operation

DESIGN_BYTES = 1_000_000  # of a file of rows
# Pixels.
DRAWN_PIXELS = 36_000_000  # of a picture that is made: a slide at four times its size
OPENED_PIXELS = 80_000_000  # of one that is opened: below the size at which Pillow itself warns
SENT_PIXELS = 512 * 512  # of an input that a page lets torch compute
SENT_BYTES = 400_000_000  # of the activations of a batch that a page lets torch time


class Bound(NamedTuple):
    """The most of something that may be, in units that a reader is told it in."""

    what: str
    most: int
    each: int = 1
    unit: str = ""

    def check(self, amount: int, may: str, advice: str) -> None:
        """Raises ``TooLarge``: what can be no more than so much, and what to choose."""
        if amount > self.most:
            raise TooLarge(self, amount, may, advice)

    def text(self, amount: int) -> str:
        """An amount as a reader is told it."""
        whole, digits = amount / self.each, 0 if amount >= 100 * self.each else 1
        return f"{whole:,.{digits * (self.each > 1)}f}{self.unit}"


class TooLarge(ConfigError):
    """A network of which more is asked than may be; the message names the bound."""

    def __init__(self, bound: Bound, amount: int, may: str, advice: str) -> None:
        self.field, self.allowed = bound.what, f"at most {bound.text(bound.most)}"
        has = f"The network has {bound.text(amount)} {bound.what}"
        ValueError.__init__(self, f"{has}; {self.allowed} can be {may}: choose {advice}.")


OPERATIONS = Bound("operations", 5_000)  # MobileNetV5 as timm runs it has 2,068
COUNTED = {
    "params": Bound("parameters", 10**10, 10**6, " M"),
    "macs": Bound("MACs", 2 * 10**15, 10**6, " M"),
    "bytes": Bound("of activations", 2 * 10**14, 10**9, " GB"),
}
BUILT = Bound("parameters", 200_000_000, 10**6, " M")  # the zoo's largest has 164 M at width 2
RUN_MACS = Bound("MACs", 10**13, 10**6, " M")
RUN_BYTES = Bound("of weights and activations at once", 4_500_000_000, 10**9, " GB")
PROCESS_BYTES = 6 * 2**30  # of the app's torch process, its libraries included


def process_bytes() -> int:
    """Bytes that the app's torch process may have: those that its operator says, or ours."""
    try:
        return int(float(os.environ.get("ATLAS_TORCH_MEMORY", "")) * 2**30)
    except (ValueError, OverflowError):
        return PROCESS_BYTES


def out_of_memory() -> str:
    """What its end is told as."""
    most = process_bytes() / 2**30
    return f"torch needs more than the {most:g} GB of memory it may have here: choose {LESS}."


SMALLER = "fewer or narrower rows, a smaller width or a smaller resolution"
LESS = "a smaller resolution, width or batch"


def check_counted(operations: Sequence[Operation]) -> None:
    """Of every trace of a reader's own. Raises ``TooLarge``."""
    OPERATIONS.check(len(operations), "used", "fewer rows, or fewer repeats")
    amounts = {
        "params": sum(map(cost.params, operations)),
        "macs": sum(map(cost.macs, operations)),
        "bytes": sum(map(cost.activation_bytes, operations)),
    }
    for name, bound in COUNTED.items():
        bound.check(amounts[name], "counted", SMALLER)


def check_built(params: int) -> None:
    """Of every torch module that is made of a trace. Raises ``TooLarge``."""
    BUILT.check(params, "built", SMALLER)


def check_run(params: int, macs: int, peak_bytes: int, batch: int = 1) -> None:
    """Of every module that computes a batch. Raises ``TooLarge``."""
    check_built(params)
    RUN_MACS.check(batch * macs, "run", LESS)
    RUN_BYTES.check(cost.BYTES_PER_VALUE * params + batch * peak_bytes, "run", LESS)
