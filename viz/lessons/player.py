"""Convolutions of small maps of whole numbers, value by value: what the player shows.

A step is the same number of multiplications for everything that is played together, so that what
costs less is done sooner. Of many maps the first four are told: the others repeat them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from viz.lessons.windows import Windows, pytorch_windows, tensorflow_windows

Map = list[list[int]]
PERIOD = 4
LARGEST = 16  # pixels of a side that is played
GROUPED = 4  # maps of the lesson on groups, in and out
GROUPS = (1, 2, 4)


@dataclass(frozen=True)
class Lane:
    """One convolution while it is played.

    Map ``m`` of ``channels`` is ``maps[m % len(maps)]``; filter ``n`` of ``filters`` repeats
    ``kernels`` likewise, each of which has a kernel for every map that it reads.
    ``begin`` is the step after which the lane starts, ``per_step`` how many values it makes in one;
    ``by_position`` says that all filters are done at one position before the next one.
    """

    kind: str
    maps: Sequence[Map]
    kernels: Sequence[Sequence[Map]]
    windows: Windows
    channels: int
    filters: int
    groups: int = 1
    begin: int = 0
    per_step: int = 1
    by_position: bool = False

    @property
    def products(self) -> int:
        """Multiplications for one value."""
        return self.windows.kernel**2 * self.channels // self.groups

    @property
    def values(self) -> int:
        """Values of all output maps."""
        return self.filters * self.windows.out**2

    @property
    def total(self) -> int:
        """Multiplications for all values."""
        return self.products * self.values

    @property
    def end(self) -> int:
        """The step that makes the last value."""
        return self.begin + -(-self.values // self.per_step)

    def done(self, step: int) -> int:
        """Values made after ``step`` steps."""
        return min(max(step - self.begin, 0) * self.per_step, self.values)

    def counted(self, step: int) -> int:
        """Multiplications made after ``step`` steps."""
        return self.done(step) * self.products

    def read_by(self, filter_: int) -> list[int]:
        """Which of ``maps`` a filter reads."""
        groups = min(self.groups, len(self.maps))
        per_group = len(self.maps) // groups
        first = filter_ * groups // len(self.kernels) * per_group
        return list(range(first, first + per_group))

    def repeats(self, index: int) -> int:
        """How many of the maps that a filter reads are ``maps[index]``."""
        return len(range(index, self.channels, len(self.maps))) if self.groups == 1 else 1

    @cached_property
    def sums(self) -> list[list[list[int]]]:
        """[filter][map that it reads][position]: sum of the products of one map and its kernel."""
        return [
            [
                _summed(self.maps[index], kernel, self.windows)
                for index, kernel in zip(self.read_by(n), kernels, strict=True)
            ]
            for n, kernels in enumerate(self.kernels)
        ]

    @cached_property
    def out(self) -> list[list[int]]:
        """[filter][position]: the values, row by row."""
        return [
            [
                sum(value * self.repeats(index) for index, value in zip(read, column, strict=True))
                for column in zip(*sums, strict=True)
            ]
            for read, sums in ((self.read_by(n), sums) for n, sums in enumerate(self.sums))
        ]

    @property
    def out_maps(self) -> list[Map]:
        """The output maps as rows of values."""
        side = self.windows.out
        return [[flat[i * side : (i + 1) * side] for i in range(side)] for flat in self.out]


def steps(lanes: Sequence[Lane]) -> int:
    """Steps until the last lane is done."""
    return max(lane.end for lane in lanes)


def _summed(values: Map, kernel: Map, windows: Windows) -> list[int]:
    padded = _padded(values, windows)
    reach, dilation = windows.reach, windows.dilation
    flat = [weight for row in kernel for weight in row]
    found = []
    for top in windows.starts:
        rows = padded[top : top + reach : dilation]
        for left in windows.starts:
            patch = [value for row in rows for value in row[left : left + reach : dilation]]
            found.append(sum(x * w for x, w in zip(patch, flat, strict=True)))
    return found


def _padded(values: Map, windows: Windows) -> Map:
    before, after = windows.before, windows.after
    empty = [0] * windows.padded
    rows = [[0] * before + row + [0] * after for row in values]
    return [empty] * before + rows + [empty] * after


def maps(count: int, size: int) -> list[Map]:
    """``count`` maps of 0 to 5, at most four, that an eye can tell apart.

    A bright middle, a ring, a slope and squares.
    """

    def value(index: int, row: int, column: int) -> int:
        far = 16 * ((2 * row + 1 - size) ** 2 + (2 * column + 1 - size) ** 2) // size**2
        slope = 5 * (row + column) // max(2 * size - 2, 1)
        squares = 3 * ((row // 2 + column // 2) % 2)
        return (max(0, 5 - far // 3), 4 if 3 <= far < 9 else 1, slope, squares)[index]

    sides = range(size)
    shown = range(min(count, PERIOD))
    return [[[value(m, row, column) for column in sides] for row in sides] for m in shown]


def kernels(filters: int, depth: int, size: int) -> list[list[Map]]:
    """At most four of ``filters``: an upright edge, a level one, a sum, a spot, turn by turn."""
    middle = size // 2

    def weight(kind: int, row: int, column: int) -> int:
        across, down = column - middle, row - middle
        spot = 4 if across == down == 0 else -1 if 0 in (across, down) else 0
        edge = ((across > 0) - (across < 0), (down > 0) - (down < 0))
        return (*edge, 1, spot)[kind] if size > 1 else (1, -1, 2, 1)[kind]

    sides = range(size)
    return [
        [
            [[weight((n + m) % PERIOD, row, column) for column in sides] for row in sides]
            for m in range(min(depth, PERIOD))
        ]
        for n in range(min(filters, PERIOD))
    ]


@lru_cache(maxsize=64)
def standard(channels: int, filters: int, kernel: int, size: int) -> Lane:
    """One convolution, padded so that the map keeps its size; a value a step."""
    side = min(size, LARGEST)
    return Lane(
        "conv" if kernel > 1 else "pointwise",
        maps(channels, side),
        kernels(filters, channels, kernel),
        pytorch_windows(side, kernel, 1, kernel // 2),
        channels,
        filters,
    )


@lru_cache(maxsize=64)
def separable(channels: int, filters: int, kernel: int, size: int) -> tuple[Lane, Lane]:
    """Depthwise, then pointwise: a step makes as many multiplications as one of ``standard``'s."""
    side = min(size, LARGEST)
    first = Lane(
        "depthwise",
        maps(channels, side),
        [[each] for each in kernels(1, channels, kernel)[0]],
        pytorch_windows(side, kernel, 1, kernel // 2),
        channels,
        channels,
        groups=channels,
        per_step=channels,
        by_position=True,
    )
    second = Lane(
        "pointwise",
        first.out_maps,
        kernels(filters, channels, 1),
        pytorch_windows(side, 1, 1, 0),
        channels,
        filters,
        begin=first.end,
        per_step=kernel**2,
    )
    return first, second


@lru_cache(maxsize=64)
def grouped(groups: int, size: int = 8) -> tuple[Lane, Lane]:
    """3×3 from four maps to four in one group, and in ``groups``; a step costs both the same."""
    whole = standard(GROUPED, GROUPED, 3, size)
    depth = GROUPED // groups
    split = replace(
        whole,
        kind="depthwise" if groups == GROUPED else "conv",
        kernels=[each[:depth] for each in whole.kernels],
        groups=groups,
        per_step=groups,
    )
    return whole, split


@lru_cache(maxsize=64)
def both_rules(
    size: int, kernel: int, stride: int, padding: int, dilation: int
) -> tuple[Lane, Lane]:
    """One map and one kernel under PyTorch's rule of padding, and TensorFlow's; a value a step."""
    ours = pytorch_windows(size, kernel, stride, padding, dilation)
    theirs = tensorflow_windows(size, kernel, stride, dilation)
    rule_lanes = [
        Lane("conv", maps(1, size), kernels(1, 1, kernel), windows, 1, 1)
        for windows in (ours, theirs)
    ]
    return rule_lanes[0], rule_lanes[1]
