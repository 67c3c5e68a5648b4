"""Parts of the lesson on compound scaling."""

import streamlit as st

from viz.exports.figures import FIGURES, words_of_figure
from viz.lessons.compound import Way
from viz.net.config import Config
from viz.ui import controls, grid, picture
from viz.ui.controls import Control, Controls
from viz.ui.translate import _

NAME = "compound"


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page."""
    words = _("The cost roughly doubles with each step of φ.")
    return {"phi": Control(_("Scale φ"), FIGURES[NAME].fields["phi"], help=words)}


def chosen() -> float:
    """The slider of φ."""
    return controls.slider("phi", parameters()["phi"])


def show_chart(found: list[Way], phi: float) -> None:
    """Cost of each scaling method."""
    from viz.charts.fused_and_compound import compound_chart

    picture.chart(
        compound_chart(found, picture.mode()),
        key=NAME,
        source=FIGURES[NAME].source,
        name=NAME,
        params=words_of_figure(NAME, {"phi": phi}),
    )


def show_figures(found: list[Way]) -> None:
    """The multipliers of each way."""
    columns = {
        "way": _("Scaled"),
        "width": grid.number(_("Width"), format="%.3f"),
        "depth": grid.number(_("Depth"), format="%.2f"),
        "resolution": grid.count(_("Resolution")),
        "macs": grid.number(_("MACs ×"), format="%.2f"),
        "params": grid.number(_("Parameters ×"), format="%.2f"),
        "peak": grid.number(_("Peak memory ×"), format="%.2f"),
    }
    grid.show(found, columns)


def explain(found: list[Way]) -> None:
    """Explanation of the picture, with its source."""
    st.latex(
        r"d = 1.2^{\varphi},\quad w = 1.1^{\varphi},\quad r = 1.15^{\varphi},"
        r"\qquad d \cdot w^2 \cdot r^2 \approx 2^{\varphi}"
    )
    controls.explain(
        _(
            "At about equal MACs, depth alone adds layers and parameters, width alone adds "
            "parameters and memory, resolution alone adds memory only. EfficientNet scales "
            "all three. Repeats and channels are rounded up, so MACs grow **{times:.1f}** "
            "times here, more than the formula predicts."
        ).format(times=found[0].macs),
        "EfficientNet, arXiv:1905.11946, section 3.3.",
    )
    if not all(way.reached for way in found):
        st.caption(_("A multiplier that reaches its limit first stays at its limit."))
    st.page_link(
        "architecture.py",
        label=_("EfficientNet-B1, as published: width 1.0, depth 1.1, 240 pixels"),
        icon=":material/arrow_forward:",
        query_params={"network": "efficientnet-b0", "depth": "1.1", "resolution": "240"},
    )
