"""Where parameters, MACs and activation memory sit in a network."""

from streamlit.delta_generator import DeltaGenerator

from viz import charts
from viz.tables import block_rows, stage_rows
from viz.trace import Trace
from viz.ui import figure
from viz.ui.words import _


def show(place: DeltaGenerator, traced: Trace) -> None:
    """Two charts: by stage and by block."""
    stages, blocks = stage_rows(traced), block_rows(traced)
    names = [str(row["map"]) + " " * int(str(row["stage"])) for row in stages]
    left, right = place.columns([2, 3])
    left.plotly_chart(
        charts.share_chart(stages, names, figure.mode(), x=_("stage, by the size of its map")),
        theme=None,
        key="by-stage",
    )
    right.plotly_chart(
        charts.share_chart(blocks, [str(r["name"]) for r in blocks], figure.mode(), x=_("block")),
        theme=None,
        key="by-block",
    )
