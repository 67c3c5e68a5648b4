"""What rounding does to channels, parameters and MACs as the width changes."""

import streamlit as st

from viz.charts import METRIC_OF
from viz.ui import link, steps
from viz.ui.words import _
from viz.zoo import ZOO

config = st.session_state["config"]
rules = list(dict.fromkeys(rule.name for network in ZOO.values() for rule in network.rules))
metrics = list(METRIC_OF)[:2]
link.repair(
    {
        "networks": link.one_of("networks", list(ZOO)),
        "rules": link.one_of("rules", rules),
        "of": link.one_of("of", metrics),
        "up_to": link.between("up_to", 16, 512),
    }
)

st.markdown(f"**{_('Wanted against given channels')}**")
steps.show_staircase(config)
left, right = st.columns(2, gap="medium")
with left:
    st.markdown(f"**{_('Every layer of this network')}**")
    steps.show_layers(config)
with right:
    st.markdown(f"**{_('Cost against width')}**")
    steps.show_sweep(config, rules, metrics)
