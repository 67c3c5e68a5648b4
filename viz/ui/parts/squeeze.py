"""Parts of the lesson on squeeze and excite."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from viz.activations import label_of
from viz.exports.figures import FIGURES, words_of_figure
from viz.lessons.squeeze import (
    GATES,
    check_computed,
    cost_rows,
    excitation_steps,
    gate_rows,
    se_blocks,
    squeeze_rows,
)
from viz.net.config import Config
from viz.net.fields import ConfigError, Word
from viz.net.trace import trace, trace_config
from viz.net.zoo import ZOO
from viz.ui import controls, grid, picture, slides, torch_questions
from viz.ui.controls import Control, Controls
from viz.ui.torch_worker import WorkerError
from viz.ui.translate import _

NAME = "excitation"
SHOWN = ("v3-large", "v3-small")
OLD_PARTS = {"At work": "work", "Gates": "gates", "Widths and cost": "widths"}


def parameters(config: Config) -> Controls:
    """URL parameters of the page besides its network."""
    names = {"work": _("One block"), "gates": _("Gates"), "widths": _("Widths and cost")}
    fields, choices = FIGURES[NAME].fields, blocks(config)
    block = Word(choices, choices[0] if choices else "")
    titles = {str(b.index): b.name for b in trace_config(config).blocks}
    return {
        "part": Control("", Word(tuple(names), "work", OLD_PARTS), names.__getitem__),
        "se_block": Control(_("Block with SE"), block, titles.__getitem__),
        "gate": Control(_("Gate"), fields["gate"], label_of),
        "seed": Control(_("Seed of the weights"), fields["seed"]),
    }


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
    asked = parameters(config)
    first, second, third = st.columns([2, 2, 2], vertical_alignment="bottom")
    with first:
        block = int(controls.pick("se_block", asked["se_block"]))
    with second:
        gate = controls.choice("gate", asked["gate"])
    with third:
        seed = int(controls.slider("seed", asked["seed"]))
    _show_steps(config, {"se_block": block, "gate": gate, "seed": seed})


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
    places = [place for _row in range(2) for place in st.columns(2)]  # below each other on phones
    for number, place in enumerate(places, start=1):
        with place:
            made = step_chart(steps, number, picture.mode())
            picture.chart(made, key=f"excitation-{number}", title=steps[number - 1][0], files=False)
    picture.offer(whole, name=NAME, params=params, source=source)
    st.caption(
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
    seed = int(controls.slider("seed", parameters(config)["seed"]))
    answers = {gate: _asked(config, gate, seed) for gate in GATES}
    rows = {
        gate: gate_rows(trace_config(config), answer) for gate, answer in answers.items() if answer
    }
    title = _("Channel weights before training: {network}").format(network=config.title)
    picture.chart(gates_chart(rows, picture.mode()), key="gates", title=title)
    st.caption(
        _(
            "Mean over the channels; whiskers: minimum and maximum. {sigmoids} start near "
            "0.5; {swish} starts near 0 and can be negative, so it is no gate."
        ).format(
            sigmoids=" and ".join(label_of(gate) for gate in GATES[:2]), swish=label_of(GATES[2])
        )
    )


def show_widths() -> None:
    """Rounded squeeze widths in all blocks of both V3 networks."""
    from viz.charts.squeeze import squeeze_chart

    rows = squeeze_rows([trace(key) for key in SHOWN])
    picture.chart(squeeze_chart(rows, picture.mode()), key="squeeze", name="squeeze")
    shares = [row.share for row in rows]
    st.caption(
        _(
            "{count} blocks at width 1: {low:.1%} to {high:.1%}; {exact} are exactly a "
            "quarter. In brackets: rounded down instead of to multiples of 8, where that "
            "differs."
        ).format(
            count=len(rows),
            low=min(shares),
            high=max(shares),
            exact=sum(share == 0.25 for share in shares),
        )
    )


def show_cost() -> None:
    """Cost of SE in each network."""
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
