"""The frame of every page: configuration, navigation, and the controls that all pages share."""

from viz.ui import admission, frame
from viz.ui.translate import _

# One line per page: its file, its title, and whether it is about a network chosen in the sidebar.
# Home's cards are links that choose a network: no picker may hold another one there.
SECTIONS = {
    "": [frame.Entry("home", _("Home"), heading=_("The MobileNet family, every layer of it"))],
    _("Explore"): [
        frame.Entry("architecture", _("Architecture"), network=True, reads=True),
        frame.Entry("design", _("Design"), network=True),
        frame.Entry("inside", _("Look inside"), network=True),
        frame.Entry("compare", _("Compare"), network=True, second="b_", reads=True),
        frame.Entry("identify", _("Identify"), heading=_("Which network is this?")),
    ],
    _("Learn"): [
        frame.Entry("convolution", _("Convolution cost")),
        frame.Entry("scaling", _("Width and resolution"), network=True),
        frame.Entry("residual", _("Inverted residual")),
        frame.Entry("linear", _("Linear bottleneck")),
        frame.Entry("squeeze", _("Squeeze and excite"), network=True),
        frame.Entry("activations", _("Activations"), network=True),
        frame.Entry("rounding", _("Channel rounding"), network=True),
        frame.Entry("tail", _("Last stage")),
        frame.Entry("universal", _("Universal bottleneck")),
        frame.Entry("compound", _("Compound scaling")),
        frame.Entry(
            "hardware",
            _("Hardware"),
            network=True,
            heading=_("MACs are not latency"),
            reads=True,
        ),
        frame.Entry("frozen", _("Frozen features"), network=True),
    ],
    _("Run"): [
        frame.Entry("train", _("Train"), network=True),
        frame.Entry("timing", _("Time"), network=True, second="b_"),
        frame.Entry("deck", _("Lecture deck")),
    ],
    _("Check"): [
        frame.Entry("posts", _("Posts and papers")),
        frame.Entry("check", _("Paper check"), network=True),
    ],
}
with admission.turn():
    frame.run(frame.navigation(SECTIONS))
