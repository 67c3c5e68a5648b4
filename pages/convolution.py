"""Cost of depthwise separable convolutions, and output sizes."""

from viz.ui import controls
from viz.ui.parts import convolution as part

tabs = controls.tabs("part", part.part())
if tabs["cost"].open:
    with tabs["cost"]:
        part.show_cost()
if tabs["size"].open:
    with tabs["size"]:
        part.show_size()
