"""Parameters, MACs and activation memory by stage and block."""

from viz.facts.tables import block_rows, stage_rows
from viz.net.trace import Trace
from viz.ui import picture
from viz.ui.private import DeltaGenerator
from viz.ui.translate import _


def show(place: DeltaGenerator, traced: Trace) -> None:
    """Two charts: by stage and by block."""
    from viz.charts.network import share_chart  # brings plotly, for which no picture should wait

    stages, blocks = stage_rows(traced), block_rows(traced)
    # Stages may share a map's size: blanks that nobody sees keep their bars apart.
    names = [row.map + " " * row.stage for row in stages]
    left, right = place.columns([2, 3])
    with left:
        x = _("stage (feature-map size)")
        chart = share_chart(stages, names, picture.mode(), x=x)
        title = _("Cost by stage · {network}").format(network=traced.config.title)
        picture.chart(chart, key="by-stage", title=title)
    with right:
        names = [row.name for row in blocks]
        chart = share_chart(blocks, names, picture.mode(), x=_("block"))
        title = _("Cost by block · {network}").format(network=traced.config.title)
        picture.chart(chart, key="by-block", title=title)
