"""The part about gates that mean something: a trained V3-Small sees two drawn flowers."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import streamlit as st

from viz.lab.choice import choice_of, config_for, shipped
from viz.lab.sample_data import KINDS
from viz.lessons.squeeze import APART, opened_apart, se_blocks
from viz.net.config import Config
from viz.net.fields import Number, Word
from viz.net.trace import trace_config
from viz.ui import controls, lesson, picture, torch_questions
from viz.ui.controls import Control, Controls
from viz.ui.lesson import Question
from viz.ui.torch_worker import WorkerError
from viz.ui.translate import _

NETWORK = "v3-small"
GUESS = "pictures_guess"
BLOCK = "4"  # of those with SE, where flowers differ much
SEEDS = Number(0, 99, 0)
SOURCE = "Squeeze-and-Excitation Networks, arXiv:1709.01507, section 3."


@cache
def learned() -> Config:
    """The network that the shipped weights are of."""
    return config_for(choice_of("atlas", NETWORK), None, {})


def controls_of() -> Controls:
    """URL parameters of this part."""
    blocks = {str(index): trace_config(learned()).blocks[index].name for index in _blocks()}
    return {
        "flower": Control(_("First picture"), Word(KINDS, "sunflower")),
        "other_flower": Control(_("Second picture"), Word(KINDS, "tulip")),
        "flower_seed": Control(_("Seed of the pictures"), SEEDS),
        "gated_block": Control(_("Block with SE"), Word(tuple(blocks), BLOCK), blocks.__getitem__),
        GUESS: lesson.guess("none", "apart", "all"),
    }


def _blocks() -> list[int]:
    return se_blocks(trace_config(learned()))


def show() -> None:
    """Two pictures, two patterns of gates, and the maps that they open and close."""
    from viz.charts.squeeze import opened_chart

    place, asked = st.container(), controls_of()
    columns = st.columns([2, 2, 2, 2])
    with columns[0]:
        first = controls.pick("flower", asked["flower"])
    with columns[1]:
        second = controls.pick("other_flower", asked["other_flower"])
    with columns[2]:
        block = int(controls.pick("gated_block", asked["gated_block"]))
    with columns[3]:
        seed = int(controls.slider("flower_seed", asked["flower_seed"]))
    answer = _answer_of((first, second), seed, block)
    if answer is None:
        return
    question = _question(answer, block)
    with place:
        lesson.ask(question, asked[GUESS])
    source = _("{network}, trained on drawn flowers").format(network=learned().short_title)
    title = _("Gates of {block}: {network}").format(
        block=trace_config(learned()).blocks[block].name, network=learned().title
    )
    made = opened_chart((first, second), answer, picture.mode())
    picture.chart(made, key="gated", title=title, source=source)
    lesson.note(
        _(
            "{network}, trained on drawn flowers, whatever the sidebar has. Orange: the two "
            "channels whose maps are shown, before and after their gate."
        ).format(network=learned().title)
    )
    lesson.answer(question, _answer(answer, (first, second)), _source())
    lesson.more(_("Formula"), explain)


def _answer_of(kinds: Sequence[str], seed: int, block: int) -> dict[str, Any] | None:
    """torch's answer, or None after an error message on the page."""
    try:
        with st.spinner(_("Running the network…")):
            return torch_questions.gates(learned(), kinds, seed, block)
    except WorkerError as error:
        st.warning(str(error))
        return None


def _gates(answer: Mapping[str, Any]) -> list[list[float]]:
    return [shown["gates"] for shown in answer["pictures"]]


def _question(answer: Mapping[str, Any], block: int) -> Question:
    gates = _gates(answer)
    counts = {"none": 0, "apart": opened_apart(gates), "all": len(gates[0])}
    text = _("{block} sees two pictures. How many of its {all} gates differ by more than {by:g}?")
    name = trace_config(learned()).blocks[block].name
    words = text.format(block=name[0].upper() + name[1:], all=counts["all"], by=APART)
    return Question(GUESS, words, {key: str(count) for key, count in counts.items()}, "apart")


def _answer(answer: Mapping[str, Any], names: Sequence[str]) -> str:
    first, second = _gates(answer)
    opened, closed = answer["channels"]
    words = _(
        "{count}: channel {opened} passes {a:.0%} for the {one} and {b:.0%} for the {two}, channel "
        "{closed} {c:.0%} and {d:.0%}. The weights are the same: gates come from the means of "
        "whole maps, and open what a picture needs."
    )
    return words.format(
        count=opened_apart((first, second)),
        opened=opened,
        closed=closed,
        a=first[opened],
        b=second[opened],
        c=first[closed],
        d=second[closed],
        one=names[0],
        two=names[1],
    )


def _source() -> str:
    about = json.loads(shipped()[NETWORK].with_suffix(".json").read_text(encoding="utf-8"))
    text = _("{source} {network} knows {right:.1%} of the drawn flowers it never saw.")
    right = about["accuracy"]["val"]
    return text.format(source=SOURCE, network=learned().title, right=right)


def explain() -> None:
    """Explanation of SE, with its source."""
    st.latex(
        r"x_c \cdot g\Big(W_2\, \delta\big(W_1\, \tfrac{1}{HW}\textstyle\sum_{i,j} x"
        r"\big)\Big)_c"
    )
    controls.explain(
        _(
            "Squeeze to one value per channel, two small layers with an activation δ "
            "between, and a gate (0 to 1 in the papers) that scales each channel. Many "
            "parameters, few MACs."
        ),
        _(
            "Squeeze-and-Excitation Networks, arXiv:1709.01507, section 3; Searching for "
            "MobileNetV3, section 5.3."
        ),
    )
