"""Parts of the lesson on V4's block: four variants, and fused against separable."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from viz.drawing.diagrams import draw_faces, draw_residuals
from viz.exports.figures import FIGURES, words_of_figure
from viz.lessons.residual import ResidualBlock
from viz.lessons.universal import (
    RIDGES,
    Face,
    crossing,
    face_rows,
    faces,
    faster_where,
    fused_and_separable,
    fused_points,
    fused_rows,
    most_used,
)
from viz.net.config import Config
from viz.net.fields import Number, Word
from viz.net.universal import FACES
from viz.ui import controls, grid, lesson, picture
from viz.ui.controls import Control, Controls
from viz.ui.lesson import Question
from viz.ui.translate import _

SOURCE = "MobileNetV4, arXiv:2404.10518, section 4 and Figure 4."
FACES_GUESS, FUSED_GUESS = "faces_guess", "fused_guess"
RIDGE = Number(0, 500, 100)


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page."""
    return {
        "part": part(),
        **_face_controls(),
        **_fused_controls(),
        "ridge": _ridge(),
        FACES_GUESS: _faces_guess(),
        FUSED_GUESS: _fused_guess(),
    }


def part() -> Control:
    """The page's tabs."""
    names = {"faces": _("One block, four variants"), "fused": _("Fused or separable")}
    return Control("", Word(tuple(names), "faces"), names.__getitem__)


def _ridge() -> Control:
    words = _("MACs that the device computes in the time it moves one byte.")
    return Control(_("Ridge point (MACs per byte)"), RIDGE, help=words)


def _face_controls() -> Controls:
    fields = FIGURES["faces"].fields
    return {
        "channels": Control(_("Channels"), fields["channels"]),
        "t": Control(_("Expansion factor t"), fields["t"]),
        "size": Control(_("Map size"), fields["size"]),
        "kernel": Control(_("Kernel"), fields["kernel"]),
        "start": Control(_("Start depthwise"), fields["start"]),
        "middle": Control(_("Middle depthwise"), fields["middle"]),
    }


def _fused_controls() -> Controls:
    fields = FIGURES["fused"].fields
    return {
        "narrow": Control(_("Channels"), fields["narrow"]),
        "times": Control(_("Expansion factor t"), fields["times"]),
        "side": Control(_("Map size"), fields["side"]),
    }


def show_faces() -> None:
    """The four variants, with the chosen one framed."""
    place = st.container()
    values = _chosen_face()
    chosen = FACES[values["start"], values["middle"]].name
    found = faces(values["channels"], values["t"], values["size"], values["kernel"])
    question = _faces_question(found)
    with place:
        lesson.ask(question, _faces_guess())
    picture.show(
        draw_faces(found, chosen, picture.look(source="arXiv:2404.10518, Figure 4")),
        key="faces-picture",
        label=_("The universal inverted bottleneck with and without its depthwise convolutions"),
        name="faces",
        params=words_of_figure("faces", values),
    )
    lesson.answer(question, _faces_answer(found), SOURCE)
    own = next(face for face in found if face.name == chosen)
    lesson.more(_("Variants and table"), partial(_show_faces_details, found, own))


def _faces_guess() -> Control:
    return lesson.guess(*_face_names())


def _faces_question(found: list[Face]) -> Question:
    text = _("Two depthwise convolutions may each be left out. Which variant does V4 use most?")
    return Question(FACES_GUESS, text, _face_names(), most_used(found).name.lower())


def _face_names() -> dict[str, str]:
    return {face.name.lower(): face.name for face in FACES.values()}


def _faces_answer(found: list[Face]) -> str:
    most, plain = most_used(found), next(face for face in found if face.name == "IB")
    words = _(
        "{name}, in {used} of {all} such blocks of V4-Conv-S, M and L: one position sees "
        "{field}×{field}, where V2's block (IB) sees {other}×{other}, for {more:.1%} more MACs. "
        "A search chose at each place."
    )
    return words.format(
        name=most.name,
        used=sum(most.used),
        all=sum(sum(face.used) for face in found),
        field=most.receptive_field,
        other=plain.receptive_field,
        more=most.macs / plain.macs - 1,
    )


def _show_faces_details(found: list[Face], chosen: Face) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        _show_face_rows(found)
    with right:
        _explain_faces(chosen)


def _chosen_face() -> dict[str, Any]:
    asked = dict(_face_controls())
    switches = {name: asked.pop(name) for name in ("start", "middle")}
    kernel = asked.pop("kernel")
    numbers, few, toggles = st.columns([5, 2, 3], vertical_alignment="bottom")
    with numbers:
        values: dict[str, Any] = dict(zip(asked, controls.sliders(asked), strict=True))
    with few:
        values["kernel"] = controls.few("kernel", kernel)
    with toggles:
        values |= {name: controls.toggle(name, control) for name, control in switches.items()}
    return values


def _show_face_rows(found: list[Face]) -> None:
    columns = {
        "face": _("Variant"),
        "params": grid.count(_("Parameters")),
        "macs": grid.count(_("MACs")),
        "receptive_field": grid.count(_("Receptive field")),
        "small": grid.count(_("In V4-Conv-S")),
        "medium": grid.count(_("In M")),
        "large": grid.count(_("In L")),
    }
    grid.show(face_rows(found), columns)


def _explain_faces(chosen: Face) -> None:
    words = {
        "ExtraDW": _(
            "**ExtraDW**: both depthwise convolutions. The cheapest way to a larger receptive "
            "field and more depth."
        ),
        "IB": _(
            "**IB**: V2's inverted bottleneck. No start depthwise; spatial mixing after the "
            "expansion."
        ),
        "ConvNext": _(
            "**ConvNext**: no middle depthwise; spatial mixing before the expansion, on fewer "
            "channels: cheaper."
        ),
        "FFN": _(
            "**FFN**: no depthwise, only 1×1 convolutions: fast on accelerators. No spatial mixing."
        ),
    }
    controls.explain(
        words[chosen.name]
        + " "
        + _("One block with two optional depthwise convolutions; a search chooses them."),
        SOURCE,
    )
    st.page_link(
        "architecture.py",
        label=_("All four in MobileNetV4-Conv-M"),
        icon=":material/arrow_forward:",
        query_params={"network": "v4-conv-medium"},
    )


def show_fused() -> None:
    """The fused block, and the ridge points where it is faster."""
    place = st.container()
    values = dict(zip(_fused_controls(), controls.sliders(_fused_controls()), strict=True))
    blocks = fused_and_separable(values["narrow"], values["times"], values["side"])
    question = _fused_question(blocks)
    with place:
        lesson.ask(question, _fused_guess())
    picture.show(
        draw_residuals(blocks, picture.look(source="arXiv:2404.10518, section 4")),
        key="fused-picture",
        label=_("A fused inverted bottleneck next to a separable one"),
        name="fused",
        params=words_of_figure("fused", values),
    )
    lesson.answer(question, _fused_answer(blocks), SOURCE)
    lesson.more(_("Time by ridge point, and table"), partial(_show_fused_details, blocks, values))


def _fused_guess() -> Control:
    return lesson.guess("nowhere", "some", "everywhere")


def _fused_question(blocks: list[ResidualBlock]) -> Question:
    fused, separable = blocks
    text = _("A full 3×3 costs {times:.1f} times the MACs of the separable block. Is it faster?")
    choices = {
        "nowhere": _("nowhere"),
        "some": _("where memory is slow"),
        "everywhere": _("everywhere"),
    }
    right = faster_where(fused_points(blocks))
    return Question(FUSED_GUESS, text.format(times=fused.macs / separable.macs), choices, right)


def _fused_answer(blocks: list[ResidualBlock]) -> str:
    fused, separable = fused_rows(blocks, RIDGE.high)
    where = crossing(fused_points(blocks))
    first = (
        _("Up to a ridge point of {ridge:.0f} MACs per byte it is not. ").format(ridge=RIDGES[-1])
        if where is None
        else _("From a ridge point of {ridge:.0f} MACs per byte on. ").format(ridge=where)
    )
    rest = _(
        "It moves {moved:.0%} of the bytes, as the wide map is written and read one time less: it "
        "pays where maps are large and channels few."
    )
    return first + rest.format(moved=fused.bytes / separable.bytes)


def _show_fused_details(blocks: list[ResidualBlock], values: Mapping[str, int]) -> None:
    from viz.charts.fused_and_compound import fused_chart

    left, right = st.columns(2, gap="large")
    with left:
        ridge = int(controls.slider("ridge", _ridge()))
        picture.chart(
            fused_chart(fused_points(blocks), ridge, picture.mode()),
            key="fused-time",
            title=FIGURES["fused-time"].title,
            name="fused-time",
            params=words_of_figure("fused-time", {**values, "ridge": ridge}),
        )
    with right:
        _show_fused_rows(blocks, ridge)
        st.caption(_("8 bits, batch 1."))


def _show_fused_rows(blocks: list[ResidualBlock], ridge: int) -> None:
    columns = {
        "block": _("Block"),
        "params": grid.count(_("Parameters")),
        "macs": grid.count(_("MACs")),
        "bytes": grid.count(_("Bytes moved")),
        "intensity": grid.number(_("MACs per byte"), format="%.1f"),
        "time": grid.number(_("Time"), format="%.2f"),
    }
    grid.show(fused_rows(blocks, ridge), columns)
