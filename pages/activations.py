"""The family's activation functions: curves, derivatives, differences, and 8 bits."""

import streamlit as st

from viz.activations import ACTIVATIONS
from viz.charts import network as charts
from viz.net.trace import trace_config
from viz.ui import picture, query
from viz.ui.parts import activations as part
from viz.ui.translate import _

keys = list(ACTIVATIONS)
query.repair(
    {
        "curves": query.one_of("curves", keys),
        "reach": query.between("reach", 1, 20),
        "first": query.one_of("first", keys),
        "second": query.one_of("second", keys),
        "top": query.between("top", 1, 100, whole=False),
        "bits": query.between("bits", 2, 16),
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
            picture.chart(
                charts.curve_chart(chosen, -reach, reach, picture.mode(), derivative=derivative),
                key=f"curves-{derivative}",
                name="" if derivative else "activations",
                chosen={"curves": ",".join(chosen), "reach": reach},
            )
    part.show_formulas(chosen, reach)
else:
    st.info(_("Choose at least one activation."))

difference, eight_bits = st.columns(2, gap="large")
with difference:
    part.show_difference(keys, reach)
with eight_bits:
    part.show_grid()
part.show_uses(trace_config(st.session_state["config"]))
