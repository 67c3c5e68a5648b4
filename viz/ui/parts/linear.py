"""Parts of the lesson on the linear bottleneck."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from viz.activations import label_of
from viz.exports.figures import FIGURES, words_of_figure
from viz.net.config import Config
from viz.ui import controls, grid, lesson, picture
from viz.ui.controls import Control, Controls
from viz.ui.lesson import Question
from viz.ui.translate import _

if TYPE_CHECKING:  # brings numpy, which no menu should wait for
    from viz.lessons.manifold import PassageRow

NAME = "spirals"
GUESS = "linear_guess"
SOURCE = "MobileNetV2, arXiv:1801.04381, section 3.2 and Figure 1."
Setting = tuple[str, int, int]


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page."""
    fields = FIGURES[NAME].fields
    return {
        "activation": Control(_("Activation"), fields["activation"], label_of),
        "seed": Control(_("Seed of the random map"), fields["seed"]),
        "radius": Control(_("Radius of the spiral"), fields["radius"]),
        GUESS: lesson.guess("2", "5", "15", "30"),
    }


def chosen() -> Setting:
    """Controls in one row: activation, seed and radius."""
    asked = {name: control for name, control in parameters().items() if name != GUESS}
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    with left:
        activation = controls.choice("activation", asked.pop("activation"))
    with right:
        seed, radius = controls.sliders(asked)
    return activation, seed, radius


def show_spirals(setting: Setting) -> None:
    """The spiral and its reconstructions."""
    from viz.charts.lessons import spiral_chart
    from viz.lessons.manifold import passages

    values = dict(zip(FIGURES[NAME].fields, setting, strict=True))
    picture.chart(
        spiral_chart(passages(*setting), setting[2], picture.mode()),
        key="spirals",
        source="arXiv:1801.04381, Figure 1",
        name=NAME,
        params=words_of_figure(NAME, values),
    )


def rows_of(setting: Setting) -> list["PassageRow"]:
    """What is left of the spiral, for each number of dimensions."""
    from viz.lessons.manifold import passage_rows

    return passage_rows(*setting)


def question_of(setting: Setting, rows: Sequence["PassageRow"]) -> Question:
    """From how many dimensions on the spiral can be read."""
    from viz.lessons.manifold import GUESSES, readable_from

    text = _(
        "A spiral goes into n dimensions, through {name}, and back. From which n can you read it?"
    )
    choices = {str(n): str(n) for n in GUESSES}
    right = str(readable_from(rows).dimensions)
    return Question(GUESS, text.format(name=label_of(setting[0])), choices, right)


def ask(question: Question) -> None:
    """The question and its guesses."""
    lesson.ask(question, parameters()[GUESS])


def answer(question: Question, rows: Sequence["PassageRow"]) -> None:
    """From where on, and what follows for V2."""
    from viz.lessons.manifold import readable_from

    words = _(
        "From n = {n}: over 100 seeds the median error falls from {first:.0%} at n = {least} to "
        "{then:.0%}. So V2 activates where there are many channels, and keeps narrow tensors "
        "linear."
    )
    found = readable_from(rows)
    lesson.answer(
        question,
        words.format(
            n=found.dimensions,
            first=rows[0].median_error,
            least=rows[0].dimensions,
            then=found.median_error,
        ),
        SOURCE,
    )


def show_details(setting: Setting, rows: Sequence["PassageRow"]) -> None:
    """Formula and table beside each other."""
    left, right = st.columns(2, gap="large")
    with left:
        _explain()
    with right:
        _show_figures(setting, rows)


def _show_figures(setting: Setting, rows: Sequence["PassageRow"]) -> None:
    columns = {
        "dimensions": _("n"),
        "error": grid.number(_("Relative error"), format="%.2f"),
        "median_error": grid.number(_("Median of 100 seeds"), format="%.2f"),
        "live": grid.number(_("Points with ≥ 2 live (%)"), format="%.0f"),
        "median_live": grid.number(_("Median (%)"), format="%.0f"),
    }
    grid.show(rows, columns, percent=("live", "median_live"))
    st.caption(
        _(
            "Error: distance from the input relative to its size, after the best shift and "
            "scale. Live: a coordinate where {name} has a non-zero slope."
        ).format(name=label_of(setting[0]))
    )


def _explain() -> None:
    st.latex(r"x' = T^{+}\, f(T x), \qquad T \in \mathbb{R}^{n \times 2}\ \text{random}")
    controls.explain(
        _(
            "With few dimensions ReLU destroys the spiral; with many, enough coordinates "
            "stay live to preserve its shape. So V2 activates inside the block, where there"
            " are many channels, and keeps the narrow output **linear**. A larger radius "
            "reaches ReLU6's upper bound, and the range where h-swish is close to ReLU."
        ),
        SOURCE,
    )
    st.page_link(
        "architecture.py",
        label=_("A linear projection in MobileNetV2"),
        icon=":material/arrow_forward:",
        query_params={"network": "v2", "block": "3"},
    )
