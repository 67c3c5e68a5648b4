"""Charts of a training run: losses, accuracy and the confusion matrix."""

from collections.abc import Mapping, Sequence

from viz.charts.chart import SYMBOLS, Chart, chart, panels, plain_steps
from viz.theme import HEAT, PALETTES, SERIES, Mode, heat_colour, text_on

TITLES = ("loss: per step, validation (squares)", "validation accuracy (%)")


def run_chart(
    losses: Sequence[tuple[float, float]],
    history: Sequence[Mapping[str, float]],
    epochs: int,
    mode: Mode,
) -> Chart:
    """The loss of every step with that on ``val``, and accuracy, against epochs.

    ``losses`` are pairs of the epochs that have passed, and a loss; ``history`` has ``epoch``,
    ``val_loss`` and ``val_accuracy``.
    """
    made = panels(mode, list(TITLES), "epoch", height=360)
    made.add(
        "scatter",
        panel=1,
        x=[passed for passed, _loss in losses],
        y=[loss for _passed, loss in losses],
        name="training, per step",
        showlegend=False,
        mode="lines",
        line={"color": SERIES[0], "width": 2},
        hovertemplate="%{y:.3f}<extra></extra>",
    )
    ends = [line["epoch"] for line in history]
    _points(made, 1, "validation", ends, [line["val_loss"] for line in history], "%{y:.3f}")
    right = [100 * line["val_accuracy"] for line in history]
    _points(made, 2, "", ends, right, "%{y:.1f} %")
    for panel in (1, 2):
        made.axis("x", panel).update(range=[0, 1.04 * epochs])
    made.axis("y", 2).update(range=[0, 105])
    return made


def _points(made: Chart, panel: int, name: str, x: list[float], y: list[float], hover: str) -> None:
    made.add(
        "scatter",
        panel=panel,
        x=x,
        y=y,
        name=name,
        showlegend=False,
        mode="lines+markers",
        line={"color": SERIES[1], "width": 3},
        marker={"color": SERIES[1], "symbol": SYMBOLS[1], "size": 10},
        hovertemplate=f"{hover}<extra></extra>",
    )


def confusion_chart(counts: Sequence[Sequence[int]], classes: Sequence[str], mode: Mode) -> Chart:
    """Confusion matrix: pictures by true class (rows) and answer (columns)."""
    made = chart(mode, "answer", "true class", height=420)
    shares = [[count / (sum(row) or 1) for count in row] for row in counts]
    made.add(
        "heatmap",
        z=shares,
        colorscale=plain_steps(HEAT[mode]),
        customdata=[list(row) for row in counts],
        hovertemplate="%{customdata} pictures<extra></extra>",
        showscale=False,
        xgap=3,
        ygap=3,
    )
    for y, row in enumerate(counts):
        for x, count in enumerate(row):
            colour = text_on(heat_colour(shares[y][x], mode)) if count else PALETTES[mode].muted
            made.note(str(count), x, y, font={"size": 15, "color": colour})
    for which in ("x", "y"):
        made.axis(which).update(
            tickvals=list(range(len(classes))),
            ticktext=list(classes),
            showgrid=False,
            zeroline=False,
        )
    made.axis("y").update(range=[len(classes) - 0.5, -0.5])  # the first class on top
    return made
