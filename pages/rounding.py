"""What rounding does to channels, parameters and MACs as the width changes."""

import streamlit as st

from viz.charts.network import METRIC_OF
from viz.net.zoo import ZOO
from viz.ui import query
from viz.ui.parts import rounding as part
from viz.ui.translate import _

config = st.session_state["config"]
rules = list(dict.fromkeys(rule.name for network in ZOO.values() for rule in network.rules))
metrics = list(METRIC_OF)[:2]
query.repair(
    {
        "networks": query.one_of("networks", list(ZOO)),
        "rules": query.one_of("rules", rules),
        "of": query.one_of("of", metrics),
        "up_to": query.between("up_to", 16, 512),
    }
)

st.markdown(f"**{_('Wanted against given channels')}**")
part.show_staircase(config)
left, right = st.columns(2, gap="medium")
with left:
    st.markdown(f"**{_('Every layer of this network')}**")
    part.show_layers(config)
with right:
    st.markdown(f"**{_('Cost against width')}**")
    part.show_sweep(config, rules, metrics)
