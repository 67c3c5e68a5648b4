"""Cost of depthwise separable convolutions, and output sizes."""

from viz.ui import controls
from viz.ui.parts import convolution as part
from viz.ui.parts import windows

tabs = controls.tabs("part", part.part())
makers = {
    "standard": part.show_standard,
    "cost": part.show_pair,
    "size": windows.show,
    "groups": part.show_groups,
}
for name, tab in tabs.items():
    if tab.open:
        with tab:
            makers[name]()
