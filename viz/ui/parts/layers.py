"""torchinfo's table and text of the instantiated module."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import streamlit as st

from viz.exports import Request
from viz.facts.rows import csv_text, table_of
from viz.facts.tables import block_at, paper_rows, shape_text
from viz.net.cost import attention_macs
from viz.net.fields import Switch, Text, Word, Words
from viz.net.trace import Trace
from viz.ui import controls, downloads, grid
from viz.ui.controls import Control, Controls
from viz.ui.private import DeltaGenerator
from viz.ui.torch_questions import summary
from viz.ui.torch_worker import WorkerError
from viz.ui.translate import _

MAX_DEPTH = 6
DEPTHS = tuple(str(depth) for depth in range(1, MAX_DEPTH + 1))
SHARES = ("mult_adds", "params")
OLD_SHARES = {"mult-adds": "mult_adds", "parameters": "params"}
LAYER_TYPES = (  # of the modules that any trace is built of; a test holds them against torchinfo
    *("AdaptiveAvgPool2d", "Add", "BatchNorm1d", "BatchNorm2d", "Branches", "Concat", "Conv2d"),
    *("Dropout", "Flatten", "GELU", "Hardsigmoid", "Hardswish", "LayerScale", "Linear"),
    *("MaxPool2d", "Mean", "Mix", "MultiQueryAttention", "ReLU", "ReLU6", "Residual", "Scale"),
    *("Scores", "Sequential", "Shuffle", "SiLU", "Sigmoid", "Softmax", "Split"),
    *("SqueezeExcitation", "ZeroPad2d"),
)


def controls_of() -> Controls:
    """URL parameters of this part."""
    shares = {"mult_adds": _("mult-adds"), "params": _("parameters")}
    return {
        "levels": Control(_("Levels"), Word(DEPTHS, DEPTHS[-1])),
        "types": Control(_("Layer type"), Words(LAYER_TYPES)),
        "path": Control(_("Path contains"), Text(60)),
        "leaves": Control(_("Without containers"), Switch()),
        "share": Control(_("Share of"), Word(SHARES, SHARES[0], OLD_SHARES), shares.__getitem__),
    }


def show_table(place: DeltaGenerator, traced: Trace) -> None:
    """The hierarchical table, with depth, filters and shares."""
    with place:
        found = _summary(traced, MAX_DEPTH)
        if found is None:
            return
        chosen = _filters()
        rows = [row for row in _rows(found["rows"], chosen.share) if chosen.keeps(row)]
        _dataframe(traced, rows)
        _totals(traced, found)


class LayerRow(NamedTuple):
    """A line of torchinfo's table, with its share of the network in percent."""

    path: str
    layer: str
    depth: int
    kernel: str
    in_shape: str
    out_shape: str
    params: int
    mult_adds: int
    share: float
    leaf: bool


def _rows(found: Sequence[dict[str, Any]], column: str) -> list[LayerRow]:
    total = sum(row[column] for row in found if row["leaf"]) or 1
    return [
        LayerRow(
            path=row["path"],
            layer=row["layer"],
            depth=row["depth"],
            kernel=shape_text(row["kernel"]),
            in_shape=shape_text(row["in_shape"]),
            out_shape=shape_text(row["out_shape"]),
            params=row["params"],
            mult_adds=row["mult_adds"],
            share=100 * row[column] / total,
            leaf=row["leaf"],
        )
        for row in found
    ]


def show_paper(place: DeltaGenerator, traced: Trace) -> None:
    """The network in the columns of V3's tables, each with what it means."""
    column = st.column_config.Column
    columns = {
        "input": column(_("Input"), help=_("Input height × width × channels.")),
        "operator": column(_("Operator"), help=_("Block type and kernel size.")),
        "exp": column(_("exp size"), help=_("Channels after expansion (a count, not a factor).")),
        "t": column("t", help=_("Expansion factor, as in V2's table; V3's has none.")),
        "out": grid.number("#out", help=_("Output channels of the block.")),
        "squeeze": column(
            "SE", help=_("✓ for SE, as in the paper; the squeeze width is added here.")
        ),
        "nl": column("NL", help=_("Activation: RE is ReLU, HS is h-swish.")),
        "stride": column("s", help=_("Stride of the depthwise convolution.")),
    }
    with place:
        grid.show(paper_rows(traced), columns, height="content")
        downloads.of_table(Request(traced.config, rows="paper"))
    network = traced.config.network
    place.caption(
        _("{source}, {table}; channels as built at this width. NBN: no batch norm. {note}").format(
            source=network.paper, table=network.table, note=network.table_note
        )
    )


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters of the table."""

    depth: int
    types: tuple[str, ...]
    path: str
    share: str
    leaves: bool

    def keeps(self, row: LayerRow) -> bool:
        """Whether a row passes the filters."""
        return (
            row.depth <= self.depth
            and (row.leaf or not self.leaves)
            and (not self.types or row.layer in self.types)
            and self.path.lower() in row.path.lower()
        )


def _filters() -> Filters:
    asked = controls_of()
    depth_field, type_field, path_field, share_field = st.columns([2, 3, 3, 3])
    with depth_field:
        depth = controls.pick("levels", asked["levels"])
    with type_field:
        types = controls.several("types", asked["types"])
    with path_field:
        path = controls.text("path", asked["path"])
    with share_field:
        share = controls.pick("share", asked["share"])
    with share_field:
        leaves = controls.toggle("leaves", asked["leaves"])
    return Filters(int(depth), tuple(types), path, share, leaves)


def show_text(place: DeltaGenerator, traced: Trace) -> None:
    """torchinfo's printed output."""
    with place:
        found = _summary(traced, MAX_DEPTH)
        if found is not None:
            st.code(found["text"], language=None, height=640)
            _totals(traced, found)


def _summary(traced: Trace, depth: int) -> dict[str, Any] | None:
    with st.spinner(_("Building the network in torch …"), show_time=True):
        try:
            return summary(traced.config, depth)
        except WorkerError as error:
            st.error(str(error))
            return None


def _dataframe(traced: Trace, rows: Sequence[LayerRow]) -> None:
    if not rows:
        st.info(_("No layer matches the filters."))
        return
    columns = {
        "path": grid.text(_("Path"), width="medium", pinned=True),
        "layer": _("Layer"),
        "kernel": _("Kernel"),
        "in_shape": _("Input"),
        "out_shape": _("Output"),
        "params": grid.count(_("Parameters")),
        "mult_adds": grid.count(_("Mult-adds (torchinfo)")),
        "share": st.column_config.ProgressColumn(
            _("Share (%)"), min_value=0, max_value=100, format="%.2f"
        ),
    }
    indented = [row._replace(path="\u2007" * 2 * (row.depth - 1) + row.path) for row in rows]

    def open_block(number: int) -> None:
        block = block_at(traced, rows[number].path)
        st.session_state["block"] = None if block is None else str(block)

    st.caption(_("Select a row to open its block in the picture above."))
    grid.show(indented, columns, height=520, key="layer-rows", on_pick=open_block)
    st.download_button(
        _("Table as CSV"),
        data=lambda: csv_text(table_of(rows)),
        file_name="layers.csv",
        mime="text/csv",
        key="download-layers",
        on_click="ignore",
    )


def _totals(traced: Trace, found: dict[str, Any]) -> None:
    attention = attention_macs(traced.operations)
    ours = traced.macs - attention
    left_out = _("It does not count attention's products, {attention:,} MACs.")
    st.caption(
        _(
            "torchinfo counts {theirs:,} mult-adds: the {ours:,} MACs of weights, plus {extra:,} "
            "for batch-norm parameters and biases. {left_out} Containers show the sum of what they "
            "hold; shares are of the network's total."
        ).format(
            theirs=found["mult_adds"],
            ours=ours,
            extra=found["mult_adds"] - ours,
            left_out=left_out.format(attention=attention) if attention else "",
        )
    )
