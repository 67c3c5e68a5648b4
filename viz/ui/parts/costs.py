"""Where parameters, MACs and activation memory sit in a network."""

import sys
import time

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from viz.facts.tables import block_rows, stage_rows
from viz.net.trace import Trace
from viz.ui import picture
from viz.ui.translate import _

# Drawing charts keeps the browser busy for longer than drawing the network's picture does, and it
# draws what has arrived in one go: so the charts are sent a moment after the picture.
PICTURE_FIRST_SECONDS = 0.25
BEFORE_IMPORT_SECONDS = 1.0


def show(place: DeltaGenerator, traced: Trace) -> None:
    """Two charts: by stage and by block."""
    with place:
        _charts(traced)


@st.fragment(parallel=True)
def _charts(traced: Trace) -> None:
    loaded = "viz.charts.network" in sys.modules
    time.sleep(PICTURE_FIRST_SECONDS if loaded else BEFORE_IMPORT_SECONDS)
    from viz.charts import (
        network as charts,  # brings pandas and plotly, which no picture should wait for
    )

    stages, blocks = stage_rows(traced), block_rows(traced)
    # Stages may share a map's size: blanks that nobody sees keep their bars apart.
    names = [str(row["map"]) + " " * int(str(row["stage"])) for row in stages]
    left, right = st.columns([2, 3])
    with left:
        picture.chart(
            charts.share_chart(stages, names, picture.mode(), x=_("stage, by the size of its map")),
            key="by-stage",
        )
    with right:
        picture.chart(
            charts.share_chart(
                blocks, [str(r["name"]) for r in blocks], picture.mode(), x=_("block")
            ),
            key="by-block",
        )
