"""What a depthwise separable convolution saves, and how large a convolution's output is."""

import streamlit as st

from viz.ui import controls, convolutions, link
from viz.ui.words import _

parts = [_("Cost"), _("Output size")]
fields = convolutions.COST | convolutions.SIZE
link.repair(controls.checks({**fields}) | {"part": link.one_of("part", parts)})
cost, size = st.tabs(parts, key="part", bind="query-params")
if cost.open:
    with cost:
        convolutions.show_cost()
if size.open:
    with size:
        convolutions.show_size()
