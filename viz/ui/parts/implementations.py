"""Parts of the page on posts and papers: where implementations part."""

import streamlit as st

from viz.drawing.diagrams import draw_blocks
from viz.lessons.dialects import (
    COUNTERPARTS,
    POINTS,
    implementations,
    matrix_rows,
    nearest,
    sides,
)
from viz.net.zoo import ZOO
from viz.ui import picture
from viz.ui.translate import _

MATRIX = "matrix"
POINT, IN = "point", "in"


def show() -> None:
    """The matrix, and both blocks of the chosen cell."""
    rows = matrix_rows(list(COUNTERPARTS))
    st.dataframe(
        rows,
        hide_index=True,
        key=MATRIX,
        selection_mode="single-cell",
        on_select=_pick,
        height="content",
        column_config={
            "point": st.column_config.TextColumn(_("Point"), pinned=True),
            **{key: ZOO[key].name for key in COUNTERPARTS},
        },
    )
    st.caption(
        _(
            "Read from each implementation's operations. ≠ differs from the network of the same "
            "kind as torchvision builds it, which post 1's V3 equals. (In the paper, Small's last "
            "convolution has a tick for SE, and its early version a head of 1280.) Click a cell "
            "to see both blocks."
        )
    )
    left, right = st.columns(2)
    point = left.selectbox(_("Point"), list(POINTS), key=POINT, bind="query-params")
    choices = implementations()
    implementation = right.selectbox(_("Implementation"), choices, key=IN, bind="query-params")
    _show_blocks(str(point), str(implementation))


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
    picture.show(
        draw_blocks(chosen, picture.look(source=", ".join(sources))),
        key="both-blocks",
        label=_("A block of {left} beside one of {right}").format(
            left=chosen[0][0].config.network.name, right=chosen[1][0].config.network.name
        ),
        name="difference",
        chosen={POINT: point, IN: implementation},
    )
