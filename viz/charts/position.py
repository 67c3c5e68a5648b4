"""A picture with clickable map positions and the receptive field of one as a frame."""

from viz.charts.chart import Chart, chart
from viz.net.graph import Part
from viz.theme import PALETTES, Mode

SIDE = 300
MARGIN = 8  # pixels of the picture around it


def position_chart(
    png: str, image: tuple[int, int], positions: tuple[int, int], part: Part, mode: Mode
) -> Chart:
    """``png`` (base64) has the size of ``image``; ``positions`` are rows and columns of the map.

    A screen's only: files of charts have no pictures in them.
    """
    height, width = image
    rows, columns = positions
    made = chart(mode, "", "", height=SIDE)
    places = [(row, column) for row in range(rows) for column in range(columns)]
    made.add(
        "scatter",
        x=[(column + 0.5) * width / columns for _row, column in places],
        y=[(row + 0.5) * height / rows for row, _column in places],
        mode="markers",
        customdata=[list(place) for place in places],
        marker={"size": max(6, 300 // max(rows, columns)), "opacity": 0.01, "symbol": "square"},
        hovertemplate="row %{customdata[0]}, column %{customdata[1]}<extra></extra>",
        showlegend=False,
    )
    made.layout["images"] = [
        {
            "source": f"data:image/png;base64,{png}",
            "xref": "x",
            "yref": "y",
            "x": 0,
            "y": 0,
            "sizex": width,
            "sizey": height,
            "sizing": "stretch",
            "layer": "below",
        }
    ]
    top, left = max(part.top, 0), max(part.left, 0)
    bottom, right = min(part.bottom, height), min(part.right, width)
    made.frame((left, top, right, bottom), PALETTES[mode].marked)
    made.layout |= {"dragmode": False, "margin": {"l": 0, "r": 0, "t": 0, "b": 0}}
    hidden = {"visible": False, "showgrid": False, "zeroline": False}
    made.axis("x").update(range=[-MARGIN, width + MARGIN], **hidden)
    made.axis("y").update(range=[height + MARGIN, -MARGIN], scaleanchor="x", **hidden)
    return made
