"""Parts of the lesson on frozen features."""

from typing import Any

import streamlit as st

from viz.lessons.frozen import FLOWERS, STEPS, count, shifts
from viz.lessons.squeeze import check_computed
from viz.net.config import Config
from viz.net.fields import ConfigError
from viz.net.trace import trace_config
from viz.ui import controls, picture, torch_questions
from viz.ui.controls import Control, Controls
from viz.ui.torch_worker import WorkerError
from viz.ui.translate import _

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
    return {"steps": Control(_("Steps of training"), STEPS)}


def show_ways(config: Config) -> None:
    """Changes under both codes."""
    steps = int(controls.slider("steps", parameters()["steps"]))
    answer = _asked(config, steps)
    if answer is None:
        return
    _show_counts(answer)
    _show_shifts(config, answer, steps)


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
    post = answer["post"]
    st.caption(
        _(
            "{learning:,} of {params:,} parameters are trained in both cases: those after "
            "the features. In the features, {numbers:,} running means and variances of "
            "batch norm change, with their counters."
        ).format(
            learning=post["learning"],
            params=post["params"],
            numbers=count(answer, "post").numbers,
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


def explain() -> None:
    """Explanation of the changing statistics."""
    controls.explain(
        _(
            "Without gradients no weight changes. But in training mode batch norm keeps "
            "updating its running means and variances, and inference uses these: the "
            "features are no longer those of the loaded weights. {classes} classes, as in "
            "the post."
        ).format(classes=FLOWERS),
        SOURCE,
    )
