"""What squeeze and excite does to a picture, which gate it needs, what it squeezes to and costs."""

import streamlit as st

from viz.ui import controls, query
from viz.ui.parts import squeeze as part
from viz.ui.translate import _

config = st.session_state["config"]
parts = [_("At work"), _("Gates"), _("Widths and cost")]
query.repair(
    controls.checks({**part.SEED, "gate": part.GATE})
    | {
        "se_block": query.one_of("se_block", part.blocks(config)),
        "part": query.one_of("part", parts),
    }
)
work, gates, widths = st.tabs(parts, key="part", bind="query-params")
if work.open:
    with work:
        part.show_work(config)
        part.explain()
if gates.open:
    with gates:
        part.show_gates(config)
if widths.open:
    with widths:
        part.show_widths()
        part.show_cost()
