"""Parts of the page about activations."""

from collections.abc import Sequence

import streamlit as st

from viz.activations import ACTIVATIONS, CURVES, label_of
from viz.exports.figures import FIGURES, words_of_figure
from viz.facts.rows import runs
from viz.net.config import Config
from viz.net.fields import Number, Word
from viz.net.operations import Role
from viz.net.trace import trace_config
from viz.ui import controls, grid, lesson, picture, slides
from viz.ui.controls import Control, Controls
from viz.ui.lesson import Question
from viz.ui.translate import _

NAME = "activations"
GUESS = "activations_guess"
Pair = tuple[str, str]
RELU6_BOUND = 6.0
SOURCE = "Searching for MobileNetV3, arXiv:1905.02244, section 5.2."
NEXT_LINE = r" \\ "
CARD_PIXELS = 310  # the longest formula fits


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page besides its network."""
    fields, keys = FIGURES[NAME].fields, tuple(CURVES)
    return {
        "curves": Control(_("Activations"), fields["curves"], label_of),
        "reach": Control(_("Range: −x to x"), fields["reach"]),
        "first": Control(_("First"), Word(keys, "hardswish"), label_of),
        "second": Control(_("Second"), Word(keys, "silu"), label_of),
        "top": Control(_("Largest unbounded activation"), Number(1, 100, 50, 0.5, whole=False)),
        "bits": Control(_("Bits"), Number(2, 16, 8)),
        GUESS: lesson.guess("third", "gap", "triple"),
    }


def chosen() -> tuple[list[str], int]:
    """Curves and range."""
    asked = parameters()
    picked, ranged = st.columns([3, 1])
    with picked:
        curves = controls.several("curves", asked["curves"])
    with ranged:
        reach = int(controls.slider("reach", asked["reach"]))
    return curves, reach


def _pair() -> Pair:
    """The two that are compared, whose controls are folded."""
    asked = parameters()
    first, second = (str(controls.value_of(name, asked[name])) for name in ("first", "second"))
    return first, second


def question_of(reach: int) -> Question:
    """How far two activations are apart."""
    from viz.lessons.functions import largest_gap

    first, second = _pair()
    gap = abs(largest_gap(first, second, -reach, reach)[1])
    text = _("{first} stands in for {second}. How far apart are they at most, from −{x} to {x}?")
    words = text.format(first=label_of(first), second=label_of(second), x=reach)
    values = {"third": gap / 3, "gap": gap, "triple": 3 * gap}
    choices = {key: f"{value:.2f}" for key, value in values.items()}
    return Question(GUESS, words, choices, "gap")


def ask(question: Question) -> None:
    """The question and its guesses."""
    lesson.ask(question, parameters()[GUESS])


def answer(question: Question, reach: int) -> None:
    """The largest gap, and what a piecewise function is good for."""
    from viz.lessons.functions import largest_gap

    first, second = _pair()
    at, gap = largest_gap(first, second, -reach, reach)
    words = _("{gap:.3f}, at x = {at:.2f}.").format(gap=abs(gap), at=at)
    if (first, second) == ("hardswish", "silu"):
        words += " " + _(
            "h-swish is x · ReLU6(x + 3) / 6: the sigmoid becomes a straight line with two "
            "corners, which needs no exponential and suits 8 bits."
        )
    lesson.answer(question, words, SOURCE)


def show_curves(keys: Sequence[str], reach: int) -> None:
    """Curves, and their derivatives beside them."""
    from viz.charts.functions import curve_chart, curve_pair_chart

    if not keys:
        st.info(_("Choose at least one activation."))
        return
    both = curve_pair_chart(keys, -reach, reach, picture.mode())
    params = words_of_figure(NAME, {"curves": tuple(keys), "reach": reach, "both": True})
    if slides.wanted():
        picture.chart(both, key="curves-both", name=NAME, params=params)
    titles = (_("Curve"), _("Derivative"))
    for column, derivative, title in zip(st.columns(2), (False, True), titles, strict=True):
        values = {"curves": tuple(keys), "reach": reach, "derivative": derivative}
        with column:
            controls.heading(title)
            picture.chart(
                curve_chart(keys, -reach, reach, picture.mode(), derivative=derivative),
                key="derivatives" if derivative else "curves-chart",
                name=NAME,
                params=words_of_figure(NAME, values),
                alt=title,
            )
    picture.offer(both, name=NAME, params=params, label=_("Download both as one picture"))


def show_formulas(keys: Sequence[str], reach: int) -> None:
    """Formula, range, minimum and source of each chosen activation."""
    from viz.lessons.functions import lowest_point

    with st.container(horizontal=True):
        for key in keys:
            curve = CURVES[key]
            at, low = lowest_point(key, -reach, reach)
            with st.container(border=True, width=CARD_PIXELS, height="stretch"):
                controls.heading(ACTIVATIONS[key].label)
                values = _("Values ${outputs}$").format(outputs=curve.outputs)
                st.markdown(f"$$\n{curve.formula}\n$$\n\n{values}")
                notes = [curve.source]
                if low < 0 and key != "identity":
                    least = _("Minimum in this range: {low:.4f} at x = {at:.3f}")
                    notes.insert(0, least.format(low=low, at=at))
                st.caption("\n\n".join(notes))


def show_difference(reach: int) -> None:
    """The difference of any two, with the largest gap."""
    from viz.charts.functions import difference_chart
    from viz.lessons.functions import largest_gap

    asked = parameters()
    picked = []
    for column, name in zip(st.columns(2), ("first", "second"), strict=True):
        with column:
            picked.append(controls.pick(name, asked[name]))
    first, second = picked
    at, gap = largest_gap(first, second, -reach, reach)
    made = difference_chart(first, second, -reach, reach, picture.mode())
    title = _("{first} minus {second}").format(first=label_of(first), second=label_of(second))
    picture.chart(made, key="difference", title=title)
    st.caption(
        _("Largest gap in this range: {gap:.4f}, at x = {at:.3f}.").format(gap=abs(gap), at=at)
    )


def show_grid() -> None:
    """Quantisation step of a bounded range."""
    from viz.charts.functions import quantiser_chart
    from viz.lessons.functions import grid_step

    asked = parameters()
    left, right = st.columns(2)
    with left:
        top = controls.slider("top", asked["top"])
    with right:
        bits = int(controls.slider("bits", asked["bits"]))
    made = quantiser_chart(top, RELU6_BOUND, bits, picture.mode())
    picture.chart(made, key="grid", title=_("Quantised to {bits} bits").format(bits=bits))
    steps = [
        rf"\text{{{name}}}&: \frac{{{limit:g}}}{{2^{{{bits}}}-1}} = {grid_step(limit, bits):.5f}"
        for name, limit in (("ReLU6", RELU6_BOUND), (_("no bound"), top))
    ]
    st.latex(rf"\begin{{aligned}}{NEXT_LINE.join(steps)}\end{{aligned}}")


def uses_title(config: Config) -> str:
    """What the table of uses is about."""
    return _("Where {name} uses them").format(name=config.network.name)


def show_uses(config: Config) -> None:
    """Activations of the chosen network by block."""
    traced = trace_config(config)
    uses: dict[tuple[str, Role], list[str]] = {}
    for op in traced.operations:
        if op.activation:
            uses.setdefault((op.activation, op.role), []).append(traced.blocks[op.block].name)
    rows = [
        {
            "activation": label_of(key),
            "after": role.value,
            "times": len(names),
            "blocks": runs(names),
        }
        for (key, role), names in uses.items()
    ]
    columns = {
        "activation": _("Activation"),
        "after": _("In"),
        "times": _("Times"),
        "blocks": _("Blocks"),
    }
    grid.show(rows, columns)
