"""Many traces at once: the numbers of a network as arrays, a lane for each configuration.

A network's rows are recorded once, with arrays of widths and of sizes in the place of numbers, by
the same code that records one trace: there are no second formulas. Widths lie along the first axis
and resolutions along the second, so that channels have one column and sizes one row.

Where lanes would go different ways (a residual, an SE, an odd number of channels), recording stops,
and each of the ways is recorded by itself.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from viz.net.config import Config
from viz.net.fields import Resolution, sides_of
from viz.net.operations import MapVanishes, Operation, Shape
from viz.net.trace import Trace, record, too_small, trace_config

Places = NDArray[np.intp]


class Parted(Exception):
    """Lanes that go different ways; ``ways`` has a number for the way of each."""

    def __init__(self, ways: NDArray[Any]) -> None:
        super().__init__("The lanes go different ways.")
        self.ways = ways


class Lanes(np.ndarray[Any, np.dtype[Any]]):
    """An array that passes for a number wherever all its lanes agree, or none has to be known."""

    def __bool__(self) -> bool:
        """Raises ``Parted`` where lanes differ."""
        count = np.count_nonzero(self)
        if 0 < count < self.size:
            raise Parted(self.view(np.ndarray) != 0)
        return bool(count)

    def __index__(self) -> int:
        """Raises ``Parted`` where lanes differ."""
        lanes = self.view(np.ndarray)
        if (lanes != lanes.flat[0]).any():
            raise Parted(lanes)
        return int(lanes.flat[0])

    def __trunc__(self) -> "Lanes":
        """What ``math.trunc`` gives."""
        return cast("Lanes", self.astype(np.int64))

    def __ne__(self, other: object) -> Any:
        """Lane by lane; quickly for the array itself."""
        return False if other is self else super().__ne__(other)


class Part(NamedTuple):
    """Configurations of a grid that have one structure, and their trace, whose numbers are lanes.

    ``rows`` and ``columns`` are their places among the grid's widths and resolutions.
    """

    rows: Places
    columns: Places
    trace: Trace


@dataclass(frozen=True, slots=True)
class Grid:
    """A configuration at many widths and resolutions, traced by arrays."""

    shape: tuple[int, int]
    parts: tuple[Part, ...]

    def values(self, measure: Callable[[Trace], Any], kind: type = np.int64) -> NDArray[Any]:
        """What ``measure`` says of every trace: (widths, resolutions), of that ``kind``."""
        found: NDArray[Any] = np.empty(self.shape, kind)
        for part in self.parts:
            found[np.ix_(part.rows, part.columns)] = measure(part.trace)
        return found

    @property
    def params(self) -> NDArray[np.int64]:
        """Learnable parameters."""
        return self.values(lambda traced: traced.params)

    @property
    def macs(self) -> NDArray[np.int64]:
        """Multiply-adds for one image."""
        return self.values(lambda traced: traced.macs)

    def peak_bytes(self, bytes_per_value: int) -> NDArray[np.int64]:
        """The most bytes of activations that are alive at once."""
        return self.values(lambda traced: traced.peak_bytes(bytes_per_value))


def grid(config: Config, widths: Sequence[float], resolutions: Sequence[Resolution]) -> Grid:
    """Trace a configuration at every width and resolution; they have been checked.

    Raises ``ConfigError`` as ``trace_config`` does.
    """
    shape = len(widths), len(resolutions)
    if not all(shape):
        return Grid(shape, ())
    if config.own:
        _check_largest(config, max(widths), resolutions)
    return Grid(shape, tuple(_parts(config, np.array(widths, float), resolutions)))


def _check_largest(config: Config, width: float, resolutions: Sequence[Resolution]) -> None:
    """Hold a reader's own network to the bounds, in numbers that no array could hold."""
    most = max(resolutions, key=lambda size: prod(sides_of(size)))
    trace_config(replace(config, width=width, resolution=most))


def _parts(
    config: Config, widths: NDArray[np.float64], resolutions: Sequence[Resolution]
) -> Iterator[Part]:
    waiting = [(np.arange(len(widths)), np.arange(len(resolutions)))]
    while waiting:
        rows, columns = waiting.pop()
        try:
            traced = _traced(config, widths[rows], [resolutions[int(place)] for place in columns])
        except Parted as parted:
            waiting += _split(rows, columns, parted.ways)
        else:
            yield Part(rows, columns, traced)


def _split(rows: Places, columns: Places, ways: NDArray[Any]) -> list[tuple[Places, Places]]:
    """Places of the lanes that go the same way; widths by themselves where it takes both axes."""
    across, along = np.broadcast_shapes(ways.shape, (1, 1))
    if across == 1:
        return [(rows, columns[ways[0] == way]) for way in np.unique(ways)]
    if along == 1:
        return [(rows[ways[:, 0] == way], columns) for way in np.unique(ways)]
    return [(row, columns) for row in rows[:, np.newaxis]]


def _traced(config: Config, widths: NDArray[np.float64], sizes: Sequence[Resolution]) -> Trace:
    heights, across = np.array([sides_of(size) for size in sizes]).T
    rows = heights[np.newaxis].view(Lanes)
    columns = rows if (heights == across).all() else across[np.newaxis].view(Lanes)
    try:
        tape = record(
            config, cast(Any, widths[:, np.newaxis].view(Lanes)), cast(Any, (rows, columns))
        )
    except MapVanishes as vanished:
        raise too_small(vanished, sizes[0]) from None
    return Trace(config, tuple(_plain(tape.operations)), tuple(tape.blocks))


def _plain(operations: Sequence[Operation]) -> Iterator[Operation]:
    """The operations with shapes of plain arrays, which are faster; equal ones stay the same."""
    known: dict[int, Any] = {}

    def plain(shape: Shape) -> Any:
        if id(shape) not in known:
            known[id(shape)] = tuple(map(_array, shape))
        return known[id(shape)]

    for op in operations:
        sources = tuple([plain(shape) for shape in op.in_shapes])
        shapes = {"in_shapes": sources, "out_shape": plain(op.out_shape)}
        yield op._replace(groups=_array(op.groups), **shapes)


def _array(number: Any) -> Any:
    return number.view(np.ndarray) if isinstance(number, Lanes) else number
