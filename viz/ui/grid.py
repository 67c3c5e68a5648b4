"""Rows as a table on the page, with the columns that are named, in their order."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from viz.facts.rows import Record, flat, is_number, shown

NOTHING = "–"  # in a cell whose column does not apply
SIGN, PADDING = 6.9, 18  # pixels of a sign, and beside a cell's text
Columns = Mapping[str, Any]
number = st.column_config.NumberColumn
text = st.column_config.TextColumn


def show(
    rows: Sequence[Record] | Sequence[Mapping[str, object]],
    columns: Columns,
    *,
    height: int | Literal["auto", "content"] = "auto",
    percent: Sequence[str] = (),
    key: str = "",
    on_pick: Callable[[int], None] | None = None,
) -> None:
    """Show the named columns; shares named in ``percent`` become percent.

    ``on_pick`` gets the number of a row that is picked; it needs a ``key``.
    """

    def picked() -> None:
        chosen = st.session_state[key].selection.rows
        if on_pick is not None and chosen:
            on_pick(chosen[0])

    st.dataframe(
        [_cells(row, columns, percent) for row in rows],
        hide_index=True,
        height=height,
        width="stretch",
        column_config=dict(columns),
        column_order=list(columns),
        key=key or None,
        on_select="ignore" if on_pick is None else picked,
        selection_mode="single-row",
        placeholder=NOTHING,
    )


def fitted(rows: Sequence[Mapping[str, object]], labels: Mapping[str, str]) -> dict[str, Any]:
    """Columns fitted to their contents, without empty ones."""
    made: dict[str, Any] = {}
    for name, label in labels.items():
        values = [row[name] for row in rows]
        if set(values) <= {NOTHING}:
            continue
        signs = max(len(each) for each in (label, *map(shown, values)))
        made_as = count if all(map(is_number, values)) else text
        made[name] = made_as(label, width=int(SIGN * signs) + PADDING)
    return made


def _cells(
    row: Record | Mapping[str, object], columns: Columns, percent: Sequence[str]
) -> dict[str, object]:
    values = row if isinstance(row, Mapping) else row._asdict()
    return {name: _cell(values[name], percent=name in percent) for name in columns}


def _cell(value: object, *, percent: bool) -> object:
    if percent and isinstance(value, float):
        return 100 * value
    return flat(value) if isinstance(value, tuple) else value


def count(label: str, **further: Any) -> Any:
    """A column of whole numbers with separators."""
    return number(label, format="localized", **further)
