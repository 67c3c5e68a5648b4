"""What the lesson on eight bits measures, and what its answers come to."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

TENSOR, CHANNEL, REDUCED = "per-tensor", "per-channel", "per-channel,reduce-range"
ALWAYS = (TENSOR, CHANNEL, REDUCED)  # in the table that the page opens with
SCHEMES = (
    *ALWAYS,
    "per-channel,signed",
    "per-channel,percentile",
    "per-channel,float=0+1",
    "per-tensor,asymmetric",
    "per-channel,bits=6",
    "per-channel,bits=4",
)
WAYS = ("processor", "arithmetic")
CALIBRATED, MEASURED = 32, 16  # drawn flowers, as of the command
CLEAR, CLOSE = 3.0, 1.0  # dB: a difference that everybody sees, and one that nobody does
GUESSES = ("tensor", "channel", "equal")
THIRDS = ("first", "middle", "last")
ROLES = ("expand", "depthwise", "project")
HALVES = ("few", "many")


class Answer(NamedTuple):
    """Signal to error of the output in dB; ``processor`` is None for simulated bits."""

    scheme: str
    arithmetic: float
    processor: float | None

    def on(self, way: str) -> float | None:
        """One of both ways."""
        return self.processor if way == WAYS[0] else self.arithmetic


def right_guess(answers: Mapping[str, Answer]) -> str:
    """Which grain of the weights answers better on the processor that measured."""
    tensor, channel = (answers[name].processor or 0.0 for name in (TENSOR, CHANNEL))
    if abs(tensor - channel) < CLOSE:
        return "equal"
    return "tensor" if tensor > channel else "channel"


def overflows(answers: Mapping[str, Answer]) -> bool:
    """Whether the measurements have the marks of sums that overflow.

    The full range of weights per channel is clearly worse than in arithmetic, and seven bits,
    whose sums of two products fit 16 bits, are not.
    """
    losses = {name: each.arithmetic - (each.processor or 0.0) for name, each in answers.items()}
    return losses[CHANNEL] > CLEAR and losses[REDUCED] < CLOSE


def lost_in(decibels: Sequence[float]) -> str:
    """In which third of the operations least is left."""
    return THIRDS[len(THIRDS) * decibels.index(min(decibels)) // len(decibels)]


def unlikeness(layer: Mapping[str, Any]) -> float:
    """The widest range of a layer's filters over the narrowest one that is not nothing."""
    sizes = [max(abs(low), abs(high)) for low, high in layer["ranges"]]
    return float(max(sizes) / min((size for size in sizes if size), default=1.0))


def most_unlike(layers: Sequence[Mapping[str, Any]]) -> str:
    """The role of the layer whose filters differ most in range."""
    return str(max(layers, key=unlikeness)["role"])


def used_of(counts: Sequence[int]) -> int:
    """How many whole numbers have weights on them."""
    return sum(count > 0 for count in counts)


def steps_used(layer: Mapping[str, Any]) -> str:
    """Whether one scale for all uses fewer than half of the whole numbers."""
    counts = layer["counts"][TENSOR]
    return "few" if 2 * used_of(counts) < len(counts) else "many"
