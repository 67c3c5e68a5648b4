"""Parts of the lesson on width and resolution."""

from collections.abc import Sequence

import streamlit as st

from viz.exports.figures import FIGURES, words_of_figure
from viz.lessons.scaling import (
    GridRow,
    attends,
    grid_rows,
    narrowed,
    paper_claims,
    published_rows,
    reduction,
    sources,
)
from viz.net.config import Config
from viz.text import times
from viz.ui import controls, lesson, picture
from viz.ui.controls import Controls
from viz.ui.lesson import Question
from viz.ui.translate import _

NAME = "scaling"
GUESS = "scaling_guess"
SOURCE = "MobileNets, arXiv:1704.04861, sections 3.3 and 3.4, Tables 6 and 7."


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page besides its network."""
    return {GUESS: lesson.guess("width", "here", "cube")}


def question_of(config: Config) -> Question:
    """What a width leaves of the multiply-adds."""
    found = narrowed(config)
    text = _("Every layer of {name} gets {width:g} of its channels. What is left of its MACs?")
    choices = {key: f"{share:.0%}" for key, share in found.guesses.items()}
    name = config.network.name
    return Question(GUESS, text.format(name=name, width=found.width), choices, "here")


def ask(question: Question) -> None:
    """The question and its guesses."""
    lesson.ask(question, parameters()[GUESS])


def answer(question: Question, config: Config) -> None:
    """What is left, and why."""
    found = narrowed(config)
    words = _(
        "{share}: {here:.1f} M of {whole:.1f} M. Input and output of every 1×1 convolution change, "
        "so it is near the square of the width, {square:.0%}; resolution does the same."
    )
    lesson.answer(
        question,
        words.format(
            share=question.choices["here"],
            here=found.macs / 1e6,
            whole=found.whole / 1e6,
            square=found.width**2,
        ),
        SOURCE,
    )


def show_grid(config: Config) -> None:
    """MACs and parameters of every width and resolution."""
    from viz.charts.lessons import grid_chart

    rows = grid_rows(config)
    chosen = (config.width, config.resolution)
    names = {
        "macs": _("MACs by width and resolution: {network}"),
        "params": _("Parameters by width and resolution: {network}"),
    }
    for column, metric in zip(st.columns(2), ("macs", "params"), strict=True):
        with column:
            picture.chart(
                grid_chart(rows, metric, chosen, picture.mode()),
                key=metric,
                title=FIGURES[NAME].titled(config),
                name=NAME,
                params=words_of_figure(NAME, {"metric": metric}, config),
                alt=names[metric].format(network=config.network.name),
            )
    lesson.note(" ".join(_marks(config, rows)))


def _marks(config: Config, rows: Sequence[GridRow]) -> list[str]:
    """Legend of the grid's frame and dots, where present."""
    framed = _("Framed: the sidebar's choice.") if isinstance(config.resolution, int) else ""
    count = len(paper_claims(config))
    dots = _(
        "Dots: published accuracy, {shown} of {count}; published for {rule}'s width rule only."
    ).format(
        shown=sum(row.top1 is not None for row in rows),
        count=count,
        rule=config.network.rule(config.network.claim_rule).library,
    )
    return [framed, dots if count else ""]


def show_accuracy(config: Config) -> None:
    """Published accuracy of these pairs against cost."""
    from viz.charts.lessons import published_chart

    rows = published_rows(config)
    if not rows:
        st.info(_("No accuracy was published for this network with these options."))
        return
    chosen = (config.width, config.resolution)
    picture.chart(
        published_chart(rows, chosen, picture.mode()),
        key="published",
        title=_("Accuracy against cost: {network}").format(network=config.network.name),
        source=sources(rows),
    )


def explain(config: Config) -> None:
    """Formula, its value here, and its source."""
    params, macs = reduction(config)
    st.latex(r"K^2 \cdot \alpha M \cdot \rho^2 D^2 + \alpha M \cdot \alpha N \cdot \rho^2 D^2")
    controls.explain(
        _(
            "**α** scales channels: weights and MACs of pointwise convolutions fall with "
            "α², of depthwise ones with α. **ρ** scales resolution: MACs fall with "
            "ρ²{attention}, weights stay. The chosen network has {macs} times the MACs and "
            "{params} times the parameters of the one at width 1 and 224 pixels."
        ).format(
            macs=times(macs),
            params=times(params),
            attention=_(" (those of attention's products with up to ρ⁴)") * attends(config),
        ),
        SOURCE,
    )
