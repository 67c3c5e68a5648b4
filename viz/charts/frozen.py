"""Chart of the lesson on frozen features."""

from collections.abc import Sequence

from viz.charts.chart import SYMBOLS, Chart, chart
from viz.lessons.frozen import BlockShift
from viz.theme import SERIES, Mode

NAMES = {"post": "post's code", "right": "features in eval()"}
HOVER = "%{x}: %{y:.4f}<extra>%{fullData.name}</extra>"


def shift_chart(rows: Sequence[BlockShift], mode: Mode) -> Chart:
    """Largest change of each block's running means, for both codes; markers show zeros."""
    made = chart(mode, "block", "largest change of a running mean")
    names = [row.name for row in rows]
    made.add(
        "bar",
        x=names,
        y=[row.post for row in rows],
        name=NAMES["post"],
        marker={"color": SERIES[0]},
        hovertemplate=HOVER,
    )
    made.add(
        "scatter",
        x=names,
        y=[row.right for row in rows],
        name=NAMES["right"],
        mode="markers",
        marker={"color": SERIES[1], "symbol": SYMBOLS[2], "size": 13},
        cliponaxis=False,
        hovertemplate=HOVER,
    )
    return made
