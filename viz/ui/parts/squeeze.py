"""Parts of the lesson on squeeze and excite."""

from typing import Any

import streamlit as st

from viz.charts import squeeze as squeeze_charts
from viz.lessons.squeeze import (
    GATES,
    cost_rows,
    excitation_steps,
    gate_rows,
    se_blocks,
    squeeze_rows,
)
from viz.net.config import Config
from viz.net.trace import trace, trace_config
from viz.net.zoo import ZOO
from viz.theme import ACTIVATION_LABELS
from viz.ui import controls, picture, torch_worker
from viz.ui.controls import Choice, Range
from viz.ui.translate import _

SEED = {"seed": Range(_("Seed of the weights"), 0, 99, 0)}
GATE = Choice(_("Gate"), GATES)
SHOWN = ("v3-large", "v3-small")


def with_se() -> list[str]:
    """Networks that have SE."""
    return [key for key in ZOO if se_blocks(trace(key))]


def blocks(config: Config) -> list[str]:
    """Numbers of the blocks with SE, as links write them."""
    return [str(index) for index in se_blocks(trace_config(config))]


def show_work(config: Config) -> None:
    """One SE at work on a picture, step by step."""
    choices = blocks(config)
    if not choices:
        _say_none(config)
        return
    first, second, third = st.columns([2, 2, 2], vertical_alignment="bottom")
    block = first.selectbox(
        _("Block with SE"), choices, key="se_block", bind="query-params", help=_("Its number.")
    )
    with second:
        gate = controls.choice("gate", GATE)
    with third:
        (seed,) = controls.numbers(SEED)
    _show_steps(config, int(block), gate, seed)


def _say_none(config: Config) -> None:
    st.info(
        _("{network} has no SE. Choose another network, such as {others}.").format(
            network=config.title, others=", ".join(with_se())
        )
    )


def _show_steps(config: Config, block: int, gate: str, seed: int) -> None:
    answers = _asked(config, gate, seed)
    if answers is None:
        return
    steps = excitation_steps(next(a for a in answers if a["block"] == block), gate)
    picture.chart(
        squeeze_charts.excitation_chart(steps, picture.mode()),
        key="excitation",
        source=_("random weights, seed {seed}").format(seed=seed),
        name="excitation",
        chosen={
            "network": config.variant,
            "width": f"{config.width:g}",
            "resolution": config.resolution,
            "se_block": block,
            "gate": gate,
            "seed": seed,
        },
    )
    st.caption(
        _(
            "A drawn picture of rings and waves, sent through the network with fresh random "
            "weights; a bar is a channel of this block."
        )
    )


def _asked(config: Config, gate: str, seed: int) -> list[dict[str, Any]] | None:
    """torch's answer, or None after a sentence on the page."""
    try:
        with st.spinner(_("torch runs the network…")):
            return torch_worker.excitations(config, gate, seed)
    except torch_worker.WorkerError as error:
        st.warning(str(error))
        return None


def show_gates(config: Config) -> None:
    """The channel weights of every SE at initialisation, under three gates."""
    if not blocks(config):
        _say_none(config)
        return
    (seed,) = controls.numbers(SEED)
    answers = {gate: _asked(config, gate, seed) for gate in GATES}
    rows = {
        gate: gate_rows(trace_config(config), answer) for gate, answer in answers.items() if answer
    }
    picture.chart(squeeze_charts.gates_chart(rows, picture.mode()), key="gates")
    st.caption(
        _(
            "Mean over the channels, whiskers from lowest to highest. {sigmoids} start half open; "
            "{swish} starts shut and turns signs around: it is no gate."
        ).format(
            sigmoids=" and ".join(ACTIVATION_LABELS[gate] for gate in GATES[:2]),
            swish=ACTIVATION_LABELS[GATES[2]],
        )
    )


def show_widths() -> None:
    """What a quarter of the channels is rounded to, in all blocks of both papers' networks."""
    rows = squeeze_rows([trace(key) for key in SHOWN])
    picture.chart(squeeze_charts.squeeze_chart(rows, picture.mode()), key="squeeze", name="squeeze")
    shares = [float(str(row["share"])) for row in rows]
    st.caption(
        _(
            "{count} blocks at width 1: {low:.1%} to {high:.1%}; {exact} are exactly a quarter. "
            "Where rounding to 8 changes it, brackets hold what cutting off would give."
        ).format(
            count=len(rows),
            low=min(shares),
            high=max(shares),
            exact=sum(share == 0.25 for share in shares),
        )
    )


def show_cost() -> None:
    """What SE costs in each network."""
    number = st.column_config.NumberColumn
    rows = cost_rows([trace(key) for key in with_se()])
    shown = [
        row | {name: 100 * float(str(row[name])) for name in ("params_share", "macs_share")}
        for row in rows
    ]
    st.dataframe(
        shown,
        hide_index=True,
        column_config={
            "network": _("Network"),
            "blocks": _("Blocks"),
            "params": number(_("Parameters of SE"), format="localized"),
            "params_share": number(_("of all (%)"), format="%.1f"),
            "macs": number(_("MACs of SE"), format="localized"),
            "macs_share": number(_("of all (%) "), format="%.2f"),
        },
    )


def explain() -> None:
    """What SE is, and where that stands."""
    st.latex(
        r"x_c \cdot g\Big(W_2\, \mathrm{ReLU}\big(W_1\, \tfrac{1}{HW}\textstyle\sum_{i,j} x"
        r"\big)\Big)_c"
    )
    controls.explain(
        _(
            "Squeeze to one value a channel, two small layers, a gate (in the papers between 0 and "
            "1), and every channel is scaled by its own. Many parameters, hardly any MACs."
        ),
        _(
            "Squeeze-and-Excitation Networks, arXiv:1709.01507, section 3; Searching for "
            "MobileNetV3, section 5.3."
        ),
    )
