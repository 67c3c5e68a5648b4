"""Rows of networks -> charts. Titles, units and colours stand here; no arithmetic but scaling."""

from collections.abc import Iterable, Mapping, Sequence

from viz.charts.chart import DASHES, METRICS, SHORT, SYMBOLS, Chart, Json, chart
from viz.facts.compare import RunningRow
from viz.facts.memory import LiveRow, peak
from viz.facts.sweep import StairRow, SweepRow
from viz.facts.tables import BlockRow, StageRow
from viz.net.zoo import ZOO, Claim
from viz.theme import PALETTES, SERIES, Mode

LOG_TICKS = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
PATTERNS = ("", "/", ".")

TICK_GAP = 0.035  # of a chart's breadth, for a name to be read


def accuracy_chart(claims: Mapping[str, Sequence[Claim]], mode: Mode) -> Chart:
    """Published top-1 accuracy against published MACs; every point names its table."""
    made = chart(mode, "MACs (M, log scale)", "ImageNet top-1 (%)", height=400)
    for index, (name, points) in enumerate(claims.items()):
        ordered = sorted(points, key=lambda claim: (claim.resolution != 224, claim.macs or 0))
        made.add(
            "scatter",
            x=[claim.macs for claim in ordered],
            y=[claim.top1 for claim in ordered],
            mode="markers",
            name=name,
            marker={
                "color": SERIES[index % len(SERIES)],
                "symbol": SYMBOLS[(index + index // len(SERIES)) % len(SYMBOLS)],
                "size": 11,
                "line": {"width": 1, "color": PALETTES[mode].paper},
            },
            customdata=[[c.width, c.resolution, c.citation] for c in ordered],
            hovertemplate=(
                "<b>%{fullData.name}</b>, width %{customdata[0]}, %{customdata[1]} px<br>"
                "%{y} % top-1, %{x} M MACs<br>%{customdata[2]}<extra></extra>"
            ),
        )
    ticks = {"tickvals": list(LOG_TICKS), "ticktext": [f"{tick:,}" for tick in LOG_TICKS]}
    made.axis("x").update(type="log", **ticks)
    return made


def share_chart(
    rows: Sequence[BlockRow] | Sequence[StageRow], names: Sequence[str], mode: Mode, *, x: str
) -> Chart:
    """Parameters, MACs and activation memory as shares of the total, side by side."""
    made = chart(mode, x, "share of the total (%)")
    for index, (metric, label) in enumerate(SHORT.items()):
        values = [getattr(row, metric) for row in rows]
        total = sum(values) or 1
        pattern = {
            "shape": PATTERNS[index],
            "fillmode": "overlay",
            "fgcolor": PALETTES[mode].paper,
            "size": 7,
        }
        made.add(
            "bar",
            x=list(names),
            y=[round(100 * value / total, 4) for value in values],
            name=label,
            marker={"color": SERIES[index], "pattern": pattern},
            customdata=values,
            hovertemplate=f"%{{x}}<br>{label}: %{{customdata:,}} (%{{y:.1f}} %)<extra></extra>",
        )
    return made


def memory_chart(rows: Sequence[LiveRow], mode: Mode) -> Chart:
    """Live activation bytes during each operation, with the peak marked."""
    made = chart(mode, "block", "live memory (MB)")
    top = peak(list(rows))
    made.add(
        "scatter",
        x=[row.place for row in rows],
        y=[row.live_bytes / 1e6 for row in rows],
        name="alive",
        mode="lines",
        line={"color": SERIES[0], "shape": "hvh", "width": 3},
        customdata=[[row.path, row.live_bytes] for row in rows],
        hovertemplate="%{customdata[0]}: %{customdata[1]:,} bytes<extra></extra>",
        showlegend=False,
    )
    made.add(
        "scatter",
        x=[top.place],
        y=[top.live_bytes / 1e6],
        name="peak",
        mode="markers+text",
        text=[f"{top.live_bytes / 1e6:.3g} MB: {top.block}, {top.role}"],
        textposition="top right" if top.place < len(rows) / 2 else "top left",
        marker={"color": SERIES[1], "size": 11, "symbol": "x"},
        cliponaxis=False,
        showlegend=False,
        hoverinfo="skip",
    )
    ticks = _block_ticks(rows)
    made.axis("x").update(tickvals=list(ticks), ticktext=list(ticks.values()))
    made.axis("y").update(range=[0, 1.2 * top.live_bytes / 1e6])
    return made


def _block_ticks(rows: Sequence[LiveRow]) -> dict[int, str]:
    """Ticks at the stem and numbered blocks, without those too close together."""
    ticks: dict[int, str] = {}
    for row, before in zip(rows, (None, *rows), strict=False):
        begins = before is None or row.block != before.block
        number = row.block.rpartition(" ")[2]
        if not ticks:
            ticks[row.place] = row.block
        elif begins and number.isdigit() and row.place - max(ticks) >= TICK_GAP * len(rows):
            ticks[row.place] = number
    return ticks


def running_chart(
    sides: Mapping[str, Sequence[RunningRow]], metric: str, mode: Mode, *, height: int = 340
) -> Chart:
    """Running total of one metric over depth, a line for each network."""
    title, unit = METRICS[metric]
    made = chart(mode, "depth (% of the blocks)", title, height=height)
    for index, (name, rows) in enumerate(sides.items()):
        made.add(
            "scatter",
            x=[100 * row.share for row in rows],
            y=[getattr(row, metric) / unit for row in rows],
            name=name,
            mode="lines+markers",
            line={"color": SERIES[index], "dash": DASHES[index], "shape": "hv", "width": 3},
            marker={"symbol": SYMBOLS[index], "size": 7},
            customdata=[row.name for row in rows],
            hovertemplate="%{customdata}: %{y:.3f}<extra>%{fullData.name}</extra>",
        )
    return made


def staircase_chart(rows: Sequence[StairRow], divisor: int, mode: Mode) -> Chart:
    """Requested and rounded channels, the 10 % bound, and where it raised the result."""
    wanted = [row.wanted for row in rows]
    made = chart(mode, "requested channels", "rounded channels", height=460)
    for name, share, line in (
        ("requested", 1.0, {"color": PALETTES[mode].muted, "dash": "dot", "width": 2}),
        ("10 % below requested", 0.9, {"color": SERIES[1], "dash": "dash", "width": 2}),
    ):
        values = [share * value for value in wanted]
        made.add(
            "scatter", x=wanted, y=values, name=name, mode="lines", line=line, hoverinfo="skip"
        )
    made.add(
        "scatter",
        x=wanted,
        y=[row.given for row in rows],
        name=f"rounded: multiples of {divisor}",
        mode="lines",
        line={"color": SERIES[0], "width": 3, "shape": "hvh"},
        customdata=[100 * row.change for row in rows],
        hovertemplate="requested %{x}: rounded to %{y} (%{customdata:+.1f} %)<extra></extra>",
    )
    lifted = [row for row in rows if row.lifted]
    made.add(
        "scatter",
        x=[row.wanted for row in lifted],
        y=[row.given for row in lifted],
        name="raised by the 10 % rule",
        mode="markers",
        marker={"color": SERIES[1], "size": 8, "symbol": "triangle-up"},
        hovertemplate="requested %{x}: raised to %{y}<extra></extra>",
    )
    return made


def sweep_chart(rows: Sequence[SweepRow], metric: str, mode: Mode, *, marked_width: float) -> Chart:
    """A metric against width, a line for each network and rule, with the ideal quadratic."""
    title, unit = METRICS[metric]
    made = chart(mode, "width multiplier", title, height=460)
    groups = _grouped(rows)
    networks = list(dict.fromkeys(variant for variant, _ in groups))
    for index, ((variant, rule), group) in enumerate(groups.items()):
        colour = SERIES[networks.index(variant) % len(SERIES)]
        rules = [r for v, r in groups if v == variant]
        dash = DASHES[rules.index(rule) % len(DASHES)]
        made.add(
            "scatter",
            x=[row.width for row in group],
            y=[getattr(row, metric) / unit for row in group],
            name=f"{ZOO[variant].name}, {rule}",
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2.5},
            hovertemplate="width %{x}: %{y:.3f}<extra>%{fullData.name}</extra>",
        )
        if rule == rules[0]:
            made.add("scatter", **_ideal(group, metric, unit, colour, show=index == 0))
    made.line_at(x=marked_width, color=PALETTES[mode].muted, dash="dot")
    return made


def _grouped(rows: Iterable[SweepRow]) -> dict[tuple[str, str], list[SweepRow]]:
    groups: dict[tuple[str, str], list[SweepRow]] = {}
    for row in rows:
        groups.setdefault((row.variant, row.rule), []).append(row)
    return groups


def _ideal(group: Sequence[SweepRow], metric: str, unit: float, colour: str, *, show: bool) -> Json:
    """Value at width 1 times width²: the cost without rounding."""
    at_one = min(group, key=lambda row: abs(row.width - 1.0))
    base = getattr(at_one, metric) / unit / at_one.width**2
    widths = [row.width for row in group]
    return {
        "x": widths,
        "y": [base * width**2 for width in widths],
        "name": "ideal: width²",
        "mode": "lines",
        "line": {"color": colour, "width": 1},
        "opacity": 0.9,
        "showlegend": show,
        "legendrank": 2000,
        "hoverinfo": "skip",
    }
