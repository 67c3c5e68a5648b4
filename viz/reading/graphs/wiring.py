"""Who reads whom in a graph, and where it comes together in one node: the joints of its blocks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from viz.net.operations import Shape
from viz.reading.graphs.nodes import IMAGE, Node

INPUT = -1  # the place of the network's input
MOST_LAYERS = 8  # with weights, in one block of a network
FEW = 2  # places that take a map from far behind; a dense block has more
Edge = tuple[int, int]  # from a place, to a place that reads it


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

    def entering(self, places: range) -> Shape:
        """What nodes work on: what the node before them gives, if one of them reads that."""
        read = [source for place in places for source in self.sources[place]] or [INPUT]
        return self.shape(places.start - 1 if places.start - 1 in read else read[0])

    def is_map(self, place: int) -> bool:
        """Whether it gives a map: channels, height and width."""
        return len(self.shape(place)) == 3

    @cached_property
    def parts(self) -> list[range]:
        """The places between neighbouring joints: one node, or the branches up to where they meet.

        What lies behind the last joint (several outputs) is a part too. A map that is also taken
        far behind, as a decoder takes an encoder's, does not make one part of all in between.
        """
        return list(self._parts(range(len(self.nodes)), frozenset()))

    def _parts(self, within: range, far: frozenset[Edge]) -> Iterator[range]:
        """The parts of some places, where connections ``far`` are left out of account."""
        ends = self._joints(within, far)
        if not ends or ends[-1] != within[-1]:
            ends.append(within[-1])
        start = within.start
        for end in ends:
            part = range(start, end + 1)
            start = end + 1
            more = far | self._far(part)
            if len(more) > len(far) and self._joints(part, more)[:1] != [end]:
                yield from self._parts(part, more)
            else:
                yield part

    def _joints(self, within: range, far: frozenset[Edge]) -> list[int]:
        """Places over which no connection leads: all that is known of the image passes there."""
        last = {
            source: place
            for place in within
            for source in self.sources[place]
            if (source, place) not in far
        }
        found, farthest = [], max((last[s] for s in last if s < within.start), default=0)
        for place in within:
            if farthest <= place:
                found.append(place)
            farthest = max(farthest, last.get(place, place))
        return found

    def _far(self, part: range) -> frozenset[Edge]:
        """Connections from what a part begins with to places far behind, as decoders have them."""
        source = part.start - 1
        readers = [place for place in self.readers[source] if place in part]
        far = [place for place in readers if self.work(range(part.start, place)) > MOST_LAYERS]
        is_tap = len(far) < len(readers) and len(far) <= FEW
        return frozenset((source, place) for place in far if is_tap)

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
