"""Who reads whom in a graph, and where it comes together in one node: the joints of its blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from viz.net.operations import Shape
from viz.reading.graphs.nodes import IMAGE, Node

INPUT = -1  # the place of the network's input


@dataclass(frozen=True)
class Wiring:
    """Nodes by their place in order, each with the places that it reads."""

    nodes: tuple[Node, ...]
    in_shape: Shape
    outputs: tuple[str, ...]

    @cached_property
    def place(self) -> dict[str, int]:
        """Name -> place."""
        return {IMAGE: INPUT} | {node.name: place for place, node in enumerate(self.nodes)}

    @cached_property
    def sources(self) -> tuple[tuple[int, ...], ...]:
        """The places that each node reads."""
        return tuple(tuple(self.place[name] for name in node.inputs) for node in self.nodes)

    @cached_property
    def readers(self) -> dict[int, list[int]]:
        """The places that read each node."""
        found: dict[int, list[int]] = {place: [] for place in range(INPUT, len(self.nodes))}
        for place, read in enumerate(self.sources):
            for source in read:
                found[source].append(place)
        return found

    def shape(self, place: int) -> Shape:
        """What a node gives."""
        return self.in_shape if place == INPUT else self.nodes[place].shape

    def is_map(self, place: int) -> bool:
        """Whether it gives a map: channels, height and width."""
        return len(self.shape(place)) == 3

    @cached_property
    def joints(self) -> list[int]:
        """Places over which no connection leads: all that is known of the image passes there."""
        last = {place: max(readers, default=place) for place, readers in self.readers.items()}
        for name in self.outputs:
            last[self.place[name]] = len(self.nodes)
        found, farthest = [], last[INPUT]
        for place in range(len(self.nodes)):
            if farthest <= place:
                found.append(place)
            farthest = max(farthest, last[place])
        return found

    @cached_property
    def parts(self) -> list[range]:
        """The places between neighbouring joints: one node, or the branches up to where they meet.

        What lies behind the last joint (several outputs) is a part too.
        """
        ends = [*self.joints]
        if not ends or ends[-1] != len(self.nodes) - 1:
            ends.append(len(self.nodes) - 1)
        starts = [0, *(end + 1 for end in ends[:-1])]
        return [range(start, end + 1) for start, end in zip(starts, ends, strict=True)]

    def way_to(self, place: int, within: range) -> set[int]:
        """The places within a part that a node depends on, itself included."""
        found, waiting = set(), [place]
        while waiting:
            here = waiting.pop()
            if here in within and here not in found:
                found.add(here)
                waiting += self.sources[here]
        return found

    def work(self, places: Sequence[int] | set[int]) -> int:
        """How many of the nodes have weights."""
        return sum(self.nodes[place].kind in ("conv", "linear") for place in places)

    def reach(self, places: Sequence[int] | set[int]) -> int:
        """All their kernels together."""
        windows = [self.nodes[place].window for place in places]
        return sum(max(window.kernel) for window in windows if window)
