"""What papers and libraries print, against what the networks count to."""

import streamlit as st

from viz.net.zoo import ZOO
from viz.ui import query
from viz.ui.parts import check as part
from viz.ui.translate import _

with_claims = [key for key, network in ZOO.items() if network.claims]
query.repair(
    {
        "checked": query.one_of("checked", with_claims),
        "only_differing": query.switch("only_differing"),
    }
)
st.markdown(f"**{_('Printed against computed')}**")
part.show_claims(with_claims)
st.markdown(f"**{_('Why another tool gives another number')}**")
part.show_counts(st.session_state["config"])
