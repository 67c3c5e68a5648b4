"""Charts of measured times: of two networks, and by block of one."""

from collections.abc import Mapping, Sequence
from typing import Any

from viz.charts.chart import Chart, Json, chart
from viz.theme import PALETTES, SERIES, Mode

PATTERNS = ("", "/")


def pair_time_chart(networks: Sequence[tuple[str, Mapping[str, float]]], mode: Mode) -> Chart:
    """Milliseconds of some networks by the size of their maps, side by side.

    ``networks`` are names with milliseconds for each size.
    """
    made = chart(mode, "feature-map size", "ms per batch", height=380)
    found = {size for _, times in networks for size in times}
    sizes = sorted(found, key=lambda size: -int(size.partition("×")[0]))
    for index, (name, times) in enumerate(networks):
        made.add(
            "bar",
            x=sizes,
            y=[round(times.get(size, 0.0), 4) for size in sizes],
            name=name,
            marker=_marker(index, mode),
            hovertemplate="%{x}: %{y:.3f} ms<extra>%{fullData.name}</extra>",
        )
    return made


def block_time_chart(rows: Sequence[Mapping[str, Any]], mode: Mode) -> Chart:
    """Each block's share of the time and of the multiply-adds, side by side.

    ``rows`` have ``name``, ``ms``, ``time_share``, ``macs`` and ``macs_share``.
    """
    made = chart(mode, "block", "share of the network (%)", height=380)
    names = [row["name"] for row in rows]
    for index, (label, values) in enumerate(
        (
            ("time", [row["time_share"] for row in rows]),
            ("MACs", [row["macs_share"] for row in rows]),
        )
    ):
        made.add(
            "bar",
            x=names,
            y=[round(value, 4) for value in values],
            name=label,
            marker=_marker(index, mode),
            customdata=[[row["ms"], row["macs"]] for row in rows],
            hovertemplate=(
                "%{x}: %{y:.1f} % of the "
                + label
                + "<br>%{customdata[0]:.3f} ms, %{customdata[1]:,} MACs<extra></extra>"
            ),
        )
    return made


def _marker(index: int, mode: Mode) -> Json:
    """A series' colour and pattern."""
    paper = PALETTES[mode].paper
    pattern = {"shape": PATTERNS[index], "fillmode": "overlay", "fgcolor": paper, "size": 7}
    return {"color": SERIES[index], "pattern": pattern}
