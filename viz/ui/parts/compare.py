"""The comparison of two networks on a page: picture, totals, table, curves."""

from collections.abc import Sequence

import streamlit as st

from viz.charts import network as charts
from viz.drawing.diagrams import Diagram, draw_pair
from viz.facts.compare import Pair, cumulative, marks, total_rows
from viz.facts.tables import BlockFacts, Record, map_size
from viz.net.trace import Trace
from viz.text import short_count
from viz.theme import ACTIVATION_LABELS
from viz.ui import picture
from viz.ui.parts.files import config_options
from viz.ui.translate import _

TOTAL_LABELS = {
    "params": _("Parameters"),
    "macs": _("MACs"),
    "activation_bytes": _("Activation memory"),
    "depth": _("Depth"),
    "receptive_field": _("Receptive field"),
}
COLUMNS = {
    "kernel": _("Kernel"),
    "channels_in": _("In"),
    "expanded": _("Expand"),
    "channels_out": _("Out"),
    "squeeze": _("SE"),
    "activation": _("Activation"),
    "stride": _("Stride"),
    "dilation": _("Dilation"),
    "residual": _("Residual"),
}


def pair_picture(left: Trace, right: Trace, pairs: list[Pair]) -> Diagram:
    """Both networks on one slide, the blocks that differ framed."""
    sources = dict.fromkeys(side.config.network.paper for side in (left, right))
    source = ", ".join(sources)
    looks = (
        picture.look(marks=marks(pairs, "left"), source=source),
        picture.look(marks=marks(pairs, "right")),
    )
    return draw_pair(left, right, looks)


def name_of(left: Trace, right: Trace) -> str:
    """What the picture of the pair is called in its address."""
    return f"{left.config.variant},{right.config.variant}"


def options_of(left: Trace, right: Trace) -> dict[str, str]:
    """What its address has to say of both configurations."""
    second = config_options(right.config)
    return config_options(left.config) | {f"b_{name}": text for name, text in second.items()}


def show_totals(left: Trace, right: Trace) -> None:
    """Each total of the second network, with its change against the first."""
    rows = total_rows(left, right)
    st.markdown(
        _("**{right}**, against {left}").format(right=right.config.title, left=left.config.title)
    )
    for column, row in zip(st.columns(len(rows)), rows, strict=True):
        name, ratio = str(row["name"]), float(str(row["ratio"]))
        first, second = (_amount(name, int(str(row[side]))) for side in ("left", "right"))
        column.metric(
            TOTAL_LABELS[name],
            second,
            delta=_("{change:+.1%} from {first}").format(change=ratio - 1, first=first)
            if row["difference"]
            else _("equal"),
            delta_color="off",
            delta_arrow="off",
            help=_("{left:,} against {right:,}: difference {difference:+,}.").format(
                left=row["left"], right=row["right"], difference=row["difference"]
            ),
        )


def _amount(name: str, value: int) -> str:
    if name == "activation_bytes":
        return f"{value / 1e6:.1f} MB"
    return f"{value} px" if name == "receptive_field" else short_count(value)


def show_table(left: Trace, right: Trace, pairs: Sequence[Pair]) -> None:
    """One row a pair of blocks; "a ≠ b" where they differ."""
    shown = [_row(pair) for pair in pairs]
    only = st.toggle(_("Only what differs"), key="only_different", bind="query-params")
    rows = [row for row, pair in zip(shown, pairs, strict=True) if pair.differing or not only]
    if not rows:
        st.info(_("The two networks have the same blocks."))
        return
    st.dataframe(
        rows,
        hide_index=True,
        height=min(36 * (len(rows) + 1), 560),
        column_config={
            "stage": _("Stage"),
            "left": left.config.network.name,
            "right": right.config.network.name,
            "params": st.column_config.NumberColumn(
                _("Δ parameters, right − left"), format="localized"
            ),
            "macs": st.column_config.NumberColumn(_("Δ MACs, right − left"), format="localized"),
            **COLUMNS,
        },
    )


def _row(pair: Pair) -> Record:
    here = pair.left or pair.right
    assert here is not None  # a pair has at least one side
    cells = {name: _cell(pair, name) for name in COLUMNS}
    return {
        "stage": _sizes(pair),
        "left": pair.left.name if pair.left else "–",
        "right": pair.right.name if pair.right else "–",
        **cells,
        "params": _side(pair.right, "params") - _side(pair.left, "params"),
        "macs": _side(pair.right, "macs") - _side(pair.left, "macs"),
    }


def _sizes(pair: Pair) -> str:
    sizes = [map_size(side.out_shape) for side in (pair.left, pair.right) if side]
    return " ≠ ".join(dict.fromkeys(sizes))


def _side(block: BlockFacts | None, name: str) -> int:
    return int(getattr(block, name)) if block else 0


def _cell(pair: Pair, name: str) -> str:
    values = [_value(side, name) for side in (pair.left, pair.right) if side]
    if len(values) == 1:
        return values[0]
    return values[0] if values[0] == values[1] else " ≠ ".join(values)


def _value(block: BlockFacts, name: str) -> str:
    value = getattr(block, name)
    if name == "activation" and value:
        return ACTIVATION_LABELS[value]
    if name == "kernel" and value:
        return f"{value}×{value}"
    if isinstance(value, bool):
        return _("yes") if value else "–"
    return str(value) if value else "–"


def show_cumulative(left: Trace, right: Trace, metric: str) -> None:
    """Running totals of both networks."""
    sides: dict[str, Sequence[Record]] = {
        f"{side.config.title} ({position})": cumulative(side)
        for position, side in ((_("left"), left), (_("right"), right))
    }
    picture.chart(charts.cumulative_chart(sides, metric, picture.mode()), key="cumulative")
