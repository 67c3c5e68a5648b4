"""Parts of the page about channel rounding."""

from dataclasses import replace

import streamlit as st

from viz.exports.figures import FIGURES, METRIC, words_of_figure
from viz.facts.sweep import channel_rows, low_squeeze, staircase, sweep
from viz.lessons.rounding import steps
from viz.net.channels import make_divisible
from viz.net.config import Config
from viz.net.fields import Number, Words, size_text
from viz.net.notes import notes_of
from viz.net.zoo import ZOO
from viz.ui import controls, grid, lesson, picture
from viz.ui.controls import Control, Controls
from viz.ui.lesson import Question
from viz.ui.pickers import network_name
from viz.ui.translate import _

NAME = "staircase"
GUESS = "rounding_guess"
SMALLER = 0.75  # a width at which something is rounded
WIDTHS = [round(0.1 + 0.025 * step, 3) for step in range(77)]


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page besides its network."""
    libraries = {rule.name: rule.library for network in ZOO.values() for rule in network.rules}
    metrics = {"macs": _("MACs"), "params": _("parameters")}
    return {
        "up_to": Control(_("Largest channel number"), FIGURES[NAME].fields["up_to"]),
        "wanted": Control(_("Requested channels"), Number(0.5, 4096, 18, 0.5, whole=False)),
        "of": Control(_("Cost measure"), METRIC, metrics.__getitem__),
        "networks": Control(_("Networks"), Words(tuple(ZOO), ("v2", "v3-large")), network_name),
        "rules": Control(
            _("Width rules"),
            Words(tuple(libraries), ("torchvision", "slim")),
            libraries.__getitem__,
        ),
        GUESS: lesson.guess("asked", "below", "above"),
    }


def question_of(config: Config) -> Question:
    """How many channels are built in place of the requested ones."""
    asked = parameters()["wanted"]
    wanted = controls.value_of("wanted", asked)
    assert isinstance(wanted, int | float)  # as its field says
    found = steps(wanted, config.divisor)
    text = _("{wanted:g} channels are requested, in multiples of {divisor}. How many are built?")
    choices = {key: f"{value:g}" for key, value in found.guesses.items()}
    return Question(GUESS, text.format(wanted=wanted, divisor=config.divisor), choices, found.right)


def ask(question: Question) -> None:
    """The question and its guesses."""
    lesson.ask(question, parameters()[GUESS])


def answer(question: Question) -> None:
    """What is built, and why widths are steps."""
    words = _(
        "{given}: the nearest multiple, but never more than 10 % fewer than requested. A network's "
        "widths are steps, not a line."
    )
    source = _("make_divisible of TF-slim, torchvision, Keras and timm.")
    lesson.answer(question, words.format(given=question.choices[question.right]), source)


def show_staircase(config: Config) -> None:
    """The staircase of ``make_divisible`` at the chosen divisor."""
    from viz.charts.network import staircase_chart

    shown, words = st.columns([3, 1])
    with words:
        up_to = int(controls.slider("up_to", parameters()["up_to"]))
        st.latex(r"\hat c = d \left\lfloor \frac{c + d/2}{d} \right\rfloor")
        st.latex(r"\hat c \leftarrow d \quad\text{if } \hat c < d")
        st.latex(r"\hat c \leftarrow \hat c + d \quad\text{if } \hat c < 0.9\,c")
        _show_steps(config)
        st.markdown(
            _(
                "c: requested, ĉ: rounded, d: divisor (here {divisor}; change it in the "
                "sidebar). The 10 % rule limits only rounding **down**: rounding up can add"
                " any share, as from {wanted} to {given}, {change:+.0%}."
            ).format(**_steep_example(config.divisor))
        )
    values = {"divisor": config.divisor, "up_to": up_to}
    with shown:
        picture.chart(
            staircase_chart(staircase(config.divisor, up_to), config.divisor, picture.mode()),
            key=NAME,
            name=NAME,
            params=words_of_figure(NAME, values),
        )


def _show_steps(config: Config) -> None:
    """Rounding of the reader's number, line by line; folded, for it says what was asked."""
    wanted = controls.number("wanted", parameters()["wanted"])
    found = steps(wanted, config.divisor)
    sign = ">" if found.lifted else r"\le"
    at_least = "" if found.multiples else rf" \rightarrow {found.rounded}"
    formula = (
        rf"\begin{{aligned}}{found.wanted:g} + {found.half:g} &= {found.wanted + found.half:g}\\"
        rf"\lfloor {found.wanted + found.half:g} / {found.divisor} \rfloor \cdot {found.divisor}"
        rf" &= {found.multiples * found.divisor}{at_least}\\"
        rf"0.9 \cdot {found.wanted:g} &= {found.least:g}"
        rf" {sign} {found.rounded}\\\hat c &= {found.given}\end{{aligned}}"
    )
    lesson.more(_("Line by line"), lambda: st.latex(formula))


def _steep_example(divisor: int) -> dict[str, object]:
    wanted = divisor * 1.5
    given = make_divisible(wanted, divisor)
    return {
        "divisor": divisor,
        "wanted": f"{wanted:g}",
        "given": given,
        "change": given / wanted - 1,
    }


def show_network(config: Config) -> None:
    """What rounding does to the sidebar's network, and to its cost at every width."""
    left, right = st.columns([6, 5], gap="medium")
    with left:
        controls.heading(_("Every layer of this network"))
        show_layers(config)
    with right:
        controls.heading(_("Cost against width"))
        show_sweep(config)


def show_layers(config: Config) -> None:
    """Requested and rounded channels of every layer."""
    columns = {
        "name": grid.text(_("Block"), width=76),
        "part": grid.text(_("Part"), width=80),
        "paper": grid.number(_("At width 1"), width=72),
        "wanted": grid.number(_("Requested"), format="%.2f", width=80),
        "given": grid.number(_("Rounded"), width=66),
        "change": grid.number(_("Change (%)"), format="%+.1f", width=80),
    }
    if config.width == 1.0 and all(row.given == row.wanted for row in channel_rows(config)):
        words = _("Width 1 rounds nothing; here is width {width:g}.")
        st.markdown(words.format(width=SMALLER))
        config = replace(config, width=SMALLER)
    rows = channel_rows(config)
    grid.show(rows, columns, height=470, percent=("change",))
    st.caption(
        _("Requested: channels at width 1 times the width. Rounded: by {rule}'s rule.").format(
            rule=config.rule.library
        )
    )
    if low := low_squeeze(rows, config.divisor):
        expanded, squeeze = low
        text = _(
            "SE squeeze may lie more than 10 % below its request: it is a quarter of the expanded "
            "channels after their rounding, then rounded itself, here {expanded} / 4 to {squeeze}."
        )
        st.caption(text.format(expanded=expanded, squeeze=squeeze))
    if all(row.given == row.wanted for row in rows):
        st.caption(_("Rounding changes no channels here."))
    for note in notes_of(config):
        st.caption(note)


def show_sweep(config: Config) -> None:
    """Cost against width for chosen networks and rules."""
    from viz.charts.network import sweep_chart

    asked = parameters()
    metric_field = st.container()
    networks_field, rules_field = st.columns(2)
    with networks_field:
        networks = controls.several("networks", asked["networks"])
    with rules_field:
        rules = controls.several("rules", asked["rules"])
    with metric_field:
        metric = controls.choice("of", asked["of"])
    choices = ("resolution", "classes", "divisor", "in_channels")
    chosen = {name: getattr(config, name) for name in choices}
    rows = sweep(networks, WIDTHS, rules=rules, **chosen)
    if not rows:
        st.info(_("Choose a network and one of its width rules."))
        return
    chart = sweep_chart(rows, metric, picture.mode(), marked_width=config.width)
    title = _("Cost against width, at {size} pixels").format(size=size_text(config.image))
    picture.chart(chart, key="sweep", title=title)
