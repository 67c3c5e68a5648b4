"""What papers and libraries print, against what the networks count to."""

import streamlit as st

from viz.ui import checking, link
from viz.ui.words import _
from viz.zoo import ZOO

with_claims = [key for key, network in ZOO.items() if network.claims]
link.repair(
    {
        "checked": link.one_of("checked", with_claims),
        "only_differing": link.switch("only_differing"),
    }
)
st.markdown(f"**{_('Printed against computed')}**")
checking.show_claims(with_claims)
st.markdown(f"**{_('Why another tool gives another number')}**")
checking.show_counts(st.session_state["config"])
