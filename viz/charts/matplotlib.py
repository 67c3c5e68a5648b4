"""Charts as pictures, without a browser: matplotlib draws the same figure as the page shows.

Whatever a figure says must be drawn or be known to matter on a screen only (``drawable``).
"""

import base64
import io
import logging
import re
import warnings
from functools import partial
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text

from viz.charts.chart import Chart, Json
from viz.charts.drawable import DASHES, FontWarning, check, is_named
from viz.charts.fonts import USUAL, fonts_for, replaced, sentence, texts_in
from viz.charts.traces import LARGER, TracePainter, plain
from viz.theme import PALETTES

SIZE = (16.0, 9.0)
DPI = 120  # 1920 x 1080
MARGINS = (0.075, 0.125, 0.975, 0.85)  # left, bottom, right and top of the area for panels
SLANTED = 0.2  # bottom of the area above names that stand aslant
LINE = 0.022  # of a panel's title
TITLE_UP, LETTER, MOST_LEFT = 0.03, 0.0078, 0.3  # of the y axis: its title, and a letter of a name
MANY_NAMES = 8
TIMELESS: dict[str, dict[str, None]] = {
    "svg": {"Date": None},
    "png": {"Software": None},
    "pdf": {"CreationDate": None},
}
# Set once for the process and never changed: matplotlib's settings are shared by all threads.
mpl.rcParams.update(
    {
        "svg.fonttype": "none",
        "svg.hashsalt": "atlas",
        "pdf.fonttype": 42,  # TrueType, which journals and editors take
        "font.family": USUAL,
        "axes.unicode_minus": True,
        "text.parse_math": False,  # a name with signs of money is a name
    }
)
# What is said of signs that no font has is said in a sentence of ours.
warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font")
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)


def drawn(
    chart: Chart,
    suffix: str,
    *,
    background: bool = True,
    scale: float = 1,
    title: str = "",
    source: str = "",
) -> bytes:
    """A chart as ``svg``, ``png`` (``scale`` image pixels per slide pixel) or ``pdf``.

    It says its ``title`` and its ``source``, for a file stands alone. Raises ``UndrawableError``.
    """
    check(chart)
    fonts = fonts_for(texts_in(chart, title, source))
    if fonts.lacking and suffix != "svg":  # who opens an SVG has fonts of their own
        spell = partial(replaced, lacking=fonts.lacking)
        chart, title, source = chart.spelled(spell), spell(title), spell(source)
    drawing = Figure(figsize=SIZE, dpi=DPI)
    for panel in range(1, chart.panels + 1):
        _Panel(drawing, chart, panel).draw()
    _title(drawing, chart, title)
    _source(drawing, chart, source)
    _paper_notes(drawing, chart)
    if fonts.lacking and suffix != "svg":
        _say(drawing, chart, fonts.lacking)
    if len(fonts.families) > 1:
        for text in drawing.findobj(Text):
            text.set_fontfamily(fonts.families)
    target = io.BytesIO()
    drawing.savefig(
        target,
        format=suffix,
        dpi=DPI * (scale if suffix == "png" else 1),
        facecolor=PALETTES[chart.mode].paper if background else "none",
        metadata=TIMELESS[suffix],
    )
    return target.getvalue()


def _is_bold(text: str) -> bool:
    return text.startswith("<b>")


def _title(drawing: Any, chart: Chart, title: str) -> None:
    own = chart.layout.get("title", {}).get("text", "")
    text = " · ".join(dict.fromkeys(part for part in (title, own) if part))
    size = 22 if len(text) < 80 else 16
    look = {"size": size, "weight": "bold", "color": PALETTES[chart.mode].text, "va": "top"}
    drawing.text(0.02, 0.97, plain(text), **look)


def _source(drawing: Any, chart: Chart, source: str) -> None:
    colour = PALETTES[chart.mode].muted
    drawing.text(0.985, 0.015, plain(source), size=12, color=colour, ha="right", va="bottom")


def _say(drawing: Figure, chart: Chart, lacking: frozenset[str]) -> None:
    """Say in the drawing, and in a warning, which signs no font has."""
    warnings.warn(sentence(lacking), FontWarning, stacklevel=3)
    shown = re.sub(r" \(.*?\)", "", sentence(lacking))  # the signs themselves cannot be shown
    colour = PALETTES[chart.mode].muted
    drawing.text(0.015, 0.015, shown, size=12, color=colour, ha="left", va="bottom")


def _area(chart: Chart) -> tuple[float, float, float, float]:
    left, bottom, right, top = MARGINS
    names = {name for t in chart.data if is_named(t.get("x", ())) for name in t["x"]}
    top -= LINE * max(0, chart.title_lines - 2)
    longest = max((len(str(name)) for name in chart.axis("y").get("ticktext", ())), default=0)
    left = max(left, min(TITLE_UP + LETTER * longest, MOST_LEFT))
    return left, SLANTED if len(names) > MANY_NAMES else bottom, right, top


def _place(chart: Chart, panel: int) -> tuple[float, float, float, float]:
    """Left, bottom, width and height of a panel, as shares of the drawing."""
    left, bottom, right, top = _area(chart)
    across = chart.axis("x", panel).get("domain", (0.0, 1.0))
    up = chart.axis("y", panel).get("domain", (0.0, 1.0))
    return (
        left + across[0] * (right - left),
        bottom + up[0] * (top - bottom),
        (across[1] - across[0]) * (right - left),
        (up[1] - up[0]) * (top - bottom),
    )


def _paper_notes(drawing: Any, chart: Chart) -> None:
    """Texts whose place is a share of the whole area, such as titles of panels."""
    left, bottom, right, top = _area(chart)
    for note in chart.layout.get("annotations", []):
        if note.get("xref") == "paper":
            x, y = left + note["x"] * (right - left), bottom + note["y"] * (top - bottom)
            drawing.text(x, y + 0.008, plain(note["text"]), **_note_look(note, chart))


def _note_look(note: Json, chart: Chart) -> Json:
    font = note.get("font", {})
    return {
        "ha": note.get("xanchor", "center"),
        "va": note.get("yanchor", "center").replace("middle", "center"),
        "color": font.get("color", PALETTES[chart.mode].text),
        "size": LARGER * font.get("size", 15) * 0.75,
        "weight": "bold" if _is_bold(note["text"]) else "normal",
    }


class _Panel:
    """Draws one panel of a chart."""

    def __init__(self, drawing: Any, chart: Chart, panel: int) -> None:
        self.chart, self.palette = chart, PALETTES[chart.mode]
        self.x, self.y = chart.axis("x", panel), chart.axis("y", panel)
        self.suffix = str(panel) if panel > 1 else ""
        self.first = panel == 1
        self.axes = drawing.add_axes(_place(chart, panel))
        self.axes.set_facecolor("none")
        own = [t for t in chart.data if t.get("xaxis", "x") == f"x{self.suffix}"]
        self.traces = TracePainter(self.axes, chart, own)

    def draw(self) -> None:
        """Traces, then axes, shapes, texts and the legend."""
        for which, axis in (("x", self.x), ("y", self.y)):
            if axis.get("type") == "log":
                getattr(self.axes, f"set_{which}scale")("log")
        self.traces.paint()
        self._images()
        self._dress()
        for shape in self.chart.layout.get("shapes", []) if self.first else ():
            self._shape(shape)
        self._notes()
        self._legend()

    def _images(self) -> None:
        for image in self.chart.layout.get("images", []):
            if image["xref"] == f"x{self.suffix}":
                png = base64.b64decode(image["source"].partition(",")[2])
                self.axes.imshow(imread(io.BytesIO(png)), extent=(0, 1, 0, 1), aspect="auto")

    def _dress(self) -> None:
        self._spines()
        for which, axis in (("x", self.x), ("y", self.y)):
            self._axis(which, axis)
        if self.y.get("scaleanchor"):
            self.axes.set_aspect("equal")

    def _spines(self) -> None:
        shown = {"left": self.y.get("visible", True), "bottom": self.x.get("visible", True)}
        for side, spine in self.axes.spines.items():
            spine.set_visible(bool(shown.get(side)))
            spine.set_color(self.palette.muted)
        for which, axis in (("x", self.x), ("y", self.y)):
            if axis.get("showgrid", which == "y" or not self.traces.are_bars):
                self.axes.grid(axis=which, color=axis["gridcolor"])
        self.axes.set_axisbelow(True)

    def _axis(self, which: str, axis: Json) -> None:
        title = plain(axis["title"]["text"])
        getattr(self.axes, f"set_{which}label")(title, color=self.palette.text, size=17)
        named = which == "x" and bool(self.traces.names)
        if "range" in axis:
            if axis.get("type") == "log":  # Plotly gives the exponents
                ends = [10.0**end for end in axis["range"]]
            else:
                ends = [end + self.traces.shift for end in axis["range"]]
            getattr(self.axes, f"set_{which}lim")(*ends)
        if not axis.get("visible", True) or axis.get("showticklabels") is False:
            getattr(self.axes, f"set_{which}ticks")([])
        elif named:
            self._name_ticks()
        elif "tickvals" in axis:
            self._given_ticks(which, axis)
        if axis.get("side") == "right":
            self.axes.yaxis.tick_right()
        size = 14 if self.chart.panels == 1 else 11
        look = {"colors": self.palette.text, "labelsize": size}
        self.axes.tick_params(axis=which, which="both", **look)

    def _name_ticks(self) -> None:
        names = self.traces.names
        slanted = len(names) > MANY_NAMES
        turn: Json = {"rotation": 45, "ha": "right"} if slanted else {}
        self.axes.set_xticks(range(len(names)), [plain(n.strip()) for n in names], **turn)

    def _given_ticks(self, which: str, axis: Json) -> None:
        low, high = sorted(getattr(self.axes, f"get_{which}lim")())
        texts = axis.get("ticktext") or [f"{value:g}" for value in axis["tickvals"]]
        pairs = zip(axis["tickvals"], texts, strict=True)
        placed = [(at + self.traces.shift, plain(name)) for at, name in pairs]
        fitting = [(at, name) for at, name in placed if low <= at <= high]
        ticks = [at for at, _ in fitting], [name for _, name in fitting]
        getattr(self.axes, f"set_{which}ticks")(*ticks)
        getattr(self.axes, f"set_{which}ticks")([], minor=True)

    def _shape(self, shape: Json) -> None:
        line = shape.get("line", {})
        look = {
            "color": line.get("color"),
            "linestyle": DASHES[line.get("dash", "solid")],
            "linewidth": line.get("width", 2),
            "zorder": 0.5 if shape.get("layer") == "below" else 4,
        }
        if shape["type"] == "line" and shape.get("yref") == "y domain":
            self.axes.axvline(shape["x0"], **look)
        elif shape["type"] == "line":
            self.axes.axhline(shape["y0"], **look)
        elif shape.get("xref") == "x domain":
            tint = {"color": shape["fillcolor"], "alpha": shape.get("opacity"), "linewidth": 0}
            self.axes.axhspan(shape["y0"], shape["y1"], **tint)
        else:
            self._frame(shape, look)

    def _frame(self, shape: Json, look: Json) -> None:
        xs = [shape[name] + self.traces.shift for name in ("x0", "x1", "x1", "x0", "x0")]
        ys = [shape[name] + self.traces.shift for name in ("y0", "y0", "y1", "y1", "y0")]
        self.axes.plot(xs, ys, clip_on=False, **look)

    def _notes(self) -> None:
        for note in self.chart.layout.get("annotations", []):
            if note.get("xref", "x") == "x" and self.first:
                place = note["x"] + self.traces.shift, note["y"] + self.traces.shift
                look = _note_look(note, self.chart) | {"zorder": 5}
                self.axes.text(*place, plain(note["text"]), **look)

    def _legend(self) -> None:
        handles, labels = self.axes.get_legend_handles_labels()
        if labels:
            self.axes.legend(
                handles,
                labels,
                frameon=False,
                labelcolor=self.palette.text,
                fontsize=14,
                loc="lower left",
                bbox_to_anchor=(0, 1.0),
                ncols=min(len(labels), 4),
            )
