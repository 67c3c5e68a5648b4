"""Two traces -> rows aligned by resolution stage, with what differs."""

from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Literal

from viz.facts.tables import BlockFacts, Record, block_facts
from viz.net.trace import Trace

COMPARED = (
    "kind",
    "kernel",
    "channels_in",
    "expanded",
    "channels_out",
    "squeeze",
    "activation",
    "stride",
    "dilation",
    "residual",
)
TOTALS = ("params", "macs", "activation_bytes", "depth", "receptive_field")
ALONE = "alone"
# Within a stage, like meets like: the last convolution is not compared with a bneck.
PLACES = {"stem": 0, "SE": 1, "separable": 1, "bneck": 1, "conv": 2, "pool": 3, "linear": 4}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two blocks that stand at the same place; one is missing where a network is shorter."""

    stage: int
    left: BlockFacts | None
    right: BlockFacts | None

    @property
    def differing(self) -> frozenset[str]:
        """Names of the compared facts that differ; all of them where one side is missing."""
        if self.left is None or self.right is None:
            return frozenset(COMPARED)
        return frozenset(
            name for name in COMPARED if getattr(self.left, name) != getattr(self.right, name)
        )


def align(left: Trace, right: Trace) -> list[Pair]:
    """Blocks in pairs: by stage, within it by place, within that by order."""
    sides = [_by_place(block_facts(side)) for side in (left, right)]
    pairs = []
    for place in sorted({*sides[0], *sides[1]}):
        blocks = (sides[0].get(place, []), sides[1].get(place, []))
        pairs += [Pair(place[0], a, b) for a, b in zip_longest(*blocks)]
    return pairs


def _by_place(blocks: list[BlockFacts]) -> dict[tuple[int, int], list[BlockFacts]]:
    def place(facts: BlockFacts) -> tuple[int, int]:
        return facts.stage, PLACES[facts.kind] + (facts.name == "classifier")

    return {key: list(group) for key, group in groupby(blocks, place)}


def marks(pairs: list[Pair], side: Literal["left", "right"]) -> dict[int, frozenset[str]]:
    """By index of a block of one side: what differs, or ALONE where it has no counterpart."""
    found: dict[int, frozenset[str]] = {}
    for pair in pairs:
        block = pair.left if side == "left" else pair.right
        if block is not None:
            alone = pair.left is None or pair.right is None
            found[block.index] = frozenset({ALONE}) if alone else pair.differing
    return found


def total_rows(left: Trace, right: Trace) -> list[Record]:
    """Totals of both, with difference (right - left) and ratio (right / left)."""
    rows: list[Record] = []
    for name in TOTALS:
        a, b = int(getattr(left, name)), int(getattr(right, name))
        rows.append({"name": name, "left": a, "right": b, "difference": b - a, "ratio": b / a})
    return rows


def cumulative(traced: Trace) -> list[Record]:
    """Running totals after every block, from the image to the logits."""
    rows: list[Record] = []
    params = macs = memory = 0
    for facts in block_facts(traced):
        params, macs = params + facts.params, macs + facts.macs
        memory += facts.activation_bytes
        rows.append(
            {
                "block": facts.index,
                "name": facts.name,
                "share": (facts.index + 1) / len(traced.blocks),
                "params": params,
                "macs": macs,
                "activation_bytes": memory,
            }
        )
    return rows
