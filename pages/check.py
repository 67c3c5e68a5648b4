"""Published figures compared with computed ones."""

import streamlit as st

from viz.ui.parts import check as part
from viz.ui.translate import _

st.markdown(f"**{_('Printed and computed')}**")
part.show_claims()
st.markdown(f"**{_('Why tools count differently')}**")
part.show_counts(st.session_state["config"])
