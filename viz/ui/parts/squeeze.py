"""Parts of the lesson on squeeze and excite."""

from collections.abc import Mapping, Sequence
from functools import partial
from math import prod
from typing import Any

import streamlit as st

from viz.activations import Gate, label_of
from viz.exports.figures import FIGURES, words_of_figure
from viz.lessons.squeeze import (
    GATES,
    GateRow,
    SECostRow,
    check_computed,
    cost_rows,
    excitation_steps,
    gate_rows,
    se_blocks,
    se_operations,
    squeeze_rows,
)
from viz.net import cost
from viz.net.config import Config
from viz.net.fields import ConfigError, Word
from viz.net.operations import Role
from viz.net.trace import trace, trace_config
from viz.net.zoo import ZOO
from viz.ui import controls, grid, lesson, picture, slides, torch_questions
from viz.ui.controls import Control, Controls
from viz.ui.lesson import Question
from viz.ui.parts import gated
from viz.ui.torch_worker import WorkerError
from viz.ui.translate import _

NAME = "excitation"
WORK_GUESS, GATES_GUESS, COST_GUESS = "work_guess", "gates_guess", "cost_guess"
SHOWN = ("v3-large", "v3-small")
OLD_PARTS = {"At work": "work", "Gates": "gates", "Widths and cost": "widths"}


def parameters(config: Config) -> Controls:
    """URL parameters of the page besides its network."""
    names = {
        "pictures": _("Two pictures"),
        "work": _("One block"),
        "gates": _("Before training"),
        "widths": _("Widths and cost"),
    }
    fields, choices = FIGURES[NAME].fields, blocks(config)
    block = Word(choices, choices[0] if choices else "")
    titles = {str(b.index): b.name for b in trace_config(config).blocks}
    return {
        "part": Control("", Word(tuple(names), "pictures", OLD_PARTS), names.__getitem__),
        "se_block": Control(_("Block with SE"), block, titles.__getitem__),
        "gate": Control(_("Gate"), fields["gate"], label_of),
        "seed": Control(_("Seed of the weights"), fields["seed"]),
        WORK_GUESS: lesson.guess("all", "channels", "squeeze"),
        GATES_GUESS: lesson.guess(*GATES),
        COST_GUESS: lesson.guess("both", "right", "turned"),
        **gated.controls_of(),
    }


def follow_old_links() -> None:
    """Links that choose a block or a gate, but no tab, are from when theirs was the first."""
    if "part" not in st.query_params and st.query_params.keys() & {"se_block", "gate", "seed"}:
        st.query_params["part"] = "work"


def with_se() -> list[str]:
    """Networks that have SE."""
    return [key for key in ZOO if se_blocks(trace(key))]


def blocks(config: Config) -> tuple[str, ...]:
    """Numbers of the blocks with SE, as links write them."""
    return tuple(str(index) for index in se_blocks(trace_config(config)))


def show_work(config: Config) -> None:
    """One SE on a picture, step by step."""
    if not blocks(config):
        _say_none(config)
        return
    asked, place = parameters(config), st.container()
    first, second, third = st.columns([2, 2, 2], vertical_alignment="bottom")
    with first:
        block = int(controls.pick("se_block", asked["se_block"]))
    with second:
        gate = controls.choice("gate", asked["gate"])
    with third:
        seed = int(controls.slider("seed", asked["seed"]))
    question = _work_question(config, block)
    with place:
        lesson.ask(question, asked[WORK_GUESS])
    _show_steps(config, {"se_block": block, "gate": gate, "seed": seed})
    lesson.answer(question, _work_answer(question, config, block), gated.SOURCE)
    lesson.more(_("Formula"), gated.explain)


def _work_question(config: Config, block: int) -> Question:
    parts = {op.role: op for op in se_operations(trace_config(config).of_block(block))}
    shape = parts[Role.SQUEEZE].in_shape
    counts = {"all": prod(shape), "channels": shape[0], "squeeze": parts[Role.INNER].out_shape[0]}
    text = _("SE reads a map of {shape} before it decides. Of how many numbers?")
    choices = {key: f"{count:,}" for key, count in counts.items()}
    return Question(WORK_GUESS, text.format(shape="×".join(map(str, shape))), choices, "channels")


def _work_answer(question: Question, config: Config, block: int) -> str:
    parts = se_operations(trace_config(config).of_block(block))
    words = _(
        "{count}, a mean per channel; two small layers make {squeeze} of them and {count} gates. "
        "That is {params:,} parameters and only {macs:,} MACs, for they work on one position."
    )
    return words.format(
        count=question.choices["channels"],
        squeeze=question.choices["squeeze"],
        params=sum(map(cost.params, parts)),
        macs=sum(map(cost.macs, parts)),
    )


def _say_none(config: Config) -> None:
    st.info(
        _("{network} has no SE. Choose another network, such as {others}.").format(
            network=config.title, others=", ".join(with_se())
        )
    )


def _show_steps(config: Config, values: Mapping[str, Any]) -> None:
    from viz.charts.squeeze import excitation_chart, step_chart

    gate, seed = values["gate"], values["seed"]
    answers = _asked(config, gate, seed)
    if answers is None:
        return
    own = next(a for a in answers if a["block"] == values["se_block"])
    steps = excitation_steps(own, gate, trace_config(config))
    source = _("random weights, seed {seed}").format(seed=seed)
    whole = excitation_chart(steps, picture.mode())
    params = words_of_figure(NAME, values, config)
    if slides.wanted():
        title = FIGURES[NAME].titled(config)
        picture.chart(whole, key="excitation", title=title, source=source, name=NAME, params=params)
    for number, place in enumerate(st.columns(4), start=1):  # below each other on phones
        with place:
            made = step_chart(steps, number, picture.mode())
            picture.chart(made, key=f"excitation-{number}", title=steps[number - 1][0], files=False)
    picture.offer(whole, name=NAME, params=params, source=source)
    lesson.note(
        _(
            "A generated picture of rings and waves, run through the network with random "
            "weights. One bar per channel of this block."
        )
    )


def _asked(config: Config, gate: str, seed: int) -> list[dict[str, Any]] | None:
    """Answer of the torch worker, or None after an error message on the page."""
    try:
        check_computed(config)
    except ConfigError as error:
        st.info(str(error))
        return None
    try:
        with st.spinner(_("Running the network…")):
            return torch_questions.excitations(config, gate, seed)
    except WorkerError as error:
        st.warning(str(error))
        return None


def show_gates(config: Config) -> None:
    """The channel weights of every SE at initialisation, under three gates."""
    from viz.charts.squeeze import gates_chart

    if not blocks(config):
        _say_none(config)
        return
    place = st.container()
    seed = int(controls.slider("seed", parameters(config)["seed"]))
    answers = {gate: _asked(config, gate, seed) for gate in GATES}
    rows = {
        gate: gate_rows(trace_config(config), answer) for gate, answer in answers.items() if answer
    }
    if not rows:
        return
    question = _gates_question(rows)
    with place:
        lesson.ask(question, parameters(config)[GATES_GUESS])
    title = _("Channel weights before training: {network}").format(network=config.title)
    picture.chart(gates_chart(rows, picture.mode()), key="gates", title=title)
    words = _(
        "{name}: its lowest weight here is {low:.2f}, so it turns a channel's sign. {others} start "
        "near 0.5, half open, and stay between 0 and 1."
    )
    wrong = next(gate for gate in rows if gate == question.right)
    lesson.answer(
        question,
        words.format(
            name=label_of(wrong),
            low=min(row.low for row in rows[wrong]),
            others=" and ".join(label_of(gate) for gate in rows if gate != wrong),
        ),
        gated.SOURCE,
    )
    lesson.note(_("Mean over the channels; whiskers: minimum and maximum."))
    lesson.more(_("Formula"), gated.explain)


def _gates_question(rows: Mapping[Gate, Sequence[GateRow]]) -> Question:
    text = _("Before training, which of these is no gate, for it may be negative?")
    right = min(rows, key=lambda gate: min(row.low for row in rows[gate]))
    return Question(GATES_GUESS, text, {gate: label_of(gate) for gate in rows}, right)


def show_cost(config: Config) -> None:
    """What SE costs, and how wide it is."""
    from viz.charts.squeeze import squeeze_chart

    row = cost_rows([trace(SHOWN[0])])[0]
    question = _cost_question(row)
    lesson.ask(question, parameters(config)[COST_GUESS])
    rows = squeeze_rows([trace(key) for key in SHOWN])
    picture.chart(squeeze_chart(rows, picture.mode()), key="squeeze", name="squeeze")
    words = _(
        "{params:,} of its parameters and {macs:,} of its MACs, in {blocks} blocks: much to store, "
        "little to do, as each map is first squeezed to one number per channel."
    )
    told = words.format(params=row.params, macs=row.macs, blocks=row.blocks)
    lesson.answer(question, told, gated.SOURCE)
    lesson.more(_("Widths"), partial(_explain_widths, [row.share for row in rows]))
    lesson.more(_("Cost in every network"), _show_costs)


def _cost_question(row: SECostRow) -> Question:
    params, macs = f"{row.params_share:.0%}", f"{row.macs_share:.1%}"
    text = _("What share of {network}'s parameters and MACs is SE?").format(network=row.network)
    words = _("{params} and {macs}")
    choices = {
        "both": words.format(params=params, macs=params),
        "right": words.format(params=params, macs=macs),
        "turned": words.format(params=macs, macs=params),
    }
    return Question(COST_GUESS, text, choices, "right")


def _explain_widths(shares: Sequence[float]) -> None:
    st.markdown(
        _(
            "{count} blocks at width 1: {low:.1%} to {high:.1%}; {exact} are exactly a "
            "quarter. In brackets: rounded down instead of to multiples of 8, where that "
            "differs."
        ).format(
            count=len(shares),
            low=min(shares),
            high=max(shares),
            exact=sum(share == 0.25 for share in shares),
        )
    )


def _show_costs() -> None:
    columns = {
        "network": _("Network"),
        "blocks": _("Blocks"),
        "params": grid.count(_("Parameters of SE")),
        "params_share": grid.number(_("of all (%)"), format="%.1f"),
        "macs": grid.count(_("MACs of SE")),
        "macs_share": grid.number(_("of all (%) "), format="%.2f"),
    }
    rows = cost_rows([trace(key) for key in with_se()])
    grid.show(rows, columns, percent=("params_share", "macs_share"))
