"""Parts of the page on posts and papers: differences between implementations."""

from typing import Any

import streamlit as st

from viz.drawing.diagrams import draw_blocks
from viz.exports.figures import FIGURES, words_of_figure
from viz.lessons.dialects import COUNTERPARTS, POINTS, matrix_rows, nearest, sides
from viz.net.zoo import ZOO
from viz.ui import controls, picture
from viz.ui.controls import Control, Controls
from viz.ui.pickers import network_name
from viz.ui.translate import _

NAME = "difference"
MATRIX = "matrix"
CHOSEN = "difference:chosen"
# What a reader of the paper would trip over, each in a block that shows it.
TELLING = [
    ("after-projection", "post-003-large"),
    ("kept-expansion", "post-002"),
    ("se-activation", "post-004"),
]
POINT, IN = "point", "in"


def controls_of() -> Controls:
    """URL parameters of this part."""
    fields = FIGURES[NAME].fields
    return {
        POINT: Control(_("Aspect"), fields[POINT], lambda key: POINTS[key].name),
        IN: Control(_("Implementation"), fields[IN], network_name),
    }


def show() -> None:
    """Both blocks of one difference, the most telling ones to choose from; all of them below."""
    st.pills(
        _("Telling differences"),
        TELLING,
        format_func=lambda pair: _("{network}: {point}").format(
            network=ZOO[pair[1]].short_name, point=POINTS[pair[0]].name
        ),
        key=CHOSEN,
        on_change=_choose,
        label_visibility="collapsed",
    )
    left, right = st.columns(2)
    asked = controls_of()
    with left:
        point = controls.pick(POINT, asked[POINT])
    with right:
        implementation = controls.pick(IN, asked[IN])
    _show_blocks(point, implementation)
    with st.expander(_("All differences as a table")):
        _show_matrix()


def _show_matrix() -> None:
    columns: dict[str, Any] = {
        POINT: st.column_config.TextColumn(_("Aspect"), pinned=True),
        **{key: ZOO[key].short or ZOO[key].name for key in COUNTERPARTS},
    }
    rows = [
        {POINT: row.point.name, **{key: cell.text for key, cell in row.cells.items()}}
        for row in matrix_rows(list(COUNTERPARTS))
    ]
    st.dataframe(
        rows,
        hide_index=True,
        key=MATRIX,
        selection_mode="single-cell",
        on_select=_pick,
        height="content",
        column_config=columns,
    )
    st.caption(
        _(
            "Read from each implementation's operations. ≠: differs from torchvision's "
            "network of the same kind, which post 1's V3 equals. (The paper's Small has SE "
            "in the last convolution; its early version a head of 1280.) Click a cell to "
            "see both blocks."
        )
    )


def _choose() -> None:
    """Take a telling difference over into the two fields."""
    if pair := st.session_state[CHOSEN]:
        st.session_state[POINT], st.session_state[IN] = pair


def _pick() -> None:
    """Take a clicked cell over into the two fields below the matrix."""
    cells = st.session_state[MATRIX].selection.cells
    if not cells:
        return
    row, column = cells[0]
    st.session_state[POINT] = list(POINTS)[row]
    st.session_state[IN] = nearest(str(column), st.session_state[IN])


def _show_blocks(point: str, implementation: str) -> None:
    chosen = sides(point, implementation)
    for column, (traced, _block) in zip(st.columns(2), chosen, strict=True):
        column.markdown(f"**{traced.config.network.name}**: {POINTS[point].does(traced)}")
    sources = dict.fromkeys(traced.config.network.paper for traced, _block in chosen)
    left, right = (POINTS[point].does(traced) for traced, _block in chosen)
    told = _("{point}: {left} left, {right} right").format(
        point=POINTS[point].name, left=left, right=right
    )
    picture.show(
        draw_blocks(chosen, picture.look(source=" · ".join([told, *sources]))),
        key="both-blocks",
        label=_("A block of {left} next to one of {right}").format(
            left=chosen[0][0].config.network.name, right=chosen[1][0].config.network.name
        ),
        name=NAME,
        params=words_of_figure(NAME, {POINT: point, IN: implementation}),
    )
