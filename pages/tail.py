"""Where V3 found MACs that nobody missed."""

import streamlit as st

from viz.ui import controls, link, tails
from viz.ui.words import _

parts = [_("Last stage"), _("Stem")]
link.repair(controls.checks({**tails.LAST, **tails.STEM}) | {"part": link.one_of("part", parts)})
last, first = st.tabs(parts, key="part", bind="query-params")
if last.open:
    with last:
        tails.show_last_stage()
if first.open:
    with first:
        tails.show_stem()
