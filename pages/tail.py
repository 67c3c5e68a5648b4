"""Where V3 found MACs that nobody missed."""

import streamlit as st

from viz.ui import controls, query
from viz.ui.parts import tail as part
from viz.ui.translate import _

parts = [_("Last stage"), _("Stem")]
query.repair(controls.checks({**part.LAST, **part.STEM}) | {"part": query.one_of("part", parts)})
last, first = st.tabs(parts, key="part", bind="query-params")
if last.open:
    with last:
        part.show_last_stage()
if first.open:
    with first:
        part.show_stem()
