"""What was edited between two networks: blocks added, removed, swapped, and facts changed.

Blocks are aligned so that the edits are few, whatever their stage. What follows from an edit before
it, such as other input channels or a lost shortcut, is no edit of its own.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from viz.facts.tables import BlockRow, block_rows
from viz.net.trace import Trace

What = Literal["changed", "swapped", "removed", "added"]
# An edit of a fact costs 1; more than two of them cost as much as another block in its place.
GAP, SWAP = 1.45, 0.9


class Fact(NamedTuple):
    """A fact of a block, on either side."""

    name: str
    left: object
    right: object


class Edit(NamedTuple):
    """One edit: the numbers of the blocks that it is about, and the facts that it changed.

    A swapped block is given by its number on either side; its neighbour took its place.
    """

    what: What
    left: int | None
    right: int | None
    name: str
    facts: tuple[Fact, ...] = ()


class EditRow(NamedTuple):
    """A line of a table of edits; a number is empty where a side has no such block."""

    edit: str
    left: int | None
    right: int | None
    block: str
    fact: str
    before: object
    after: object


def edits(left: Trace, right: Trace) -> list[Edit]:
    """Edits that make the right network of the left one, in order."""
    return _edits(block_rows(left), block_rows(right))


def edit_rows(found: Sequence[Edit]) -> list[EditRow]:
    """A line for each changed fact, and one for each other edit."""
    return [
        EditRow(edit.what, edit.left, edit.right, edit.name, *fact)
        for edit in found
        for fact in edit.facts or (Fact("", "", ""),)
    ]


def changed_facts(left: BlockRow, right: BlockRow) -> tuple[Fact, ...]:
    """Facts that the right block has of its own, not through the blocks before it."""
    found = [Fact("kind", left.kind, right.kind)] if left.kind != right.kind else []
    for name in ("kernels", "activation", "stride", "dilation", "heads"):
        before, after = getattr(left, name), getattr(right, name)
        if before != after:
            found.append(Fact(name, before, after))
    found += [Fact(*each) for each in _channels(left, right)]
    if left.residual != right.residual and not found and left.channels_in == right.channels_in:
        found.append(Fact("residual", left.residual, right.residual))
    return tuple(found)


def _channels(left: BlockRow, right: BlockRow) -> list[tuple[str, object, object]]:
    """Widths; one that keeps its share of the width before it is a consequence of that one."""
    found: list[tuple[str, object, object]] = []
    entered = (left.channels_in, right.channels_in)
    if not _follows((left.expanded, right.expanded), entered):
        found.append(("expanded", left.expanded, right.expanded))
    squeezed = (left.squeeze, right.squeeze)
    expanded = (left.expanded or left.channels_in, right.expanded or right.channels_in)
    if bool(left.squeeze) != bool(right.squeeze) or (
        expanded[0] == expanded[1] and squeezed[0] != squeezed[1]
    ):
        found.append(("SE", left.squeeze, right.squeeze))
    out = (left.channels_out, right.channels_out)
    if out[0] != out[1] and not (_derives_width(left, right) and _follows(out, entered)):
        found.append(("channels_out", *out))
    return found


def _derives_width(left: BlockRow, right: BlockRow) -> bool:
    """Whether both give as many channels as enter, or a multiple as V3's last convolution does."""
    carry = all(row.channels_in == row.channels_out for row in (left, right))
    return carry or left.kind == right.kind == "last conv"


def _follows(values: tuple[int, int], before: tuple[int, int]) -> bool:
    """Whether two widths are equal, or in the same ratio to the widths before them."""
    return values[0] == values[1] or values[0] * before[1] == values[1] * before[0]


class _Step(NamedTuple):
    cost: float
    left: int  # how many blocks of either side it takes
    right: int


_REMOVED, _ADDED = _Step(GAP, 1, 0), _Step(GAP, 0, 1)


def _edits(left: Sequence[BlockRow], right: Sequence[BlockRow]) -> list[Edit]:
    found: list[Edit] = []
    a, b = 0, 0
    for step in _joined(_script(left, right)):
        found += _made(left[a : a + step.left], right[b : b + step.right])
        a, b = a + step.left, b + step.right
    return found


def _joined(steps: Sequence[_Step]) -> list[_Step]:
    """A block that is removed where another is added: that one was changed."""
    found: list[_Step] = []
    for step in steps:
        if step == _ADDED and found and found[-1] == _REMOVED:
            found[-1] = _Step(0, 1, 1)
        else:
            found.append(step)
    return found


def _made(left: Sequence[BlockRow], right: Sequence[BlockRow]) -> list[Edit]:
    if not right:
        return [Edit("removed", left[0].block, None, left[0].name)]
    if not left:
        return [Edit("added", None, right[0].block, right[0].name)]
    if len(left) == 2:
        return [Edit("swapped", left[0].block, right[1].block, left[0].name)]
    facts = changed_facts(left[0], right[0])
    return [Edit("changed", left[0].block, right[0].block, left[0].name, facts)] if facts else []


def _script(left: Sequence[BlockRow], right: Sequence[BlockRow]) -> list[_Step]:
    """The cheapest steps from one list of blocks to the other (Damerau and Levenshtein)."""
    costs = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    steps: dict[tuple[int, int], _Step] = {}
    for a in range(len(left) + 1):
        for b in range(len(right) + 1):
            if a or b:
                ways = [
                    (costs[a - s.left][b - s.right] + s.cost, s) for s in _ways(left, right, a, b)
                ]
                costs[a][b], steps[a, b] = min(ways, key=lambda way: way[0])
    return _traced_back(steps, len(left), len(right))


def _ways(left: Sequence[BlockRow], right: Sequence[BlockRow], a: int, b: int) -> list[_Step]:
    """Steps that end with so many blocks of either side."""
    ways = []
    if a and b and left[a - 1].table_entry.place == right[b - 1].table_entry.place:
        ways.append(_Step(len(changed_facts(left[a - 1], right[b - 1])), 1, 1))
    if b:
        ways.append(_ADDED)
    if a:
        ways.append(_REMOVED)
    if a > 1 and b > 1 and _swapped(left[a - 2 : a], right[b - 2 : b]):
        ways.append(_Step(SWAP, 2, 2))
    return ways


def _swapped(left: Sequence[BlockRow], right: Sequence[BlockRow]) -> bool:
    return not changed_facts(left[0], right[1]) and not changed_facts(left[1], right[0])


def _traced_back(steps: dict[tuple[int, int], _Step], a: int, b: int) -> list[_Step]:
    path = []
    while a or b:
        path.append(steps[a, b])
        a, b = a - path[-1].left, b - path[-1].right
    return path[::-1]
