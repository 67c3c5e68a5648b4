"""Memory of the network at inference."""

import streamlit as st

from viz.exports.figures import FIGURES, words_of_figure
from viz.facts.memory import live_rows, memory_rows
from viz.net.trace import Trace
from viz.ui import controls, grid, picture
from viz.ui.controls import Control, Controls
from viz.ui.private import DeltaGenerator
from viz.ui.translate import _

NAME = "memory"


def controls_of() -> Controls:
    """URL parameters of this part."""
    fields = FIGURES[NAME].fields
    mcunet = _("As in MCUNet: a depthwise convolution overwrites its input, channel by channel.")
    return {
        "dtype": Control(_("Data type"), fields["dtype"]),
        "batch": Control(_("Batch"), fields["batch"]),
        "in_place": Control(_("Depthwise in place"), fields["in_place"], help=mcunet),
    }


def show(place: DeltaGenerator, traced: Trace) -> None:
    """Live activations by depth, and a table of weights and peaks."""
    from viz.charts.network import memory_chart

    asked = controls_of()
    with place:
        left, middle, right = st.columns([2, 1, 2], vertical_alignment="bottom")
        with left:
            dtype = controls.choice("dtype", asked["dtype"])
        with middle:
            batch = int(controls.number("batch", asked["batch"]))
        with right:
            in_place = controls.toggle("in_place", asked["in_place"])
        rows = live_rows(traced, dtype, batch=batch, depthwise_in_place=in_place)
        values = {"dtype": dtype, "batch": batch, "in_place": in_place}
        picture.chart(
            memory_chart(rows, picture.mode()),
            key=NAME,
            title=FIGURES[NAME].titled(traced.config),
            name=NAME,
            params=words_of_figure(NAME, values, traced.config),
        )
        _show_table(traced, batch)


def _show_table(traced: Trace, batch: int) -> None:
    columns = {
        "dtype": _("Data type"),
        "weight_bytes": grid.count(_("Weights (bytes)")),
        "peak_bytes": grid.count(_("Peak of activations (bytes)")),
        "peak_in_place": grid.count(_("With depthwise in place")),
        "where": _("Peak at"),
    }
    grid.show(memory_rows(traced, batch), columns)
    st.caption(
        _(
            "Live at each operation: its inputs and output, and what is needed later (a "
            "block's input until the addition, a map until SE scales it). Batch norm and "
            "activations run in place. Weights are listed separately; the batch multiplies "
            "activations only."
        )
    )
