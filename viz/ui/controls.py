"""Controls of pages: each has a field that says what it may be, and a name in the URL.

What a control holds stands in the session before it is drawn (``query.sync``). Numbers are given
their value as well, where they would start without it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from viz.net.fields import ConfigError, Field, Number, Resolution, Size, Text, Word, Words
from viz.ui import query
from viz.ui.private import TabContainer


@dataclass(frozen=True, slots=True)
class Control:
    """What stands beside a control, what it may be, and what its keys are called on screen."""

    label: str
    field: Field
    called: Callable[[str], str] = str
    help: str | None = None


Controls = Mapping[str, Control]


def fields_of(controls: Controls) -> dict[str, Field]:
    """What links may say of these controls."""
    return {name: control.field for name, control in controls.items()}


def value_of(name: str, control: Control) -> object:
    """The value of a control, whether or not this run draws it."""
    return query.value_of(name, control.field)


def slider(name: str, control: Control) -> float:
    """A number on a slider; whole ones are ints."""
    low, high, value, step = _range(name, control)
    return st.slider(control.label, low, high, value, step=step, key=name, help=control.help)


def _range(name: str, control: Control, *, given: bool = True) -> tuple[float, float, float, float]:
    """Lowest, highest, value, step: ints for whole numbers, as Streamlit wants them alike."""
    field = control.field
    assert isinstance(field, Number)  # of a slider or a number field
    value = query.sync(name, field, given=given)
    assert isinstance(value, int | float)  # the field has seen to it
    kind = int if field.whole else float
    return kind(field.low), kind(field.high), kind(value), kind(field.step)


def sliders(controls: Controls) -> list[int]:
    """Whole numbers on sliders beside each other."""
    columns = st.columns(len(controls))
    values = []
    for column, (name, control) in zip(columns, controls.items(), strict=True):
        with column:
            values.append(int(slider(name, control)))
    return values


def number(name: str, control: Control) -> float:
    """A number to type or step; whole ones are ints."""
    clears = control.field.default == getattr(control.field, "low", None)
    low, high, value, step = _range(name, control, given=not clears)
    shown = None if isinstance(step, int) else "%g"
    start = low if clears else value  # what a field has that has been emptied
    return st.number_input(
        control.label, low, high, start, step=step, key=name, help=control.help, format=shown
    )


def maybe_number(name: str, control: Control) -> int | None:
    """A whole number to type, or none."""
    field = control.field
    assert isinstance(field, Number)  # of a number field
    query.sync(name, field)
    found = st.number_input(
        control.label, int(field.low), int(field.high), step=1, key=name, help=control.help
    )
    return None if found is None else int(found)


def shortcuts(
    name: str, control: Control, values: Mapping[str, object], label: str, *, labelled: bool = False
) -> None:
    """Buttons below a control that set it to one of ``values``; the one it has is marked."""
    key = f"{name}-shortcuts"

    def choose() -> None:
        picked = st.session_state[key]
        # Beside a change of a slider itself comes the mark of a moment ago.
        slid = isinstance(control.field, Number) and query.was_changed(name, control.field)
        if picked is not None and not slid:
            st.session_state[name] = values[picked]

    stands = st.session_state[name]
    st.session_state[key] = next((text for text, value in values.items() if value == stands), None)
    visibility: Literal["visible", "collapsed"] = "visible" if labelled else "collapsed"
    st.pills(label, list(values), key=key, on_change=choose, label_visibility=visibility)


def few(name: str, control: Control) -> int:
    """One of a few numbers beside each other."""
    field = control.field
    assert isinstance(field, Number)  # of a choice of numbers
    query.sync(name, field)
    picked = st.segmented_control(
        control.label, field.only, required=True, key=name, help=control.help
    )
    return int(picked or field.only[-1])


def size(name: str, control: Control) -> Resolution:
    """Height and width to type; a mistake stands below, and the last good size stays."""
    field = control.field
    assert isinstance(field, Size)  # of a field for sizes
    query.sync(name, field)
    key, problem = f"{name}:text", f"{name}:problem"

    def typed() -> None:
        st.session_state[problem] = None
        try:
            st.session_state[name] = field.read(control.label, st.session_state[key])
        except ConfigError as error:
            st.session_state[problem] = (str(error), st.session_state[name])

    sentence, when = st.session_state.get(problem) or ("", None)
    if when != st.session_state[name]:  # another size has been chosen since
        st.session_state[key] = field.write(st.session_state[name])
        sentence = ""
    st.text_input(control.label, key=key, on_change=typed, help=control.help)
    if sentence:
        st.error(sentence)
    return field.check(name, st.session_state[name])


def toggle(name: str, control: Control) -> bool:
    """On or off."""
    query.sync(name, control.field)
    return bool(st.toggle(control.label, key=name, help=control.help))


def text(name: str, control: Control) -> str:
    """A line of text."""
    field = control.field
    assert isinstance(field, Text)  # of a text field
    query.sync(name, field)
    return str(st.text_input(control.label, key=name, max_chars=field.longest))


def choice(name: str, control: Control) -> str:
    """Keys beside each other, one of them chosen."""
    field = _synced(name, control)
    picked = st.segmented_control(
        control.label, field.words, format_func=control.called, required=True, key=name
    )
    return str(picked)


def pick(name: str, control: Control, *, placeholder: str = "") -> str:
    """One key of a list, or none where the default is none."""
    field = _synced(name, control)
    picked = st.selectbox(
        control.label,
        field.words,
        index=0 if field.default else None,  # what is chosen stands in the session
        format_func=control.called,
        filter_mode="contains",
        key=name,
        help=control.help,
        placeholder=placeholder or None,
    )
    return picked or field.default


def pick_number(
    name: str, control: Control, numbers: Sequence[int], placeholder: str
) -> int | None:
    """One number of a list, by its words, or none; one that the list lacks is none."""
    query.sync(name, control.field)
    if st.session_state.get(name) not in numbers:
        st.session_state[name] = None
    called = control.called
    return st.selectbox(
        control.label,
        numbers,
        index=None,
        format_func=lambda number: called(str(number)),
        filter_mode="contains",
        key=name,
        placeholder=placeholder,
    )


def several(name: str, control: Control) -> list[str]:
    """Some keys of a list."""
    field = control.field
    assert isinstance(field, Words)  # of a list with several choices
    query.sync(name, field)
    return list(
        st.multiselect(
            control.label, field.words, format_func=control.called, key=name, help=control.help
        )
    )


def tabs(name: str, control: Control) -> dict[str, TabContainer]:
    """A tab for each key; the open one is in the URL. Only what is ``open`` need be filled."""
    field = control.field
    assert isinstance(field, Word)  # of tabs
    labels = {control.called(key): key for key in field.words}
    shown = f"{name}:tab"
    if shown in st.session_state:
        st.session_state[name] = labels.get(st.session_state[shown], field.default)
    query.sync(name, field)
    st.session_state[shown] = control.called(st.session_state[name])
    made = st.tabs(list(labels), key=shown, on_change="rerun")
    return dict(zip(field.words, made, strict=True))


def _synced(name: str, control: Control) -> Word:
    field = control.field
    assert isinstance(field, Word)  # of a choice
    query.sync(name, field)
    return field


def heading(text: str) -> None:
    """The heading of a part of a page, below the page's own."""
    st.header(text, anchor=False)


def explain(words: str, source: str) -> None:
    """A lesson's few sentences, and the paper's section they come from."""
    st.markdown(words)
    st.caption(source)
