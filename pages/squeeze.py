"""What squeeze and excite does to a picture, which gate it needs, what it squeezes to and costs."""

import streamlit as st

from viz.ui import controls, link, squeezes
from viz.ui.words import _

config = st.session_state["config"]
parts = [_("At work"), _("Gates"), _("Widths and cost")]
link.repair(
    controls.checks({**squeezes.SEED, "gate": squeezes.GATE})
    | {
        "se_block": link.one_of("se_block", squeezes.blocks(config)),
        "part": link.one_of("part", parts),
    }
)
work, gates, widths = st.tabs(parts, key="part", bind="query-params")
if work.open:
    with work:
        squeezes.show_work(config)
        squeezes.explain()
if gates.open:
    with gates:
        squeezes.show_gates(config)
if widths.open:
    with widths:
        squeezes.show_widths()
        squeezes.show_cost()
