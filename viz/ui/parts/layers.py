"""torchinfo's table and text of the instantiated module, as they stand on the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from viz.facts.tables import Record, paper_rows
from viz.net.trace import Trace
from viz.ui import query
from viz.ui.parts import headline
from viz.ui.torch_worker import WorkerError, summary
from viz.ui.translate import _

MAX_DEPTH = 6
DEPTHS = [str(depth) for depth in range(1, MAX_DEPTH + 1)]
PATH_CHARACTERS = 60
# Words of links, so never translated.
SHARES = {"mult-adds": "mult_adds", "parameters": "params"}


def show_table(place: DeltaGenerator, traced: Trace) -> None:
    """The hierarchical table, with depth, filters and shares."""
    with place:
        found = _summary(traced, MAX_DEPTH)
        if found is None:
            return
        types = sorted({row["layer"] for row in found["rows"]})
        query.repair(
            {
                "depth": query.one_of("depth", DEPTHS),
                "types": query.one_of("types", types),
                "path": lambda text: text[:PATH_CHARACTERS],
                "share": query.one_of("share", list(SHARES)),
            }
        )
        chosen = _filters(types)
        rows = headline.with_shares(found["rows"], chosen.share)
        _dataframe([row for row in rows if chosen.keeps(row)])
        _totals(traced, found)


def show_paper(place: DeltaGenerator, traced: Trace) -> None:
    """The network in the columns of V3's tables, each with what it means."""
    column = st.column_config.Column
    number = st.column_config.NumberColumn
    place.dataframe(
        paper_rows(traced),
        hide_index=True,
        height="content",
        column_config={
            "input": column(_("Input"), help=_("Height × width × channels that enter.")),
            "operator": column(_("Operator"), help=_("Kind of block, kernel of its convolution.")),
            "exp": column(
                _("exp size"), help=_("Channels after the expansion: a number, not a factor.")
            ),
            "t": column("t", help=_("Expansion factor: a column of V2's table, not of V3's.")),
            "out": number("#out", help=_("Channels that leave the block.")),
            "squeeze": column("SE", help=_("Whether there is SE; we add its width.")),
            "nl": column("NL", help=_("Activation: RE is ReLU, HS is h-swish.")),
            "stride": column("s", help=_("Stride of the depthwise convolution.")),
        },
    )
    network = traced.config.network
    place.caption(
        _("{source}, {table}; channels as built at this width. NBN: no batch norm. {note}").format(
            source=network.paper, table=network.table, note=network.table_note
        )
    )


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader wants to see of the table."""

    depth: int
    types: tuple[str, ...]
    path: str
    share: str

    def keeps(self, row: Record) -> bool:
        """Whether a row passes."""
        return (
            int(str(row["depth"])) <= self.depth
            and (not self.types or row["layer"] in self.types)
            and self.path.lower() in str(row["path"]).lower()
        )


def _filters(types: list[str]) -> Filters:
    depth_field, type_field, path_field, share_field = st.columns([1, 2, 2, 1])
    depth = depth_field.selectbox(
        _("Depth"), DEPTHS, index=MAX_DEPTH - 1, key="depth", bind="query-params"
    )
    chosen = type_field.multiselect(
        _("Layer type"), types, placeholder=_("all"), key="types", bind="query-params"
    )
    path = path_field.text_input(
        _("Path contains"), key="path", max_chars=PATH_CHARACTERS, bind="query-params"
    )
    share = share_field.selectbox(_("Share of"), list(SHARES), key="share", bind="query-params")
    return Filters(int(depth), tuple(chosen), path, SHARES[share])


def show_text(place: DeltaGenerator, traced: Trace) -> None:
    """What torchinfo prints."""
    with place:
        found = _summary(traced, MAX_DEPTH)
        if found is not None:
            st.code(found["text"], language=None, height=640)
            _totals(traced, found)


def _summary(traced: Trace, depth: int) -> dict[str, Any] | None:
    with st.spinner(_("torch builds the network …"), show_time=True):
        try:
            return summary(traced.config, depth)
        except WorkerError as error:
            st.error(str(error))
            return None


def _dataframe(rows: Sequence[Record]) -> None:
    shown = [_row(row) for row in rows]
    if not shown:
        st.info(_("No layer matches the filters."))
        return
    number: Callable[..., Any] = st.column_config.NumberColumn
    st.dataframe(
        shown,
        hide_index=True,
        height=520,
        column_config={
            "path": st.column_config.TextColumn(_("Path"), width="medium", pinned=True),
            "layer": _("Layer"),
            "kernel": _("Kernel"),
            "in": _("Input"),
            "out": _("Output"),
            "params": number(_("Parameters"), format="localized"),
            "mult_adds": number(_("Mult-adds (torchinfo)"), format="localized"),
            "share": st.column_config.ProgressColumn(
                _("Share (%)"), min_value=0, max_value=100, format="%.2f"
            ),
        },
    )
    st.download_button(
        _("Table as CSV"),
        data=lambda: _csv(shown),
        file_name="layers.csv",
        mime="text/csv",
        key="download-layers",
        on_click="ignore",
    )


def _row(row: Record) -> Record:
    def size(name: str) -> str:
        value = row[name]
        assert isinstance(value, list)
        return "×".join(map(str, value))

    depth = int(str(row["depth"]))
    return {
        "path": "\u2007" * 2 * (depth - 1) + str(row["path"]),
        "layer": row["layer"],
        "kernel": size("kernel"),
        "in": size("in_shape"),
        "out": size("out_shape"),
        "params": row["params"],
        "mult_adds": row["mult_adds"],
        "share": row["share"],
    }


def _csv(rows: Sequence[Record]) -> str:
    import pandas as pd

    frame = pd.DataFrame(list(rows))
    frame["path"] = frame["path"].str.replace("\u2007", "")
    return str(frame.to_csv(index=False))


def _totals(traced: Trace, found: dict[str, Any]) -> None:
    st.caption(
        _(
            "torchinfo counts {theirs:,} mult-adds: the {ours:,} MACs of weights shown above, plus "
            "{extra:,} for batch-norm parameters and biases. Containers show the sum of what they "
            "hold; shares are of the network's total."
        ).format(
            theirs=found["mult_adds"], ours=traced.macs, extra=found["mult_adds"] - traced.macs
        )
    )
