"""Inputs of the page Look inside, and its requests to the torch worker."""

import base64
from dataclasses import replace
from typing import Any, NamedTuple

import streamlit as st

from viz.lab.choice import SUFFIXES as WEIGHT_SUFFIXES
from viz.lab.choice import TORCHVISION, choice_of, config_for, knows_resolution, shipped
from viz.lab.errors import RunError
from viz.lab.preparation import LIBRARIES
from viz.lab.sample_data import KINDS
from viz.lessons.squeeze import check_computed
from viz.net.config import NUMBERS, Config, configure
from viz.net.fields import ConfigError, Number, Word
from viz.net.trace import trace_config
from viz.net.words import file_name_of
from viz.net.zoo import ZOO
from viz.ui import controls, picture, query, selection, shared_cache, slides, torch_questions
from viz.ui.controls import Control, Controls
from viz.ui.parts import inside_results
from viz.ui.parts.inside_inputs import file_words, fitting, lent, names_given
from viz.ui.parts.learned import has_learned, learned_config
from viz.ui.torch_worker import WorkerError
from viz.ui.translate import _

COLOURS = 3
MOST_BYTES = 20_000_000  # of an uploaded picture
SUFFIXES = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"]
FIRST = 4  # the block that is shown at first, where there are so many
MOST_POSITION = 511
TORCHVISION_V2 = "torchvision:v2"
MOST_PAGES = 999  # of a map's channels
MOST_CLASSES = int(NUMBERS["classes"].high)


_LIBRARY_NAMES = {"torchvision": "torchvision", "timm": "timm", "keras": "Keras", "tf": "TF-slim"}


class Asked(NamedTuple):
    """One network to run on the picture.

    ``file`` are weights of the reader's, ``names`` those of their classes where they are given.
    ``prepare`` is the library whose preparation is taken, empty for that of the weights.
    ``number`` is the class that is mapped, ``page`` that of each map's channels.
    """

    config: Config
    weights: str
    file: Any = None
    names: tuple[str, ...] = ()
    prepare: str = ""
    number: int | None = None
    page: int = 1

    @property
    def source(self) -> str:
        """Weights by source."""
        return inside_results.source_of(self.weights, self.file.name if self.file else "")


def parameters(config: Config) -> Controls:
    """URL parameters of the page besides its network."""
    weights = {
        "atlas": _("Trained on drawn flowers"),
        "random": _("Random"),
        "torchvision": _("torchvision's"),
        TORCHVISION_V2: _("torchvision's IMAGENET1K_V2"),
        "file": _("Your file"),
    }
    default = "atlas" if has_learned(config) else "random"
    sources = {"drawing": _("Drawing"), "file": _("File"), "camera": _("Camera")}
    beside = {
        "random": _("Same network, random weights"),
        "torchvision": _("Sidebar's network, torchvision's weights"),
        TORCHVISION_V2: _("Sidebar's network, torchvision's IMAGENET1K_V2"),
        "file": _("Your file"),
    }
    blocks = trace_config(config).blocks
    names = {str(block.index): block.name for block in blocks}
    first = str(min(FIRST, len(blocks) - 1))
    position = Number(0, MOST_POSITION, None)
    return {
        "weights": Control(_("Weights"), Word(tuple(weights), default), weights.__getitem__),
        "beside": Control(
            _("Compare with"),
            Word((*beside, *ZOO)),
            lambda key: beside.get(key) or ZOO[key].name,
        ),
        "source": Control(
            _("Picture source"), Word(tuple(sources), "drawing"), sources.__getitem__
        ),
        "picture": Control(_("Picture"), Word(KINDS, KINDS[0])),
        "prepare": Control(_("Preprocessing"), Word(LIBRARIES), _LIBRARY_NAMES.__getitem__),
        "number": Control(_("Drawing"), Number(0, 99, 0)),
        "seen": Control(_("Block"), Word(tuple(names), first), names.__getitem__),
        "class": Control(_("Class activation map of"), Number(0, MOST_CLASSES - 1, None)),
        "maps": Control(_("Channels by strength, page"), Number(1, MOST_PAGES, 1)),
        "row": Control(_("Row in the feature map"), position),
        "column": Control(_("Column"), position),
    }


def about(config: Config) -> Config | None:
    """The network that is shown, which weights may bring; None where only a file says it."""
    weights = controls.value_of("weights", parameters(config)["weights"])
    if weights == "file":
        return None
    return learned_config(config) if weights == "atlas" else config


def ignores_sidebar(config: Config) -> bool:
    """Whether the weights bring their network."""
    return controls.value_of("weights", parameters(config)["weights"]) == "atlas"


def show(config: Config) -> None:
    """Inputs in a row; below them the picture beside the network, and what the block makes."""
    asked = parameters(config)
    with st.container(key="controls"):
        weights, beside, preparation, source = st.columns([6, 3, 3, 7])
    with weights:
        first = _first(config, asked)
    with beside:
        second = _second(first, config, asked) if first else None
    with source:
        image = _picture(asked)
    with preparation:
        placeholder = _("That of the weights")
        prepare = controls.pick("prepare", asked["prepare"], placeholder=placeholder) or ""
    drawn = first.config if first else config
    _name_files(drawn)
    seen, network = st.columns(2, gap="large")
    with network:
        chosen = int(controls.pick("seen", asked["seen"]))
        block = min(
            chosen, len(trace_config(drawn).blocks) - 1
        )  # weights may bring another network
        _show_network(drawn, block)
    if first is None or image is None:
        return
    number = controls.value_of("class", asked["class"])
    assert number is None or isinstance(number, int)  # the field has seen to it
    page = controls.value_of("maps", asked["maps"])
    assert isinstance(page, int)  # likewise
    shown = [
        each._replace(prepare=prepare, number=number, page=page) for each in (first, second) if each
    ]
    with seen:
        answers = [_answer(each, image, block) for each in shown]
    found = [answer for answer in answers if answer]
    if len(found) < len(answers):
        return
    for each, answer in zip(shown, found, strict=True):
        _name(answer, each.names)
    inside_results.show([(each.config, each.source) for each in shown], found, block, asked, seen)


def _show_network(config: Config, block: int) -> None:
    picture.show(
        shared_cache.half(config, block, picture.mode()),
        key="inside-network",
        label=config.title,
        selected=f"block-{block}",
        hint=_("Click a block to see its feature maps."),
        plain=slides.wanted(),  # the slide is what the picture leaves, not the network
        on_pick=selection.picker("seen"),
    )


# Networks and weights


def _first(config: Config, asked: Controls) -> Asked | None:
    """The network of the page with its weights; None after a sentence."""
    weights = controls.choice("weights", asked["weights"])
    if weights == "file":
        return _with_file(config)
    if weights == "random" and config.variant not in shipped():
        text = _("No trained weights for {network} here.")
        st.caption(text.format(network=config.network.name))
    if weights != "atlas":  # torch says where torchvision has none
        return Asked(config, weights)
    return Asked(learned_config(config), weights)


def _with_file(config: Config, key: str = "inside") -> Asked | None:
    """Weights of the reader's, which may know their network; they are not kept."""
    types = [suffix.lstrip(".") for suffix in WEIGHT_SUFFIXES]
    words = _("From the Train page, torchvision, timm or others; no code in it is run.")
    file = st.file_uploader(_("Weights file"), type=types, key=f"{key}-weights", help=words)
    if file is None:
        return None
    names = names_given(key)
    try:
        with lent(file) as path:
            given = choice_of(str(path))
            theirs, knows = config_for(given, None, {}), knows_resolution(given)
    except (RunError, ConfigError):
        st.caption(_("The file does not name its network: the sidebar's is used."))
        return Asked(config, "file", file, fitting(names, config))
    chosen = theirs if knows else replace(theirs, resolution=config.resolution)
    st.caption(file_words(knows=knows).format(network=chosen.short_title))
    return Asked(chosen, "file", file, fitting(names, chosen))


def _name_files(config: Config) -> None:
    """Downloads are called after what is shown, which may not be the sidebar's network."""
    st.session_state[picture.ABOUT] = file_name_of(config)


def _second(first: Asked, config: Config, asked: Controls) -> Asked | None:
    """The second network, if any."""
    beside = controls.pick("beside", asked["beside"], placeholder=_("Nothing"))
    if beside == "random":
        return Asked(first.config, "random")
    if beside in TORCHVISION:
        return Asked(config, beside)
    if beside == "file":
        return _with_file(config, "beside")
    if beside in shipped():
        return Asked(config_for(choice_of("atlas", beside), None, {}), "atlas")
    if beside:
        return Asked(configure(beside, resolution=first.config.resolution), "random")
    return None


# The picture


def _picture(asked: Controls) -> dict[str, Any] | None:
    """The picture that is wanted, as the worker takes it; None while there is none."""
    place, further = st.columns([3, 4])
    with place:
        source = controls.choice("source", asked["source"])
    if source == "drawing":
        kind, number = further.columns(2)
        with kind:
            chosen = controls.pick("picture", asked["picture"])
        with number:
            return {"kind": chosen, "seed": int(controls.slider("number", asked["number"]))}
    if source == "camera":
        file = st.camera_input(_("Camera picture (not stored, not part of links)"))
    else:
        file = st.file_uploader(_("Picture (not stored, not part of links)"), type=SUFFIXES)
    if file is None:
        return None
    if file.size > MOST_BYTES:
        st.warning(_("The picture is larger than 20 MB."))
        return None
    return {"file": base64.b64encode(file.getvalue()).decode(), "name": file.name}


def _name(answer: dict[str, Any], names: tuple[str, ...]) -> None:
    """Give the classes of an answer the reader's names."""
    mapped = [answer["map"]] if answer["map"] else []
    for guess in (*answer["top"], *answer["mistakes"], *mapped):
        if guess["number"] < len(names):
            guess["name"] = names[guess["number"]]
    answer["names"] = names or answer["names"]


# Asking


def _answer(asked: Asked, image: dict[str, Any], block: int) -> dict[str, Any] | None:
    """Answer of the torch worker, or None after an error message on the page."""
    try:
        check_computed(asked.config)
        _check_colours(asked.config)
    except ConfigError as error:
        st.info(str(error))
        return None
    block = min(block, len(trace_config(asked.config).blocks) - 1)
    try:
        with st.spinner(_("Running the network…")):
            return _from_torch(asked, image, block)
    except WorkerError as error:
        sentence = str(error).removeprefix(f"--weights {asked.weights}: ")  # the shell's words
        sentence = sentence.replace("--weights FILE", _("your file"))
        st.warning(query.plain(sentence))
        return None


def _from_torch(asked: Asked, image: dict[str, Any], block: int) -> dict[str, Any]:
    """Raises ``WorkerError``. A reader's picture and weights are not kept."""
    how = asked.prepare, asked.number, asked.page
    if asked.file is not None:
        with lent(asked.file) as path:
            try:
                return torch_questions.inside(
                    asked.config, str(path), image, block, *how, keep=False
                )
            except WorkerError as error:  # speaks of the shell, and of our folder
                sentence = str(error).replace(f"--weights {path}", str(path))
                raise WorkerError(sentence.replace(str(path), asked.file.name)) from None
    keep = "file" not in image
    return torch_questions.inside(asked.config, asked.weights, image, block, *how, keep=keep)


def _check_colours(config: Config) -> None:
    if config.in_channels != COLOURS:
        raise ConfigError(
            "in_channels", config.in_channels, _("3, as pictures have three colour channels")
        )
