"""The family's activation functions: curves, derivatives, differences, and 8 bits."""

import streamlit as st

from viz.ui import frame
from viz.ui.parts import activations as part

keys, reach = part.chosen()
part.show_curves(keys, reach)
difference, eight_bits = st.columns(2, gap="large")
with difference:
    part.show_difference(reach)
with eight_bits:
    part.show_grid()
frame.follow_width(part.show_uses)
