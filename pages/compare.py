"""Two networks side by side, aligned by resolution stage."""

import streamlit as st

from viz.charts import METRIC_OF
from viz.compare import align
from viz.trace import trace_config
from viz.ui import differences, figure, link, pickers
from viz.ui.words import _

link.repair(link.network_checks("b_") | {"metric": link.one_of("metric", list(METRIC_OF))})
second = pickers.network_row("b_", _("Compared with"), default="v3-small")

left, right = trace_config(st.session_state["config"]), trace_config(second)
pairs = align(left, right)
figure.show(
    differences.picture(left, right, pairs),
    key="pair-picture",
    label=_("{left} beside {right}").format(left=left.config.title, right=right.config.title),
    name=differences.name_of(left, right),
    chosen=differences.options_of(left, right),
)
differences.show_totals(left, right)
st.markdown(f"**{_('Block by block')}**")
differences.show_table(left, right, pairs)
st.markdown(f"**{_('Running totals over depth')}**")
metric = st.segmented_control(
    _("Metric"),
    list(METRIC_OF),
    default="MACs",
    required=True,
    key="metric",
    bind="query-params",
)
differences.show_cumulative(left, right, METRIC_OF[metric])
