"""The part about output sizes: windows under each library's rule of padding."""

from functools import partial

import streamlit as st

from viz.drawing.diagrams import draw_windows
from viz.drawing.engine import Diagram
from viz.exports.figures import FIGURES, words_of_figure
from viz.lessons.player import both_rules
from viz.lessons.windows import Windows
from viz.ui import controls, lesson, picture, player
from viz.ui.controls import Control, Controls
from viz.ui.lesson import Question
from viz.ui.player import Bar, Track
from viz.ui.translate import _

GUESS, STEP = "size_guess", "size_at"
SOURCE = "PyTorch, Conv2d"


def controls_of() -> Controls:
    """URL parameters of this part."""
    return {
        **_size_controls(),
        GUESS: lesson.guess("bare", "formula", "dense"),
        STEP: Control(_("Step"), player.step_field()),
    }


def _size_controls() -> Controls:
    fields = FIGURES["windows"].fields
    labels = {
        "w": _("Input size W"),
        "f": _("Kernel F"),
        "p": _("Padding P"),
        "s": _("Stride S"),
        "d": _("Dilation"),
    }
    return {name: Control(label, fields[name]) for name, label in labels.items()}


def show() -> None:
    """The windows over a map under both rules, and the formula."""
    asked = _size_controls()
    values = {name: controls.value_of(name, control) for name, control in asked.items()}
    setting = {name: int(value) for name, value in values.items() if isinstance(value, int)}
    size, kernel, padding, stride, dilation = setting.values()
    lanes = both_rules(size, kernel, stride, padding, dilation)
    ours, theirs = (lane.windows for lane in lanes)
    if ours.out:
        question = _question(ours)
        lesson.ask(question, lesson.guess(*question.choices))
        _play(question, setting)
        lesson.answer(question, _answer(ours, theirs), _("PyTorch, documentation of Conv2d."))
    else:
        text = _("No output: the window, {reach} pixels, is larger than the padded side, {side}.")
        st.info(text.format(reach=ours.reach, side=ours.padded))
    controls.sliders(asked)
    _below(ours, theirs, setting)


def _question(ours: Windows) -> Question:
    text = _("A map of {w}×{w}, kernel {f}, stride {s}, padding {p}{d}. How large is the output?")
    dilated = _(", dilation {dilation}").format(dilation=ours.dilation)
    choices = {key: f"{side}×{side}" for key, side in ours.size_guesses.items()}
    return Question(
        GUESS,
        text.format(
            w=ours.size,
            f=ours.kernel,
            s=ours.stride,
            p=ours.before,
            d=dilated if ours.dilation > 1 else "",
        ),
        choices,
        "formula",
    )


def _play(question: Question, setting: dict[str, int]) -> None:
    size, kernel, padding, stride, dilation = setting.values()
    lanes = both_rules(size, kernel, stride, padding, dilation)
    names = ["PyTorch", _("TensorFlow same")]
    words = _("{name}: row {{row}}, column {{column}}, sum {{value}}.")
    tracks = [
        Track(
            lane,
            name,
            _("padding {before} + {after}").format(
                before=lane.windows.before, after=lane.windows.after
            ),
            f"{lane.windows.out}×{lane.windows.out}",
            words.format(name=name),
        )
        for lane, name in zip(lanes, names, strict=True)
    ]
    player.show(
        tracks,
        [[0], [1]],
        [Bar(name, (index,)) for index, name in enumerate(names)],
        name=STEP,
        label=question.text,
        setting=str(setting),
        source=SOURCE,
        costs=False,
    )


def _answer(ours: Windows, theirs: Windows) -> str:
    text = _("{out}×{out}: ⌊(W + 2P − d(F − 1) − 1) / S⌋ + 1 = {out} windows a side. {grids}")
    return text.format(out=ours.out, grids=_grids(ours, theirs))


def _grids(ours: Windows, theirs: Windows) -> str:
    """How the two rules differ, in a sentence."""
    shift = ours.before - theirs.before
    if (ours.out, shift) == (theirs.out, 0):
        return _("TensorFlow's same padding gives the same windows.")
    if ours.out == theirs.out:
        text = _("TensorFlow's same padding gives as many, shifted by {shift} px.")
        return text.format(shift=shift)
    return _("TensorFlow's same padding gives {theirs}: ⌈W / S⌉.").format(theirs=theirs.out)


def _below(ours: Windows, theirs: Windows, setting: dict[str, int]) -> None:
    """The strip of one side, its files, and the formulas."""
    rules = [("PyTorch", ours), (_("TensorFlow same"), theirs)]
    diagram = draw_windows(rules, picture.look(source=SOURCE)) if ours.out else None
    if diagram:
        picture.offer_diagram(diagram, name="windows", params=words_of_figure("windows", setting))
    label = _("Formulas, and one side of the map")
    lesson.more(label, partial(_show_details, ours, theirs, diagram))


def _show_details(ours: Windows, theirs: Windows, diagram: Diagram | None) -> None:
    _show_size_formula(ours, theirs)
    if diagram:
        picture.show(
            diagram,
            key="windows-picture",
            label=_("Windows along one side of the map"),
            plain=True,
        )
    _explain_size(ours, theirs)


def _show_size_formula(ours: Windows, theirs: Windows) -> None:
    none = r" < 1,\ \text{no window fits}" if ours.formula < 1 else ""
    st.latex(
        r"N = \left\lfloor \frac{W + 2P - d(F - 1) - 1}{S} \right\rfloor + 1 = "
        rf"\left\lfloor \frac{{{ours.size} + 2 \cdot {ours.before} - {ours.dilation} \cdot "
        rf"{ours.kernel - 1} - 1}}{{{ours.stride}}}"
        rf"\right\rfloor + 1 = {ours.formula}{none}"
    )
    st.latex(
        r"N_\mathrm{same} = \left\lceil \frac{W}{S} \right\rceil = "
        rf"\left\lceil \frac{{{theirs.size}}}{{{theirs.stride}}} \right\rceil = {theirs.out}"
    )


def _explain_size(ours: Windows, theirs: Windows) -> None:
    if ours.missed:
        seen = _("in PyTorch's row no window covers {pixels}").format(
            pixels=", ".join(map(str, ours.missed))
        )
    else:
        seen = _("in PyTorch's row every pixel is covered")
    controls.explain(
        _(
            "Pixels can be skipped at the end, and between the pixels of a window: **{seen}**. "
            "TensorFlow's same padding puts the odd pixel at the end. {grids} Weights trained with "
            "one rule do not transfer exactly to the other."
        ).format(seen=seen, grids=_grids(ours, theirs)),
        _("PyTorch, documentation of Conv2d."),
    )
