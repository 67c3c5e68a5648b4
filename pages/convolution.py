"""What a depthwise separable convolution saves, and how large a convolution's output is."""

import streamlit as st

from viz.ui import controls, query
from viz.ui.parts import convolution as part
from viz.ui.translate import _

parts = [_("Cost"), _("Output size")]
fields = part.COST | part.SIZE
query.repair(controls.checks({**fields}) | {"part": query.one_of("part", parts)})
cost, size = st.tabs(parts, key="part", bind="query-params")
if cost.open:
    with cost:
        part.show_cost()
if size.open:
    with size:
        part.show_size()
