"""Printed figures against computed ones, every claim a point."""

from collections.abc import Sequence

from viz.charts.chart import OPACITY, SYMBOLS, Chart, chart
from viz.facts.checks import ClaimRow
from viz.theme import SERIES, Mode

ROW, ROOM = 26, 120  # pixels of a network, and of axes and legend
NAMES = {"params": "parameters", "macs": "MACs"}


def checks_chart(rows: Sequence[ClaimRow], mode: Mode) -> Chart:
    """How far each printed figure is from the computed one, by network."""
    found = [row for row in rows if any(_difference(row, what) is not None for what in NAMES)]
    networks = list(dict.fromkeys(row.network for row in found))
    made = chart(mode, "computed against printed (%)", "", height=ROW * len(networks) + ROOM)
    for index, (what, name) in enumerate(NAMES.items()):
        printed = [row for row in found if _difference(row, what) is not None]
        made.add(
            "scatter",
            x=[round(_difference(row, what) or 0.0, 3) for row in printed],
            y=[-networks.index(row.network) for row in printed],
            name=name,
            mode="markers",
            opacity=OPACITY[mode],
            marker={"color": SERIES[index], "symbol": SYMBOLS[index], "size": 11},
            customdata=[[row.network, row.width, row.resolution, row.source] for row in printed],
            hovertemplate=(
                "%{customdata[0]}, width %{customdata[1]}, %{customdata[2]} px: %{x:+.2f} %"
                "<br>%{customdata[3]}<extra>%{fullData.name}</extra>"
            ),
        )
    made.axis("y").update(
        tickvals=[-place for place in range(len(networks))],
        ticktext=networks,
        range=[0.7 - len(networks), 0.7],
        zeroline=False,
    )
    made.line_at(x=0, color=SERIES[2], width=2, below=True)
    return made


def _difference(row: ClaimRow, what: str) -> float | None:
    found: float | None = getattr(row, f"{what}_difference")
    return found
