"""The family's activation functions: curves, derivatives, differences, and 8 bits."""

import streamlit as st

from viz import charts
from viz.activations import ACTIVATIONS
from viz.trace import trace_config
from viz.ui import curves, figure, link
from viz.ui.words import _

keys = list(ACTIVATIONS)
link.repair(
    {
        "curves": link.one_of("curves", keys),
        "reach": link.between("reach", 1, 20),
        "first": link.one_of("first", keys),
        "second": link.one_of("second", keys),
        "top": link.between("top", 1, 100, whole=False),
        "bits": link.between("bits", 2, 16),
    }
)
picked, ranged = st.columns([3, 1])
chosen = picked.multiselect(
    _("Activations"),
    keys,
    default=["relu", "relu6", "silu", "hardswish"],
    key="curves",
    bind="query-params",
)
reach = ranged.slider(_("Range: −x to x"), 1, 20, 8, key="reach", bind="query-params")
if chosen:
    left, right = st.columns(2)
    for column, derivative, title in ((left, False, _("Curve")), (right, True, _("Derivative"))):
        column.markdown(f"**{title}**")
        with column:
            figure.chart(
                charts.curve_chart(chosen, -reach, reach, figure.mode(), derivative=derivative),
                key=f"curves-{derivative}",
                name="" if derivative else "activations",
                chosen={"curves": ",".join(chosen), "reach": reach},
            )
    curves.show_formulas(chosen, reach)
else:
    st.info(_("Choose at least one activation."))

difference, eight_bits = st.columns(2, gap="large")
with difference:
    curves.show_difference(keys, reach)
with eight_bits:
    curves.show_grid()
curves.show_uses(trace_config(st.session_state["config"]))
