"""Charts made fit for a slide: text for the last row of the room, a title and a source line."""

import copy

import plotly.graph_objects as go

from viz.theme import PALETTES, Mode

TITLE, TEXT, TICK = 36, 28, 24
THICKER = 1.5


def enlarged(figure: go.Figure, title: str, source: str, mode: Mode) -> go.Figure:
    """A copy of ``figure`` for 1920 x 1080 pixels: no text below 24 of them."""
    slide = copy.deepcopy(figure)
    muted = PALETTES[mode].muted
    slide.update_annotations(font_size=TICK)
    own = figure.layout.title.text
    slide.update_layout(
        title={
            "text": f"<b>{title}{f' · {own}' if own else ''}</b>",
            "font_size": TITLE,
            "x": 0.015,
            "y": 0.97,
        },
        font_size=TEXT,
        legend={"font_size": TICK, "y": 1.01},
        margin={"l": 40, "r": 40, "t": 170, "b": 60},
        height=None,
        autosize=True,
    )
    slide.update_xaxes(title_font_size=TEXT, tickfont_size=TICK)
    slide.update_yaxes(title_font_size=TEXT, tickfont_size=TICK)
    for trace in slide.data:
        if trace.type in ("scatter", "bar", "waterfall") and trace.text is not None:
            trace.textfont.size = TICK
        if trace.type == "scatter":
            trace.line.width = THICKER * (trace.line.width or 2)
    slide.add_annotation(
        text=source,
        x=1,
        y=1,
        yshift=85,
        xref="paper",
        yref="paper",
        xanchor="right",
        yanchor="bottom",
        showarrow=False,
        font={"size": TICK, "color": muted},
    )
    return slide
