"""Parts of the lesson on frozen features."""

from functools import partial
from typing import Any

import streamlit as st

from viz.lessons.frozen import FLOWERS, STEPS, count, shifts
from viz.lessons.squeeze import check_computed
from viz.net.config import Config
from viz.net.fields import ConfigError
from viz.net.trace import trace_config
from viz.ui import controls, lesson, picture, torch_questions
from viz.ui.controls import Control, Controls
from viz.ui.lesson import Question
from viz.ui.torch_worker import WorkerError
from viz.ui.translate import _

GUESS = "frozen_guess"
SOURCE = "Post 001, train.py, lines 632 to 645."
THE_POSTS = """\
for param in net.features.parameters():
    param.requires_grad = False
net.train()"""
THE_RIGHT = f"""\
{THE_POSTS}
net.features.eval()  # batch norm keeps its statistics"""


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page besides its network."""
    return {
        "steps": Control(_("Steps of training"), STEPS),
        GUESS: lesson.guess("nothing", "statistics", "everything"),
    }


def show(config: Config) -> None:
    """The question, the changes under both codes, and the answer."""
    question = _question(config)
    lesson.ask(question, parameters()[GUESS])
    steps = int(controls.slider("steps", parameters()["steps"]))
    answer = _asked(config, steps)
    if answer is None:
        return
    _show_shifts(config, answer, steps)
    lesson.answer(question, _answer(answer), SOURCE)
    lesson.more(_("Both codes"), partial(_show_counts, answer))


def _question(config: Config) -> Question:
    text = _("Features are frozen, requires_grad is False, and training begins. What changes?")
    choices = {
        "nothing": _("nothing in them"),
        "statistics": _("batch norm's statistics"),
        "everything": _("their weights too"),
    }
    normed = any(op.kind == "norm" for op in trace_config(config).operations)
    return Question(GUESS, text, choices, "statistics" if normed else "nothing")


def _answer(answer: dict[str, Any]) -> str:
    post, right = count(answer, "post"), count(answer, "right")
    words = _(
        "{changed} of {all} tensors: no weight, but {numbers:,} running means and variances with "
        "their counters, as batch norm keeps updating them in training mode and inference uses "
        "them. With `features.eval()` {corrected} change."
    )
    return words.format(**post._asdict(), corrected=right.changed)


def _show_counts(answer: dict[str, Any]) -> None:
    titles = {"post": _("Features, post's code"), "right": _("Features, corrected")}
    codes = {"post": THE_POSTS, "right": THE_RIGHT}
    for place, (way, title) in zip(st.columns(2), titles.items(), strict=True):
        found = count(answer, way)
        with place:
            st.metric(
                title,
                _("{changed} of {all} tensors changed").format(
                    changed=found.changed, all=found.all
                ),
            )
            st.code(codes[way], language="python", wrap_lines=True)
    st.caption(
        _(
            "{learning:,} of {params:,} parameters are trained in both cases: those after "
            "the features. {classes} classes, as in the post."
        ).format(
            learning=answer["post"]["learning"],
            params=answer["post"]["params"],
            classes=FLOWERS,
        )
    )


def _show_shifts(config: Config, answer: dict[str, Any], steps: int) -> None:
    from viz.charts.frozen import shift_chart

    rows = shifts(trace_config(config), answer)
    title = _("Running means of frozen features after {steps} steps").format(steps=steps)
    source = _("random weights, drawn flowers")
    picture.chart(shift_chart(rows, picture.mode()), key="frozen", title=title, source=source)


def _asked(config: Config, steps: int) -> dict[str, Any] | None:
    """Answer of the torch worker, or None after an error message on the page."""
    try:
        check_computed(config)
    except ConfigError as error:
        st.info(str(error))
        return None
    if not _can_learn(config):
        st.info(_("{network} has no classifier to train.").format(network=config.title))
        return None
    try:
        with st.spinner(_("Training the classifier…")):
            return torch_questions.frozen(config, steps)
    except WorkerError as error:
        st.warning(str(error))
        return None


def _can_learn(config: Config) -> bool:
    return any(op.kind == "linear" for op in trace_config(config).operations)
