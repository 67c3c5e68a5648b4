"""The comparison of two networks on a page: picture, totals, table, curves."""

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from viz.activations import label_of
from viz.drawing.diagrams import Diagram, draw_pair
from viz.exports.figures import words_of_pair
from viz.facts.changes import changes
from viz.facts.compare import Pair, align, marks, running_rows, total_rows
from viz.facts.tables import BlockRow, kernels_text, map_size
from viz.net.config import Config
from viz.net.fields import Switch, Word
from viz.net.trace import Trace
from viz.text import change, short_bytes, short_count
from viz.ui import controls, grid, picture, query
from viz.ui.controls import Control, Controls
from viz.ui.translate import _

PREFIX = query.SECOND
METRICS = ("macs", "params", "activation_bytes")
NOTHING = "–"
OLD_METRICS = {"parameters": "params", "activation memory": "activation_bytes"}


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page besides its two networks."""
    names = {
        "macs": _("MACs"),
        "params": _("parameters"),
        "activation_bytes": _("activation memory"),
    }
    return {
        "only_different": Control(_("Differences only"), Switch()),
        "metric": Control(_("Metric"), Word(METRICS, "macs", OLD_METRICS), names.__getitem__),
    }


def _total_labels() -> dict[str, str]:
    return {
        "params": _("Parameters"),
        "macs": _("MACs"),
        "activation_bytes": _("Activation memory"),
        "depth": _("Depth"),
        "receptive_field": _("Receptive field"),
    }


def _fact_labels() -> dict[str, str]:
    return {
        "kernels": _("Kernel"),
        "channels_in": _("In"),
        "expanded": _("Expand"),
        "channels_out": _("Out"),
        "squeeze": _("SE"),
        "activation": _("Activation"),
        "stride": _("Stride"),
        "dilation": _("Dilation"),
        "residual": _("Residual"),
    }


def show_picture(left: Trace, right: Trace) -> None:
    """Both networks on one slide, the blocks that differ framed."""
    picture.show(
        _diagram(left, right),
        key="pair-picture",
        label=_("{left} next to {right}").format(left=left.config.title, right=right.config.title),
        name=f"{left.config.variant},{right.config.variant}",
        params=words_of_pair(left.config, right.config),
    )


def _diagram(left: Trace, right: Trace) -> Diagram:
    pairs = align(left, right)
    source = ", ".join(dict.fromkeys(side.config.network.paper for side in (left, right)))
    looks = (
        picture.look(marks=marks(pairs, "left"), source=source),
        picture.look(marks=marks(pairs, "right")),
    )
    return draw_pair(left, right, looks)


def show_totals(left: Trace, right: Trace) -> None:
    """Each total of the second network, with its change against the first."""
    rows, labels = total_rows(left, right), _total_labels()
    st.markdown(
        _("**{right}** compared with {left}").format(
            right=right.config.title, left=left.config.title
        )
    )
    for column, row in zip(st.columns(len(rows)), rows, strict=True):
        column.metric(
            labels[row.name],
            _amount(row.name, row.right),
            delta=_("{change} from {first}")
            .format(change=change(row.ratio), first=_amount(row.name, row.left))
            .strip()
            if row.difference
            else _("unchanged"),
            delta_color="off",
            delta_arrow="off",
            help=_("{left:,} against {right:,}: difference {difference:+,}.").format(
                left=row.left, right=row.right, difference=row.difference
            ),
        )


def show_changes(left: Trace, right: Trace) -> None:
    """Differences in one line."""
    found = changes(left, right)
    if found:
        told = "; ".join(f"{c.what} **{c.left} → {c.right}**" for c in found)
        st.markdown(_("Changes: {changes}.").format(changes=told))


def _amount(name: str, value: int) -> str:
    if name == "activation_bytes":
        return short_bytes(value)
    return f"{value} px" if name == "receptive_field" else short_count(value)


def show_table(left: Trace, right: Trace) -> None:
    """One row per pair of blocks; "a / b" where they differ."""
    only = controls.toggle("only_different", parameters()["only_different"])
    rows = [_row(pair) for pair in align(left, right) if pair.differing or not only]
    if not rows:
        st.info(_("The two networks have the same blocks."))
        return
    labels = {
        "stage": _("Stage"),
        "left": left.config.network.short_name,
        "right": right.config.network.short_name,
        "params": _("Δ params"),
        "macs": _("Δ MACs"),
        **_fact_labels(),
    }
    cells = [_flat(row) for row in rows]
    grid.show(cells, grid.fitted(cells, labels), height="content")
    st.caption(_("Δ = right minus left."))


class _Row(NamedTuple):
    """Texts of a pair, and the cost difference of the second block."""

    stage: str
    left: str
    right: str
    facts: dict[str, str]
    params: int
    macs: int


def _flat(row: _Row) -> dict[str, object]:
    cells: dict[str, object] = row._asdict()
    del cells["facts"]
    return cells | row.facts


def _row(pair: Pair) -> _Row:
    sides = [side for side in (pair.left, pair.right) if side]
    return _Row(
        stage=" / ".join(dict.fromkeys(map_size(side.out_shape) for side in sides)),
        left=pair.left.name if pair.left else NOTHING,
        right=pair.right.name if pair.right else NOTHING,
        facts={name: _fact(sides, name) for name in _fact_labels()},
        params=_side(pair.right, "params") - _side(pair.left, "params"),
        macs=_side(pair.right, "macs") - _side(pair.left, "macs"),
    )


def _fact(sides: Sequence[BlockRow], name: str) -> str:
    """A fact of one or two blocks; a missing one is named, as in "no SE"."""
    texts = list(dict.fromkeys(_value(side, name) for side in sides))
    lacks = {"squeeze": _("no SE"), "dilation": "1", "residual": _("no")}
    if len(texts) == 1:
        return texts[0] or NOTHING
    return " / ".join(text or lacks.get(name, NOTHING) for text in texts)


def _side(block: BlockRow | None, name: str) -> int:
    return int(getattr(block, name)) if block else 0


def _value(block: BlockRow, name: str) -> str:
    texts = {
        "activation": label_of(block.activation),
        "kernels": kernels_text(block.kernels),
        "residual": _("yes") if block.residual else "",
        "dilation": str(block.dilation) if block.dilation > 1 else "",
    }
    return texts.get(name, str(getattr(block, name) or ""))


def show_running_totals(left: Trace, right: Trace) -> None:
    """Running totals of both networks over depth."""
    from viz.charts.network import running_chart

    controls.heading(_("Running totals over depth"))
    metric = controls.choice("metric", parameters()["metric"])
    sides = {
        f"{side.config.title} ({position})": running_rows(side)
        for position, side in ((_("left"), left), (_("right"), right))
    }
    made = running_chart(sides, metric, picture.mode())
    picture.chart(made, key="running", title=_("Running totals over depth"))
