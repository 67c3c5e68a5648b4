"""Parts of the page on what a picture leaves in a network."""

import base64
from collections.abc import Mapping
from typing import Any

import streamlit as st

from viz.lessons.squeeze import check_computed
from viz.net.config import Config
from viz.net.fields import ConfigError, Number, Word
from viz.net.trace import trace_config
from viz.net.zoo import ZOO
from viz.running.choice import choice_of, config_for, shipped
from viz.running.sample_data import KINDS
from viz.ui import controls, grid, picture, query, torch_worker
from viz.ui.controls import Control, Controls
from viz.ui.translate import _

COLOURS = 3
MOST_BYTES = 20_000_000  # of an uploaded picture
SUFFIXES = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"]
FIRST = 4  # the block that is shown at first, where there are so many


def parameters(config: Config) -> Controls:
    """What links may say of the page beside its network."""
    weights = {"atlas": _("Learned (drawn flowers)"), "random": _("Random")}
    blocks = trace_config(config).blocks
    names = {str(block.index): block.name for block in blocks}
    first = str(min(FIRST, len(blocks) - 1))
    return {
        "weights": Control(_("Weights"), Word(tuple(weights), "atlas"), weights.__getitem__),
        "picture": Control(_("Picture"), Word(KINDS, KINDS[0])),
        "number": Control(_("Number of the drawing"), Number(0, 99, 0)),
        "seen": Control(_("Block"), Word(tuple(names), first), names.__getitem__),
    }


def show(config: Config) -> None:
    """Picture and answer on the left, one block's maps on the right, all blocks below."""
    asked = parameters(config)
    left, right = st.columns([2, 3], gap="large")
    with left:
        weights = controls.choice("weights", asked["weights"])
        chosen, weights = _chosen(config, weights)
        said = _picture(asked)
    with right:
        block = int(controls.pick("seen", asked["seen"]))
    answer = _asked(chosen, weights, said, block)
    if answer is None:
        return
    with left:
        _show_answer(chosen, answer)
    with right:
        for seen in answer["operations"]:
            _show_operation(seen)
    _show_blocks(chosen, answer, weights)


def _offer_learned() -> None:
    """A button for each network that has learned weights."""

    def choose(key: str) -> None:
        st.session_state[query.NETWORK] = key

    for key in shipped():
        label = _("Show the learned {network}").format(network=ZOO[key].name)
        st.button(label, on_click=choose, args=(key,), icon=":material/school:")


def _chosen(config: Config, weights: str) -> tuple[Config, str]:
    """The configuration that is run: learned weights have one of their own."""
    if weights == "random":
        return config, weights
    if config.variant not in shipped():
        others = ", ".join(ZOO[key].name for key in shipped())
        st.info(
            _("{network} has random weights here; learned ones come with {others}.").format(
                network=config.network.name, others=others
            )
        )
        _offer_learned()
        return config, "random"
    learned = config_for(choice_of("atlas", config.variant), None, {})
    if learned != config:
        st.caption(
            _("Learned at {network}, whatever the sidebar says.").format(
                network=learned.short_title
            )
        )
    return learned, weights


def _picture(asked: Controls) -> dict[str, Any] | None:
    """The picture that is wanted, as the worker takes it; None after a sentence."""
    kind = controls.pick("picture", asked["picture"])
    number = int(controls.slider("number", asked["number"]))
    file = st.file_uploader(_("Or a picture of yours; no link holds it"), type=SUFFIXES)
    if file is None:
        return {"kind": kind, "seed": number}
    if file.size > MOST_BYTES:
        st.warning(_("The picture has more than 20 MB."))
        return None
    return {"file": base64.b64encode(file.getvalue()).decode(), "name": file.name}


def _asked(
    config: Config, weights: str, said: dict[str, Any] | None, block: int
) -> dict[str, Any] | None:
    """torch's answer, or None after a sentence on the page."""
    if said is None:
        return None
    try:
        check_computed(config)
        _check_colours(config)
    except ConfigError as error:
        st.info(str(error))
        return None
    try:
        with st.spinner(_("torch runs the network…")):
            if "file" in said:  # a reader's picture is not kept
                return torch_worker.ask_inside(config, weights, said, block)
            return torch_worker.inside(config, weights, said["kind"], said["seed"], block)
    except torch_worker.WorkerError as error:
        st.warning(str(error))
        return None


def _check_colours(config: Config) -> None:
    if config.in_channels != COLOURS:
        raise ConfigError("in_channels", config.in_channels, _("3 here: pictures have colours"))


def _show_answer(config: Config, answer: Mapping[str, Any]) -> None:
    st.image(
        base64.b64decode(answer["prepared"]),
        caption=_("As {network} sees it").format(network=config.short_title),
        width=224,
    )
    columns = {
        "name": _("Class"),
        "probability": st.column_config.ProgressColumn(
            _("Probability"), format="percent", min_value=0.0, max_value=1.0
        ),
    }
    if answer["top"]:  # a network may end without classes
        grid.show(answer["top"], columns)


def _show_operation(seen: Mapping[str, Any]) -> None:
    shape = "×".join(map(str, seen["shape"]))
    facts = [f"**{seen['role']}** · {seen['what']} · {shape}"]
    facts.append(_("{low:.2f} to {high:.2f}").format(low=seen["low"], high=seen["high"]))
    if seen["zeros"] is not None:
        facts.append(_("{share:.0%} zeros").format(share=seen["zeros"]))
    if seen["ceiling"] is not None:
        facts.append(_("{share:.1%} at 6").format(share=seen["ceiling"]))
    st.markdown(" · ".join(facts))
    if seen["image"]:
        channels = ", ".join(map(str, seen["channels"]))
        caption = _("strongest channels: {channels}").format(channels=channels)
        st.image(base64.b64decode(seen["image"]), caption=caption)
    elif seen["gates"]:
        st.bar_chart(list(seen["gates"]), height=140)


def _show_blocks(config: Config, answer: Mapping[str, Any], weights: str) -> None:
    from viz.charts.inside import blocks_chart

    sources = {
        "atlas": _("weights that learned drawn flowers, no photographs"),
        "random": _("random weights, seed 0"),
    }
    made = blocks_chart(answer["blocks"], picture.mode())
    title = _("One picture in {network}, block by block").format(network=config.short_title)
    picture.chart(made, key="inside", title=title, source=sources[weights])
    st.caption(
        _(
            "Each map is drawn from its own lowest value (dark) to its own highest (light). Here: "
            "{source}."
        ).format(source=sources[weights])
    )
