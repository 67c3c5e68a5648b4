"""Two networks side by side, aligned by resolution stage."""

import streamlit as st

from viz.charts.network import METRIC_OF
from viz.facts.compare import align
from viz.net.trace import trace_config
from viz.ui import pickers, picture, query
from viz.ui.parts import compare as part
from viz.ui.translate import _

query.repair(query.network_checks("b_") | {"metric": query.one_of("metric", list(METRIC_OF))})
second = pickers.network_row("b_", _("Compared with"), default="v3-small")

left, right = trace_config(st.session_state["config"]), trace_config(second)
pairs = align(left, right)
picture.show(
    part.pair_picture(left, right, pairs),
    key="pair-picture",
    label=_("{left} beside {right}").format(left=left.config.title, right=right.config.title),
    name=part.name_of(left, right),
    chosen=part.options_of(left, right),
)
part.show_totals(left, right)
st.markdown(f"**{_('Block by block')}**")
part.show_table(left, right, pairs)
st.markdown(f"**{_('Running totals over depth')}**")
metric = st.segmented_control(
    _("Metric"),
    list(METRIC_OF),
    default="MACs",
    required=True,
    key="metric",
    bind="query-params",
)
part.show_cumulative(left, right, METRIC_OF[metric])
