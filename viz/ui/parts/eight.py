"""Parts of the lesson on eight bits: the shipped V2, quantised and measured here and now."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from viz.facts.steps import RecipeSteps
from viz.lab.choice import choice_of, config_for
from viz.lab.machine import this_machine
from viz.lab.quantize.lesson import (
    ALWAYS,
    CHANNEL,
    GUESSES,
    HALVES,
    REDUCED,
    ROLES,
    SCHEMES,
    TENSOR,
    THIRDS,
    WAYS,
    Answer,
    lost_in,
    most_unlike,
    overflows,
    right_guess,
    steps_used,
    unlikeness,
    used_of,
)
from viz.net.config import Config
from viz.net.fields import Number, Word
from viz.net.recipe import Recipe
from viz.net.scheme import scheme_of
from viz.net.trace import Trace, trace_config
from viz.text import percent
from viz.ui import controls, grid, lesson, picture, query, recipe, torch_questions
from viz.ui.controls import Control, Controls
from viz.ui.lesson import Question
from viz.ui.torch_worker import WorkerError
from viz.ui.translate import _

GUESS, LOST, RANGES, STEPS = "eight_guess", "lost_guess", "ranges_guess", "steps_guess"
VIEWS = ("answers", "network", "ranges", "steps")
NETWORK, LAST_BLOCK = "v2", 18
SOURCE = "Measured here and now: onnxruntime {runtime} on {processor}."
WHY = "Reason: onnxruntime's documentation, Quantize ONNX Models, on U8S8, VNNI and reduce_range."
WEIGHTS = "Weights of MobileNetV2 0.25, batch norms folded; onnxruntime's grid."
Found = Mapping[str, dict[str, Any]]


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page."""
    schemes, views, ways = _scheme_names(), _view_names(), _way_names()
    return {
        "eight_view": Control(_("Picture"), Word(VIEWS, VIEWS[0]), views.__getitem__),
        "scheme": Control(_("Scheme"), Word(SCHEMES, CHANNEL), schemes.__getitem__),
        "way": Control(_("Run"), Word(WAYS, WAYS[0]), ways.__getitem__),
        "layer_block": Control(_("Block"), Number(0, LAST_BLOCK, 2)),
        GUESS: lesson.guess(*GUESSES),
        LOST: lesson.guess(*THIRDS),
        RANGES: lesson.guess(*ROLES),
        STEPS: lesson.guess(*HALVES),
    }


def _scheme_names() -> dict[str, str]:
    return {
        TENSOR: _("per tensor"),
        CHANNEL: _("per channel"),
        REDUCED: _("per channel, 7-bit weights"),
        "per-channel,signed": _("per channel, signed maps"),
        "per-channel,percentile": _("per channel, ranges clipped (percentile)"),
        "per-channel,float=0+1": _("per channel, first two blocks in float"),
        "per-tensor,asymmetric": _("per tensor, any zero point"),
        "per-channel,bits=6": _("per channel, 6 bits (simulated)"),
        "per-channel,bits=4": _("per channel, 4 bits (simulated)"),
    }


def _view_names() -> dict[str, str]:
    return {
        "answers": _("Answers"),
        "network": _("Network"),
        "ranges": _("Ranges"),
        "steps": _("Whole numbers"),
    }


def _way_names() -> dict[str, str]:
    return {"processor": _("This processor"), "arithmetic": _("Arithmetic")}


def shipped() -> Config:
    """The network that the page is about."""
    return config_for(choice_of("atlas", NETWORK), NETWORK, {})


def show() -> None:
    """Question, picture with its controls, answer."""
    asked = parameters()
    place = st.container()
    left, middle, right = st.columns([10, 9, 7], vertical_alignment="bottom")
    with left:
        view = controls.choice("eight_view", asked["eight_view"])
    try:
        _SHOWN[view](asked, place, (middle, right))
    except WorkerError as error:
        st.warning(str(error))


Places = tuple[Any, Any]  # where the controls of a picture stand


def _measured(*schemes: str) -> Found:
    """Answers for these schemes, one after the other. Raises ``WorkerError``."""
    config, found = shipped(), {}
    with st.spinner(_("Quantising and measuring…"), show_time=True):
        for scheme in dict.fromkeys(schemes):
            found[scheme] = torch_questions.quantised(config, scheme)
    return found


def _answers(found: Found) -> dict[str, Answer]:
    return {name: Answer(name, **each["output_db"]) for name, each in found.items()}


def _question(answers: Mapping[str, Answer]) -> Question:
    text = _("One scale for all filters of a layer, or one each: which answers better here?")
    choices = {
        "tensor": _("one for all"),
        "channel": _("one each"),
        "equal": _("both alike"),
    }
    return Question(GUESS, text, choices, right_guess(answers))


def _scheme(asked: Controls, place: Any) -> str:
    with place:
        return controls.pick("scheme", asked["scheme"])


def _way(asked: Controls, place: Any) -> str:
    with place:
        return controls.choice("way", asked["way"])


# Answers of schemes


def _show_answers(asked: Controls, top: Any, places: Places) -> None:
    from viz.charts.quantize import schemes_chart

    scheme = _scheme(asked, places[0])
    found = _measured(*ALWAYS, scheme)
    answers, names = _answers(found), _scheme_names()
    question = _question(answers)
    with top:
        lesson.ask(question, asked[GUESS])
    rows = [{**each._asdict(), "label": names[name]} for name, each in answers.items()]
    title = _("What 8 bits leave of the answers: MobileNetV2 0.25, drawn flowers")
    picture.chart(
        schemes_chart(rows, picture.mode()), key="schemes", title=title, source=_source(found)
    )
    why = f" {WHY}" if overflows(answers) else ""
    lesson.answer(question, _words(answers), _source(found) + why)
    lesson.more(
        _("Cures, bytes, and what was measured"), lambda: _show_more(found, answers, scheme)
    )
    named = Recipe(shipped(), scheme_of(scheme))
    lesson.more(_("Recipe: {text}").format(text=query.plain(named.text)), lambda: _steps(named))


def _steps(named: Recipe) -> None:
    """What each step of the network did."""
    recipe.show_links(named)
    recipe.show_rows(RecipeSteps(named))


def _source(found: Found) -> str:
    one = next(iter(found.values()))
    return SOURCE.format(runtime=one["onnxruntime"], processor=one["processor"])


def _words(answers: Mapping[str, Answer]) -> str:
    """What was measured, and the reason only where the measurements have its marks."""
    tensor, channel, reduced = (answers[name] for name in ALWAYS)
    words = _(
        "In arithmetic one scale each has {channel:.1f} dB and one for all {tensor:.1f} dB; this "
        "processor gives {here:.1f} and {there:.1f} dB."
    ).format(
        channel=channel.arithmetic,
        tensor=tensor.arithmetic,
        here=channel.processor,
        there=tensor.processor,
    )
    if not overflows(answers):
        return words
    why = _(
        "Kernels without VNNI add two products of 8 bits in 16 bits, which overflow where every "
        "filter uses its whole range; with weights of 7 bits they cannot: {cured:.1f} dB."
    )
    return f"{words} {why.format(cured=reduced.processor)}"


def _show_more(found: Found, answers: Mapping[str, Answer], scheme: str) -> None:
    """What each scheme changes against one scale each, as it is run here."""
    names, start = _scheme_names(), answers[CHANNEL]
    lines = [
        _("**{change:+.1f} dB** on this processor: {name}, against per channel.").format(
            change=each.processor - start.processor, name=names[name]
        )
        for name, each in answers.items()
        if name != CHANNEL and each.processor is not None and start.processor is not None
    ]
    st.markdown("\n".join(f"* {line}" for line in (*lines, *_facts(found, scheme))))


def _facts(found: Found, scheme: str) -> Iterator[str]:
    one = found[scheme]
    before, after = one["bytes_before"], one["bytes_after"]
    if after:
        text = _("File {0:,} → {1:,} bytes; weights {2:,} → {3:,} bytes ({name}).")
        sizes = (before["file"], after["file"], before["weights"], after["weights"])
        yield text.format(*sizes, name=_scheme_names()[scheme])
    text = _("Calibrated with {calibrated}; measured on {measured}.")
    yield text.format(calibrated=one["calibrated"], measured=one["measured"])
    yield _(
        "Signal to error: 20 log₁₀ of the output's norm over its error's; 6 dB are one bit. "
        "*Arithmetic* rounds values to their grid and computes in float, without optimisations; "
        "*this processor* runs onnxruntime's fused kernels of whole numbers."
    )
    yield _("This machine: {text}.").format(text=this_machine().text)


# Through the network


def _show_network(asked: Controls, top: Any, places: Places) -> None:
    scheme, way = _scheme(asked, places[0]), _way(asked, places[1])
    found = _measured(scheme)
    rows = {row["path"]: row[way] for row in found[scheme]["operations"]}
    known = {path: value for path, value in rows.items() if value is not None}
    if not known:
        text = _(
            "There are no figures of single operations here: bits are simulated, or onnxruntime "
            "fuses this scheme in another way once values are looked at. Take arithmetic."
        )
        st.info(text)
        return
    names = {"first": _("first third"), "middle": _("middle third"), "last": _("last third")}
    text = _("Behind which third of the operations is least signal left?")
    question = Question(LOST, text, names, lost_in(list(known.values())))
    with top:
        lesson.ask(question, asked[LOST])
    picture.show(
        _drawn(trace_config(shipped()), known, found),
        key="eight-network",
        label=_("Signal to error of each block, {name}").format(name=_scheme_names()[scheme]),
    )
    worst = min(known, key=known.__getitem__)
    words = _("Least is left behind `{path}`: {worst:.1f} dB. The output has {output:.1f} dB.")
    output = found[scheme]["output_db"][way]
    lesson.answer(
        question, words.format(path=worst, worst=known[worst], output=output), _source(found)
    )
    lesson.more(_("Every operation"), lambda: _show_operations(found[scheme]["operations"]))


def _show_operations(rows: list[dict[str, Any]]) -> None:
    columns = {
        "path": _("Operation"),
        "block": grid.number(_("Block")),
        "weights": grid.number(_("Weights (dB)"), format="%.1f"),
        "arithmetic": grid.number(_("Arithmetic (dB)"), format="%.1f"),
        "processor": grid.number(_("This processor (dB)"), format="%.1f"),
    }
    grid.show(rows, columns)


def _drawn(traced: Trace, known: Mapping[str, float], found: Found) -> Any:
    from viz.drawing.diagrams import draw

    return draw(traced, look=replace(picture.look(source=_source(found)), decibels=known))


# Weights of a block


def _layers(asked: Controls, place: Any) -> list[dict[str, Any]]:
    with place:
        block = int(controls.number("layer_block", asked["layer_block"]))
    with st.spinner(_("Reading the weights…")):
        return torch_questions.weights(shipped(), block)


def _show_ranges(asked: Controls, top: Any, places: Places) -> None:
    from viz.charts.quantize import ranges_chart

    layers = _layers(asked, places[0])
    roles = {layer["role"]: layer["role"] for layer in layers}
    text = _("Which layer's filters differ most in range?")
    question = Question(RANGES, text, roles, most_unlike(layers))
    if len(layers) > 1:
        with top:
            lesson.ask(question, asked[RANGES])
    shown = [{**layer, "label": _range_title(layer)} for layer in layers]
    title = _("Ranges of weights, filter by filter")
    picture.chart(ranges_chart(shown, picture.mode()), key="ranges", title=title, source=WEIGHTS)
    words = _(
        "The widest filter of *{role}* reaches {ratio:.1f} times as far as the narrowest: one "
        "scale for all leaves that one 1/{ratio:.1f} of the whole numbers, one scale each leaves "
        "it all of them."
    )
    ratio = max(map(unlikeness, layers))
    lesson.answer(question, words.format(role=question.right, ratio=ratio), WEIGHTS)
    lesson.more(_("Formula"), _show_formula)


def _range_title(layer: Mapping[str, Any]) -> str:
    text = _("{role}: {count} filters<br>widest ÷ narrowest: {ratio:.1f}")
    count = len(layer["ranges"])
    return text.format(role=layer["role"], count=count, ratio=unlikeness(layer))


def _show_steps(asked: Controls, top: Any, places: Places) -> None:
    from viz.charts.quantize import counts_chart

    layers = _layers(asked, places[0])
    layer = next((each for each in layers if each["kind"] == "depthwise"), layers[0])
    choices = {"few": _("fewer than half"), "many": _("half or more")}
    text = _("With one scale for all, how many of the 255 whole numbers do its weights use?")
    question = Question(STEPS, text, choices, steps_used(layer))
    with top:
        lesson.ask(question, asked[STEPS])
    names = {TENSOR: _("one scale for all filters"), CHANNEL: _("one scale each")}
    counts = {_steps_title(names[n], values): values for n, values in layer["counts"].items()}
    title = _("Weights on the grid of whole numbers: {path}").format(path=layer["path"])
    made = counts_chart({"counts": counts}, picture.mode())
    picture.chart(made, key="steps", title=title, source=WEIGHTS)
    used = {name: used_of(values) for name, values in layer["counts"].items()}
    words = _(
        "The weights of `{path}` lie on {tensor} of 255 whole numbers with one scale for all, and "
        "on {channel} with one each: then every filter reaches an end of the grid."
    )
    found = words.format(path=layer["path"], tensor=used[TENSOR], channel=used[CHANNEL])
    lesson.answer(question, found, WEIGHTS)
    lesson.more(_("Formula"), _show_formula)


def _steps_title(name: str, values: list[int]) -> str:
    share = percent(used_of(values) / len(values))
    return _("{name}<br>{share} of the grid used").format(name=name, share=share)


_SHOWN = {
    "answers": _show_answers,
    "network": _show_network,
    "ranges": _show_ranges,
    "steps": _show_steps,
}


def _show_formula() -> None:
    """The grid of whole numbers that weights are put on."""
    st.latex(r"s = \frac{\max |w|}{127}, \qquad q = \mathrm{round}(w / s), \qquad w \approx s \, q")
    words = _(
        "Symmetric, as onnxruntime does it: one scale s for a layer is that of its widest filter; "
        "with one each, every filter reaches the ends of the grid."
    )
    st.markdown(words)
