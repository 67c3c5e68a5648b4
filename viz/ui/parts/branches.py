"""Parts of the lesson on branches that become one kernel."""

from typing import Any

import streamlit as st

from viz.drawing.diagrams import draw_branches
from viz.exports.figures import FIGURES, words_of_figure
from viz.lessons.branches import NETWORKS, kernels_of, sizes_of, step_of, steps_of
from viz.net.config import Config, configure
from viz.net.fields import Word
from viz.net.trace import trace
from viz.net.zoo import ZOO
from viz.text import short_count
from viz.ui import controls, grid, lesson, picture, torch_questions
from viz.ui.controls import Control, Controls
from viz.ui.lesson import Question
from viz.ui.torch_worker import WorkerError
from viz.ui.translate import _

NAME = "branches"
GUESS = "branches_guess"
RUN_AT = 96  # pixels, of the network that is run
SOURCE = "MobileOne, arXiv:2206.04040, section 3.2; RepViT, arXiv:2307.09283, section 3"
FORGOTTEN = """\
inference = viz.fuse(trained, "{network}")
scores = trained(pictures)  # norms use this batch's statistics"""
RIGHT = """\
inference = viz.fuse(trained, "{network}")
scores = trained.eval()(pictures)  # norms use their averages"""


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page."""
    fields = FIGURES[NAME].fields
    names = {"kernels": _("Branches add up"), "eval": _("A forgotten eval()")}
    return {
        "part": Control("", Word(tuple(names), "kernels"), names.__getitem__),
        "branched": Control(_("Network with branches"), fields["branched"], _short_name),
        "depthwise": Control(_("Depthwise step"), fields["depthwise"]),
        "added": Control(_("Branches added"), fields["added"]),
        "seed": Control(_("Seed of the weights"), fields["seed"]),
        GUESS: lesson.guess("all", "half", "fused"),
    }


def _short_name(key: str) -> str:
    return ZOO[key].short_name


def network() -> str:
    """The network that is chosen."""
    return str(controls.value_of("branched", parameters()["branched"]))


def chosen() -> dict[str, Any]:
    """Controls in one row, and their values."""
    asked = parameters()
    places = st.columns([3, 3, 3, 2], vertical_alignment="bottom")
    with places[0]:
        key = controls.choice("branched", asked["branched"])
    steps = steps_of(trace(key))
    with places[1]:
        step = int(controls.slider("depthwise", asked["depthwise"]))
    counts = range(1, len(steps[step - 1].branches) + 1)
    with places[2]:
        added = controls.pick_number("added", asked["added"], counts, _("all"))
    with places[3]:
        seed = int(controls.slider("seed", asked["seed"]))
    return {"branched": key, "depthwise": step, "added": added, "seed": seed}


def show_picture(setting: dict[str, Any]) -> None:
    """The branches as kernels, and the sum of those that are added."""
    traced = trace(setting["branched"])
    step = step_of(traced, setting["depthwise"])
    parts = kernels_of(traced, step, setting["seed"])
    source = f"arXiv:{traced.config.network.paper.partition(':')[2]}"
    picture.show(
        draw_branches(step, parts, setting["added"] or len(parts), picture.look(source=source)),
        key="branches-picture",
        label=_("{count} kernels of {step} beside their sum").format(
            count=len(parts), step=step.name
        ),
        hint=_("One channel of {count} branches.").format(count=len(parts)),
        name=NAME,
        params=words_of_figure(NAME, setting),
    )


def question_of(key: str) -> Question:
    """How many parameters inference needs."""
    sizes = sizes_of(key)
    choices = {
        "all": f"{sizes.params:,}",
        "half": f"{sizes.params // 2:,}",
        "fused": f"{sizes.fused_params:,}",
    }
    text = _("{network} trains {params:,} parameters, in branches. How many does inference need?")
    return Question(
        GUESS, text.format(network=_short_name(key), params=sizes.params), choices, "fused"
    )


def ask(question: Question) -> None:
    """The question and its guesses."""
    lesson.ask(question, parameters()[GUESS])


def answer(question: Question, key: str) -> None:
    """What is left, and why nothing is lost."""
    sizes = sizes_of(key)
    words = _(
        "{fused:,} parameters and {fused_macs} MACs, of {params:,} and {macs}. From the step's "
        "input to the sum everything is linear, so its branches are one kernel, and the outputs "
        "stay equal to rounding."
    )
    lesson.answer(
        question,
        words.format(
            fused=sizes.fused_params,
            params=sizes.params,
            fused_macs=short_count(sizes.fused_macs),
            macs=short_count(sizes.macs),
        ),
        SOURCE + ".",
    )


def show_forgotten(key: str) -> None:
    """How far both modes are from the folded network."""
    config = configure(key, resolution=RUN_AT)
    try:
        with st.spinner(_("Running the network…")):
            found = torch_questions.forgotten_eval(config)
    except WorkerError as error:
        st.warning(str(error))
        return
    codes = (
        (_("With eval()"), RIGHT, found["evaluated"]),
        (_("Forgotten"), FORGOTTEN, found["forgotten"]),
    )
    for place, (title, code, distance) in zip(st.columns(2), codes, strict=True):
        with place:
            told = _("scores differ by {share:.3g} %").format(share=100 * distance)
            st.metric(title, told)
            st.code(code.format(network=key), language="python", wrap_lines=True)
    st.caption(
        _(
            "Largest difference from the folded network's scores, as a share of the largest "
            "score: {title}, random weights, noise. A folded network has no norms, so only the "
            "trained one depends on the mode."
        ).format(title=config.title)
    )


def explain(key: str) -> None:
    """Formula, table and where to go on."""
    left, right = st.columns(2, gap="large")
    with left:
        st.latex(
            r"\sum_b \gamma_b \frac{K_b * x - \mu_b}{\sigma_b} + \beta_b = \Big(\sum_b "
            r"\frac{\gamma_b}{\sigma_b} K_b\Big) * x + \sum_b \Big(\beta_b - "
            r"\frac{\gamma_b \mu_b}{\sigma_b}\Big)"
        )
        controls.explain(
            _(
                "A 1×1 kernel is a 3×3 with zeros around it, a skip one with a 1 in its middle. "
                "σ holds the norm's ε. Each network's norms keep a mean and a variance of their "
                "own, which is why `eval()` comes before folding, and before comparing."
            ),
            SOURCE + ".",
        )
    with right:
        columns = {
            "network": _("Network"),
            "params": grid.count(_("Parameters, trained")),
            "fused_params": grid.count(_("folded")),
            "macs": grid.count(_("MACs, trained")),
            "fused_macs": grid.count(_("folded ")),
        }
        rows = [{"network": _short_name(each), **sizes_of(each)._asdict()} for each in NETWORKS]
        grid.show(rows, columns)
        st.page_link(
            "timing.py",
            label=_("Time both forms on this machine"),
            icon=":material/arrow_forward:",
            query_params={"network": key, "b_network": key, "b_fused": "true"},
        )
