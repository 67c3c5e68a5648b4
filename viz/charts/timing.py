"""Measured times -> a chart: where the time goes beside where the multiply-adds are."""

from collections.abc import Mapping, Sequence
from typing import Any

from viz.charts.chart import Chart, chart
from viz.theme import PALETTES, SERIES, Mode


def block_time_chart(rows: Sequence[Mapping[str, Any]], mode: Mode) -> Chart:
    """Each block's share of the time and of the multiply-adds, side by side.

    ``rows`` have ``name``, ``ms``, ``time_share``, ``macs`` and ``macs_share``.
    """
    made = chart(mode, "block", "share of the network (%)", height=380)
    names = [row["name"] for row in rows]
    paper = PALETTES[mode].paper
    for index, (label, values, pattern) in enumerate(
        (
            ("time", [row["time_share"] for row in rows], ""),
            ("MACs", [row["macs_share"] for row in rows], "/"),
        )
    ):
        made.add(
            "bar",
            x=names,
            y=[round(value, 4) for value in values],
            name=label,
            marker={
                "color": SERIES[index],
                "pattern": {"shape": pattern, "fillmode": "overlay", "fgcolor": paper, "size": 7},
            },
            customdata=[[row["ms"], row["macs"]] for row in rows],
            hovertemplate=(
                "%{x}: %{y:.1f} % of the "
                + label
                + "<br>%{customdata[0]:.3f} ms, %{customdata[1]:,} MACs<extra></extra>"
            ),
        )
    return made
