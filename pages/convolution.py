"""What a depthwise separable convolution saves, and when."""

import streamlit as st

from viz.diagrams import Look, draw_convolution
from viz.ui import convolutions, figure
from viz.ui.words import _

costs = convolutions.controls()
figure.show(
    draw_convolution(costs, Look(figure.mode(), background=False)),
    key="convolution-picture",
    label=_("Maps and filters of both convolutions"),
)
left, right = st.columns(2, gap="large")
with left:
    convolutions.show_costs(costs)
with right:
    convolutions.show_ratio(costs)
