"""Parts of the lesson on compound scaling."""

import streamlit as st

from viz.exports.figures import FIGURES, words_of_figure
from viz.lessons.compound import Way, hungriest
from viz.net.config import Config
from viz.ui import controls, grid, lesson, picture
from viz.ui.controls import Control, Controls
from viz.ui.lesson import Question
from viz.ui.translate import _

NAME = "compound"
GUESS = "compound_guess"
SOURCE = "EfficientNet, arXiv:1905.11946, section 3.3."


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page."""
    words = _("The cost roughly doubles with each step of φ.")
    return {
        "phi": Control(_("Scale φ"), FIGURES[NAME].fields["phi"], help=words),
        GUESS: lesson.guess("depth", "width", "resolution"),
    }


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


def question_of(found: list[Way]) -> Question:
    """Which dimension alone takes most memory."""
    text = _("EfficientNet-B0 may cost {times:.1f} times as much. More of what takes most memory?")
    choices = {"depth": _("layers"), "width": _("channels"), "resolution": _("pixels")}
    return Question(GUESS, text.format(times=found[0].macs), choices, hungriest(found))


def ask(question: Question) -> None:
    """The question and its guesses."""
    lesson.ask(question, parameters()[GUESS])


def answer(question: Question, found: list[Way]) -> None:
    """What each way alone makes more of."""
    both, depth, width, resolution = found
    words = _(
        "More {what} alone: {most:.1f} times the peak memory, against {both:.1f} for a bit of "
        "each. At about equal MACs, depth makes {layers:.1f} times the layers, width "
        "{params:.1f} times the parameters, resolution {peak:.1f} times the memory and none of "
        "both; EfficientNet grows all three together."
    )
    peaks = {"depth": depth.peak, "width": width.peak, "resolution": resolution.peak}
    lesson.answer(
        question,
        words.format(
            what=question.choices[question.right],
            most=peaks[question.right],
            both=both.peak,
            layers=depth.layers,
            params=width.params,
            peak=resolution.peak,
        ),
        SOURCE,
    )


def show_details(found: list[Way]) -> None:
    """Table and formula beside each other."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        _show_figures(found)
    with right:
        _explain(found)


def _show_figures(found: list[Way]) -> None:
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


def _explain(found: list[Way]) -> None:
    st.latex(
        r"d = 1.2^{\varphi},\quad w = 1.1^{\varphi},\quad r = 1.15^{\varphi},"
        r"\qquad d \cdot w^2 \cdot r^2 \approx 2^{\varphi}"
    )
    controls.explain(
        _(
            "Repeats and channels are rounded up, so MACs grow **{times:.1f}** times here, more "
            "than the formula predicts."
        ).format(times=found[0].macs),
        SOURCE,
    )
    if not all(way.reached for way in found):
        st.caption(_("A multiplier that reaches its limit first stays at its limit."))
    st.page_link(
        "architecture.py",
        label=_("EfficientNet-B1, as published: width 1.0, depth 1.1, 240 pixels"),
        icon=":material/arrow_forward:",
        query_params={"network": "efficientnet-b0", "depth": "1.1", "resolution": "240"},
    )
