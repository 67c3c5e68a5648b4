"""The menu: which pages there are, in which order, and what each is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from viz.ui.translate import _


@dataclass(frozen=True, slots=True)
class Entry:
    """A page: ``pages/<file>.py`` and ``viz/ui/parts/<file>.py``.

    ``network`` shows the picker of the sidebar, ``second`` is the prefix of a second one on the
    page; ``heading`` stands above the page where it is not the title. ``reads`` says that the page
    can show a network that was read from a file, which cannot be built or scaled.
    """

    file: str
    title: str
    network: bool = False
    second: str | None = None
    heading: str = ""
    reads: bool = False


def sections() -> Mapping[str, Sequence[Entry]]:
    """One line per page; lessons in the order of the story that **Start** tells."""
    return {
        # Home's cards are links that choose a network: no picker may hold another one there.
        "": [Entry("home", _("Home"), heading=_("The MobileNet family, every layer of it"))],
        _("Networks"): [
            Entry("architecture", _("Architecture"), network=True, reads=True),
            Entry("compare", _("Compare"), network=True, second="b_", reads=True),
            Entry("design", _("Design"), network=True),
            Entry("space", _("Design space"), heading=_("Which configurations fit?")),
            Entry("fit", _("Does it fit?"), network=True, reads=True),
        ],
        _("Lessons"): [
            Entry("convolution", _("Convolution cost")),
            Entry("scaling", _("Width and resolution"), network=True),
            Entry("rounding", _("Channel rounding"), network=True),
            Entry("linear", _("Linear bottleneck")),
            Entry("residual", _("Inverted residual")),
            Entry("squeeze", _("Squeeze and excite"), network=True),
            Entry("activations", _("Activations"), network=True),
            Entry("eight", _("Eight bits")),
            Entry("tail", _("Last stage")),
            Entry("compound", _("Compound scaling")),
            Entry(
                "hardware",
                _("Hardware"),
                network=True,
                heading=_("MACs are not latency"),
                reads=True,
            ),
            Entry("universal", _("Universal bottleneck")),
            Entry("branches", _("Many branches")),
            Entry("frozen", _("Frozen features"), network=True),
        ],
        _("Run"): [
            Entry("inside", _("Look inside"), network=True),
            Entry("train", _("Train"), network=True),
            Entry("timing", _("Time"), network=True, second="b_"),
        ],
        _("Tools"): [
            Entry("identify", _("Identify"), heading=_("Which network is this?")),
            Entry("posts", _("Posts and papers")),
            Entry("check", _("Paper check"), network=True),
            Entry("deck", _("Lecture deck")),
        ],
    }


def entries() -> dict[str, Entry]:
    """Every page by its file, in the menu's order."""
    return {entry.file: entry for listed in sections().values() for entry in listed}
