"""Channel rounding, and its effect on parameters and MACs by width."""

import streamlit as st

from viz.ui.parts import rounding as part
from viz.ui.translate import _

config = st.session_state["config"]
st.markdown(f"**{_('Requested and rounded channels')}**")
part.show_staircase(config)
left, right = st.columns(2, gap="medium")
with left:
    st.markdown(f"**{_('Every layer of this network')}**")
    part.show_layers(config)
with right:
    st.markdown(f"**{_('Cost against width')}**")
    part.show_sweep(config)
