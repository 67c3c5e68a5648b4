"""Parts of the lesson on the inverted residual."""

import streamlit as st

from viz.drawing.diagrams import draw_residuals
from viz.exports.figures import FIGURES, words_of_figure
from viz.lessons.residual import ResidualBlock, both, cost_rows
from viz.net.config import Config
from viz.net.operations import Role
from viz.ui import controls, grid, lesson, picture
from viz.ui.controls import Control, Controls
from viz.ui.lesson import Question
from viz.ui.translate import _

NAME = "residual"
GUESS = "residual_guess"


def parameters(_config: Config | None = None) -> Controls:
    """URL parameters of the page."""
    fields = FIGURES[NAME].fields
    labels = {
        "channels": _("Narrow channels"),
        "t": _("Expansion factor t"),
        "size": _("Map size"),
        "stride2": _("Stride 2"),
        "same": _("Output = input channels"),
    }
    notes = {"same": _("Off: twice as many output channels, as between stages.")}
    found = {
        name: Control(label, fields[name], help=notes.get(name)) for name, label in labels.items()
    }
    return {**found, GUESS: lesson.guess("wide", "narrow", "even")}


def chosen() -> dict[str, int]:
    """Controls in one row, and their values."""
    asked = {name: control for name, control in parameters().items() if name != GUESS}
    switches = {name: asked.pop(name) for name in ("stride2", "same")}
    numbers, toggles = st.columns([3, 1], vertical_alignment="bottom")
    with numbers:
        values = dict(zip(asked, controls.sliders(asked), strict=True))
    with toggles:
        on = {name: controls.toggle(name, control) for name, control in switches.items()}
    return {**values, **on}


def blocks_of(values: dict[str, int]) -> list[ResidualBlock]:
    """Both blocks that the controls ask for."""
    channels, t, size = (values[name] for name in ("channels", "t", "size"))
    halves, same = bool(values["stride2"]), bool(values["same"])
    return both(channels, size, t, halves=halves, same=same)


def question_of(blocks: list[ResidualBlock]) -> Question:
    """Which form V2's block has."""
    choices = {
        "wide": _("wide, narrow, wide"),
        "narrow": _("narrow, wide, narrow"),
        "even": _("equally wide"),
    }
    text = _("ResNet's bottleneck is wide, narrow, wide. What is V2's block?")
    return Question(GUESS, text, choices, blocks[-1].form)


def ask(question: Question) -> None:
    """The question and its guesses."""
    lesson.ask(question, parameters()[GUESS])


def answer(question: Question, blocks: list[ResidualBlock]) -> None:
    """What the form of V2's block costs."""
    own = blocks[-1]
    words = _(
        "{form}, {narrow} channels at its ends and {wide} in its middle. It may be: the 3×3 there "
        "is depthwise and takes {depthwise:,} of its {macs:,} MACs; a shortcut joins narrow ends."
    )
    lesson.answer(
        question,
        words.format(
            form=question.choices[question.right].capitalize(),
            narrow=own.in_shape[0],
            wide=own.widest[0],
            depthwise=own.depthwise_macs,
            macs=own.macs,
        ),
        _("MobileNetV2, arXiv:1801.04381, section 3.3 and Figure 3."),
    )


def show_picture(blocks: list[ResidualBlock], values: dict[str, int]) -> None:
    """Both blocks, widths to scale."""
    picture.show(
        draw_residuals(
            blocks, picture.look(source="arXiv:1801.04381, Figure 3; arXiv:1512.03385, Figure 5")
        ),
        key="residual-picture",
        label=_("ResNet's bottleneck next to V2's inverted residual"),
        hint=_(
            "Equal at their narrowest: from block to block ResNet's carries {wide} channels, "
            "V2's {narrow}."
        ).format(wide=blocks[0].in_shape[0], narrow=blocks[1].in_shape[0]),
        name=NAME,
        params=words_of_figure(NAME, values),
    )


def show_details(blocks: list[ResidualBlock]) -> None:
    """Table and formula beside each other."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        _show_figures(blocks)
    with right:
        _explain(blocks)


def _show_figures(blocks: list[ResidualBlock]) -> None:
    columns = {
        "block": _("Block"),
        "params": grid.count(_("Parameters")),
        "macs": grid.count(_("MACs")),
        "widest": _("Widest tensor"),
        "widest_values": grid.count(_("Its values")),
        "ends": _("Output tensor"),
        "shortcut": _("Shortcut"),
    }
    grid.show(cost_rows(blocks), columns)


def _formula(block: ResidualBlock) -> str:
    """V2's block as a formula, of the parts that it has."""
    sums = r"x +" if block.shortcut else ""
    expanded = (
        r"\mathrm{ReLU6}\big(\underbrace{E}_{1\times1,\ \times t}\,x\big)"
        if any(op.role is Role.EXPAND for op in block.operations)
        else "x"
    )
    return (
        sums + r"\underbrace{P}_{1\times1,\ \text{linear}}\,\mathrm{ReLU6}\Big(\underbrace{D}"
        r"_{3\times3\ \text{depthwise}}\," + expanded + r"\Big)"
    )


def _explain(blocks: list[ResidualBlock]) -> None:
    st.latex(_formula(blocks[-1]))
    controls.explain(
        _(
            "ResNet's block is narrow in the middle and its shortcut connects the wide "
            "ends; V2's is wide in the middle, where the depthwise convolution is cheap, "
            "and its shortcut connects the narrow ends. Where shapes change, ResNet puts a "
            "1×1 convolution on the shortcut; V2 has no shortcut. ResNet's stride is on the"
            " 3×3, as in torchvision."
        ),
        _(
            "MobileNetV2, arXiv:1801.04381, section 3.3 and Figure 3; Deep Residual Learning, "
            "arXiv:1512.03385, Figure 5."
        ),
    )
    st.page_link(
        "architecture.py",
        label=_("Such a block in MobileNetV2"),
        icon=":material/arrow_forward:",
        query_params={"network": "v2", "block": "9"},
    )
