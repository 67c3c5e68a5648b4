"""What a chart shows, in words, for those who cannot see it."""

from viz.charts.chart import Chart, Json
from viz.charts.drawable import unmarked

MOST = 8  # lines or groups that are told; more would be a recital


def described(made: Chart, title: str) -> str:
    """The title, and for each series its name, its values' range and its ends."""
    told = [text for text in map(_series, made.data) if text]
    more = [f"and {len(told) - MOST} more"] * (len(told) > MOST)
    return ". ".join([title, *told[:MOST], *more])


def _series(trace: Json) -> str:
    values = [value for value in trace.get("y", ()) if isinstance(value, int | float)]
    if not values or trace.get("mode") == "text":
        return ""
    name = unmarked(str(trace.get("name", ""))) or "values"
    if len(values) == 1:
        return f"{name}: {values[0]:.3g}"
    ends = f"first {values[0]:.3g}, last {values[-1]:.3g}"
    return f"{name}: {min(values):.3g} to {max(values):.3g}, {ends}"
