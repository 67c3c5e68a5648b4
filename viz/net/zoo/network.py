"""A network as data: its paper's rows, the width rules it is known under, and what was claimed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Literal

from viz.net.blocks import Bneck, Bottleneck, LastConv, Separable, Stem
from viz.net.channels import WidthRule
from viz.net.dialect import PAPERS, Dialect, Norm
from viz.net.dilation import Dilation
from viz.net.heads import Hidden, Pool
from viz.net.imported import Unrolled
from viz.net.rows import Row

Group = Literal["papers", "later", "relatives", "posts"]

SMALL_INPUT_STRIDES = 2
DILATED_STRIDE = 16
STRIDED = frozenset({"body", "conv", "window"})  # places in the table of kinds


@dataclass(frozen=True, slots=True)
class Claim:
    """Figures that a paper or library prints for one configuration, with their source.

    ``params`` and ``macs`` are in millions as printed, ``top1`` is ImageNet top-1 accuracy in
    percent; each is None where the source prints none. ``usable`` is False where the print cannot
    be reproduced from the network, and ``note`` says why. ``rule`` is the width rule of the source.
    ``unit`` is what it prints: millions, billions of MACs, or binary ones (2^20 weights without
    batch norm and 2^30 MACs, both given here as if they were decimal).
    """

    width: float
    resolution: int
    params: float | None
    macs: float | None
    top1: float | None
    source: str
    table: str
    note: str = ""
    usable: bool = True
    rule: str = ""
    options: tuple[str, ...] = ()
    depth: float = 1.0
    unit: Literal["M", "G", "binary"] = "M"

    @property
    def citation(self) -> str:
        """Source and table in one line."""
        return f"{self.source}, {self.table}"


@dataclass(frozen=True, slots=True)
class Network:
    """One entry of the zoo.

    ``rules`` starts with the default width rule. ``claim_rule`` is the rule under which the
    paper's own tables come out. ``options`` are the names of the switches it has; ``tail`` is the
    number of blocks that ``reduced_tail`` changes. ``dialect`` is how its blocks
    depart from the papers'; ``table_note`` says where they depart from the printed table.
    ``functional_pool`` marks a library's class that pools with a function, not with a module;
    ``last_is_head`` a last 1x1 convolution that detectors count to the head, not to the body.
    ``resolution`` is the side of its own input. ``deepens`` says which rows a depth multiplier
    repeats, if it has one: all, or all but the first and the last. ``library_names`` are names that
    libraries have for it, each with the choices that it stands for. ``start`` is the entry of the
    zoo that a design began with. ``unrolled`` is what a network that was read has in place of rows.
    ``short`` is a name for narrow places where ``name`` is long.
    """

    key: str
    name: str
    year: int
    paper: str
    table: str
    summary: str
    rows: tuple[Row, ...]
    rules: tuple[WidthRule, ...]
    claim_rule: str
    norm: Norm
    dropout: float
    options: tuple[str, ...] = ()
    tail: int = 0
    dialect: Dialect = PAPERS
    group: Group = "papers"
    claims: tuple[Claim, ...] = ()
    table_note: str = ""
    functional_pool: Literal["", "function", "mean"] = ""
    last_is_head: bool = False
    resolution: int = 224
    deepens: Literal["", "all", "inner"] = ""
    library_names: Mapping[str, Mapping[str, object]] = field(default_factory=dict, hash=False)
    start: str = ""
    unrolled: Unrolled | None = None
    short: str = ""

    @property
    def short_name(self) -> str:
        """A name for narrow places: without the family's prefix, or the network's own ``short``."""
        return self.short or self.name.removeprefix("MobileNet")

    @property
    def dilates(self) -> bool:
        """Whether every row between stem and head says how it dilates."""
        return all(_has(row, "dilation") for row in self.rows if row.kind.place in STRIDED)

    def rule(self, name: str) -> WidthRule:
        """The width rule called ``name``; KeyError where this network does not have it."""
        for rule in self.rules:
            if rule.name == name:
                return rule
        raise KeyError(name)

    def rows_with(
        self,
        options: frozenset[str],
        rule: WidthRule,
        output_stride: int = 32,
        depth: float = 1.0,
    ) -> tuple[Row, ...]:
        """The rows after ``options`` have changed them; ``dilated`` is an output stride of 16."""
        rows = _deepened(self.rows, depth, inner=self.deepens == "inner")
        if "small_input" in options:
            rows = _first_strides_are_one(rows)
        if "reduced_tail" in options:
            rows = _halve_tail(rows, self.tail, halves_head=rule.halves_head)
        limit = min(output_stride, DILATED_STRIDE if "dilated" in options else output_stride)
        rows = _limit_stride(rows, limit, from_next=rule.dilates_next)
        if "last_conv" in options:
            rows = _with_last_conv(rows)
        if "minimalistic" in options:
            rows = tuple(_minimalistic(row) for row in rows)
        if "fused" in options:
            rows = tuple(replace(row, fused=True) if _has(row, "fused") else row for row in rows)
        return rows


def _deepened(rows: tuple[Row, ...], depth: float, *, inner: bool) -> tuple[Row, ...]:
    """Each row's blocks times ``depth``, rounded up; ``inner`` leaves the first and last row."""
    stacks = [index for index, row in enumerate(rows) if isinstance(row, Bottleneck)]
    changed = list(rows)
    for index in stacks[1:-1] if inner else stacks:
        row = rows[index]
        assert isinstance(row, Bottleneck)
        changed[index] = replace(row, n=ceil(row.n * depth))
    return tuple(changed)


def _tail_indices(rows: tuple[Row, ...], tail: int) -> list[int]:
    return [i for i, row in enumerate(rows) if isinstance(row, Bneck)][-tail:]


def _halve_tail(rows: tuple[Row, ...], tail: int, *, halves_head: bool) -> tuple[Row, ...]:
    """Halve the tail's outputs; the first tail block keeps its expansion, as in the paper."""
    indices = _tail_indices(rows, tail)
    changed = list(rows)
    for index, row in enumerate(rows):
        if isinstance(row, Bneck) and index in indices:
            exp = row.exp if index == indices[0] else row.exp // 2
            changed[index] = replace(row, exp=exp, out=row.out // 2)
        elif isinstance(row, LastConv) or (isinstance(row, Hidden) and halves_head):
            changed[index] = replace(row, out=row.out // 2)
    return tuple(changed)


def _with_last_conv(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """A 1x1 convolution before the pool that keeps the paper's number of channels (timm: 100h)."""
    pool = next(index for index, row in enumerate(rows) if isinstance(row, Pool))
    last = rows[pool - 1]
    assert isinstance(last, Separable)  # of V1, whose option this is
    return (*rows[:pool], LastConv(last.out, last.nl), *rows[pool:])


def _first_strides_are_one(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """For small images: the first two strides are 1."""
    changed = list(rows)
    strided = [index for index, row in enumerate(rows) if _stride(row) > 1]
    for index in strided[:SMALL_INPUT_STRIDES]:
        changed[index] = replace(rows[index], stride=1)
    return tuple(changed)


def _limit_stride(rows: tuple[Row, ...], limit: int, *, from_next: bool) -> tuple[Row, ...]:
    """Let dilation take the place of the strides that would pass ``limit``: maps keep their size.

    torchvision dilates the block that loses its stride too; TF-slim and timm start one block later.
    """
    reached, dilation, changed = 1, 1, []
    for row in rows:
        before = dilation
        if _stride(row) > 1 and reached * _stride(row) > limit:
            dilation *= _stride(row)
        else:
            reached *= _stride(row)
        first = before if from_next else dilation
        changed.append(_dilated(row, Dilation(first, dilation, dilation > before, from_next)))
    return tuple(changed)


def _stride(row: Row) -> int:
    return int(getattr(row, "stride", 1))


def _dilated(row: Row, dilation: Dilation) -> Row:
    """The row with the dilation of its first block, and of those behind it."""
    if dilation.later == 1 or not _has(row, "dilation"):
        return row
    return replace(row, dilation=dilation)


def _has(row: Row, field: str) -> bool:
    return field in row.__dataclass_fields__


def _minimalistic(row: Row) -> Row:
    """No SE, ReLU only, 3x3 only."""
    if isinstance(row, Bneck):
        return replace(row, kernel=3, se=False, nl="relu")
    if isinstance(row, (Stem, Separable, LastConv, Hidden)):
        return replace(row, nl="relu")
    return row
