"""Controls of lessons: sliders and switches in a row, each bound to the URL and checked first."""

from dataclasses import dataclass

import streamlit as st

from viz.ui import query


@dataclass(frozen=True, slots=True)
class Range:
    """A whole number on a slider; its name in the URL is the key under which it is listed."""

    label: str
    low: int
    high: int
    default: int
    step: int = 1


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words, which are part of links and therefore never translated."""

    label: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off."""

    label: str
    default: bool = False


Field = Range | Choice | Switch


def checks(fields: dict[str, Field]) -> dict[str, query.Check]:
    """What links may say about these fields."""
    return {name: _check(name, field) for name, field in fields.items()}


def _check(name: str, field: Field) -> query.Check:
    if isinstance(field, Range):
        return query.between(name, field.low, field.high)
    if isinstance(field, Choice):
        return query.one_of(name, field.words)
    return query.switch(name)


def numbers(fields: dict[str, Range]) -> list[int]:
    """Sliders beside each other, and what they say."""
    return [
        column.slider(
            field.label,
            field.low,
            field.high,
            field.default,
            field.step,
            key=name,
            bind="query-params",
        )
        for column, (name, field) in zip(st.columns(len(fields)), fields.items(), strict=True)
    ]


def choice(name: str, field: Choice) -> str:
    """Words beside each other, one of them chosen; the first until something else is."""
    return str(
        st.segmented_control(
            field.label,
            field.words,
            default=field.words[0],
            required=True,
            key=name,
            bind="query-params",
        )
    )


def switch(name: str, field: Switch) -> bool:
    """A toggle."""
    return bool(st.toggle(field.label, field.default, key=name, bind="query-params"))


def explain(text: str, source: str) -> None:
    """A lesson's few sentences, and the paper's section they come from."""
    st.markdown(text)
    st.caption(source)
