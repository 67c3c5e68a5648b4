"""Boards as DOT source, with every position and route in it.

Graphviz only draws (engine ``nop2``: positions are given, not searched), so the DOT is the picture.
"""

from collections.abc import Sequence

import graphviz

from viz.drawing.board import (
    LANE,
    LEGEND_HEIGHT,
    MARGIN,
    PADDING,
    TITLE_HEIGHT,
    Board,
    Box,
    Cell,
    Join,
    Layout,
    Line,
    Word,
    label_size,
    lay_out,
)
from viz.drawing.routes import Point, polyline
from viz.text import guessed_width, shortened, size_for, text_width
from viz.theme import FONT, PALETTES, Mode, text_on


def board_dot(board: Board, mode: Mode, *, background: bool = True) -> str:
    """The board as DOT source, with every position and route in it."""
    return boards_dot([board], mode, background=background)


def boards_dot(boards: Sequence[Board], mode: Mode, *, background: bool = True) -> str:
    """Boards that share one picture and one legend, the first one's, as DOT source."""
    graph = graphviz.Digraph(
        graph_attr={
            "layout": "nop2",
            "pad": "0",
            "bgcolor": "transparent",
            "outputorder": "nodesfirst",
        },
        node_attr={"shape": "box", "fixedsize": "true", "fontname": FONT, "label": ""},
        edge_attr={"fontname": FONT},
    )
    width = max(board.offset + board.size[0] for board in boards)
    height = max(board.size[1] for board in boards)
    for index, board in enumerate(boards):
        writer = _Writer(graph, lay_out(board), mode)
        if index == 0:
            writer.slide(width, height, filled=background)
            writer.legend(width)
        writer.content()
    return str(graph.source)


class _Writer:
    """Writes one layout into a graph."""

    def __init__(self, graph: graphviz.Digraph, layout: Layout, mode: Mode) -> None:
        self.layout, self.board = layout, layout.board
        self.palette = PALETTES[mode]
        self.graph = graph

    def slide(self, width: float, height: float, *, filled: bool) -> None:
        """Draw the ground, which also fixes the size of the picture."""
        fill = self.palette.paper if filled else "none"
        box = Box(width / 2, height / 2, width, height)
        self._shape("slide", box, fill, "none", "slide", tooltip=" ")

    def content(self) -> None:
        """Draw title, lines, arrows and skips."""
        self._title()
        for index, line in enumerate(self.board.lines):
            self._line(index, line)
        if self.board.flows:
            self._flow()
        for join in self.board.joins:
            self._join(join)

    def _title(self) -> None:
        (width, height), left = self.board.size, self.board.offset + MARGIN
        y = height - MARGIN - TITLE_HEIGHT / 2 + 4
        least = text_width(self.board.subtitle, 22)
        title_room = width - 4 * MARGIN - least
        size = size_for(self.board.title, 38, min(title_room, width * 0.6), bold=True)
        title = shortened(self.board.title, size, title_room)
        room = width - 3 * MARGIN - text_width(title, size, bold=True)
        self._text("title", title, left, y, size, bold=True)
        subtitle_size = size_for(self.board.subtitle, 28, room)
        right = self.board.offset + width - MARGIN
        start = right - text_width(self.board.subtitle, subtitle_size)
        self._text("subtitle", self.board.subtitle, start, y, subtitle_size, muted=True)

    def _line(self, index: int, line: Line) -> None:
        band = self.layout.bands[index]
        self._shape(f"band-{index}", band, self.palette.band, "none", "band", tooltip=" ")
        for number, text in enumerate(line.label):
            y = band.y + (len(line.label) - 1) * 14.5 - number * 29
            self._text(
                f"label-{index}-{number}",
                text,
                self.board.offset + MARGIN + PADDING,
                y,
                label_size(number),
                bold=number == 0,
                muted=number > 0,
            )
        for cell in line.cells:
            self._cell(cell)

    def _cell(self, cell: Cell) -> None:
        fill, border = cell.colours
        ink = text_on(fill) if fill.startswith("#") else self.palette.text
        size = self.layout.font_size
        body = "<br/>".join(self._cell_line(cell, i) for i in range(len(cell.lines)))
        classes = f"cell kind-{cell.kind}" + (" clickable" if cell.clickable else "")
        self._shape(
            cell.key,
            self.layout.boxes[cell.key],
            fill,
            self.palette.marked if cell.framed else border,
            classes + (" framed" if cell.framed else ""),
            label=f'<<font point-size="{size:g}" color="{ink}">{body}</font>>',
            tooltip=cell.tooltip or " ".join(cell.texts),
            penwidth="5" if cell.framed else "1.6",
        )

    def _cell_line(self, cell: Cell, index: int) -> str:
        line = " ".join(self._word(word) for word in cell.lines[index])
        return f"<b>{line}</b>" if index == 0 else line

    def _word(self, word: Word) -> str:
        text = _escape(word.text)
        return f'<font color="{self.palette.marked}"><u>{text}</u></font>' if word.marked else text

    def _flow(self) -> None:
        """Arrows in execution order, along a line and on to the start of the next."""
        previous: Cell | None = None
        for line in self.board.lines:
            for position, cell in enumerate(line.cells):
                if previous is not None:
                    self._arrow(previous.key, cell.key, wraps=position == 0)
                previous = cell

    def _arrow(self, source: str, target: str, *, wraps: bool) -> None:
        a, b = self.layout.boxes[source], self.layout.boxes[target]
        if not wraps:
            self._edge(source, target, [(a.right, a.y), (b.left, b.y)], "flow", self.palette.flow)
            return
        middle = a.bottom - 0.3 * self.board.line_gap
        route = [(a.x, a.bottom), (a.x, middle), (b.x, middle), (b.x, b.top)]
        self._edge(source, target, route, "flow", self.palette.flow)

    def _join(self, join: Join) -> None:
        a, b = self.layout.boxes[join.source], self.layout.boxes[join.target]
        self._edge(
            join.source,
            join.target,
            self._join_route(join, a, b),
            f"skip {join.label}",
            self.palette.residual,
            penwidth="3.5",
        )

    def _join_route(self, join: Join, a: Box, b: Box) -> list[Point]:
        rise = 0.38 * self.board.line_gap
        if join in self.layout.lanes:
            return self._lane_route(join, a, b, rise)
        if abs(a.y - b.y) < 1:
            start, end = (a.left + 16, b.right - 16) if a is b else (a.x, b.x)
            top = max(a.top, b.top) + rise
            return [(start, a.top), (start, top), (end, top), (end, b.top)]
        x = min(a.right, b.right) - 18
        return [(x, a.bottom), (x, b.top)]

    def _lane_route(self, join: Join, a: Box, b: Box, rise: float) -> list[Point]:
        """Down the right side; a box with others to its right is left from above."""
        labels = sorted({other.label for other in self.layout.lanes})
        edge = self.board.offset + self.board.size[0] - MARGIN - PADDING - self.layout.lane_width
        lane = edge + LANE * (labels.index(join.label) + 0.75)
        start = [(a.right, a.y), (lane, a.y)]
        if a.right < edge - 1:
            start = [(a.x, a.top), (a.x, a.top + rise), (lane, a.top + rise)]
        return [*start, (lane, b.y), (b.right, b.y)]

    def legend(self, width: float) -> None:
        """Draw the legend at the foot, and the note at its right end."""
        y, x = MARGIN + LEGEND_HEIGHT / 2 - 8, float(MARGIN)
        for index, (label, fill, border) in enumerate(self.board.legend):
            swatch = Box(x + 17, y, 34, 26)
            if label == "residual":
                self._residual_swatch(swatch)
            else:
                self._shape(f"swatch-{index}", swatch, fill, border, "swatch", tooltip=label or " ")
            x += 36
            if label:
                self._text(f"legend-{index}", label, x + 10, y, 22)
                x += 10 + text_width(label, 22) + 26
        if self.board.legend_note:
            size = size_for(self.board.legend_note, 22, width - x - MARGIN)
            start = width - MARGIN - text_width(self.board.legend_note, size)
            self._text("note", self.board.legend_note, start, y, size, muted=True)

    def _residual_swatch(self, swatch: Box) -> None:
        for name, x in (("skip-a", swatch.left), ("skip-b", swatch.right)):
            self._shape(name, Box(x, swatch.bottom, 1, 1), "none", "none", "swatch", tooltip=" ")
        top = swatch.top - 4
        route = [
            (swatch.left, swatch.bottom),
            (swatch.left, top),
            (swatch.right, top),
            (swatch.right, swatch.bottom),
        ]
        self._edge("skip-a", "skip-b", route, "swatch", self.palette.residual, penwidth="3.5")

    def _shape(
        self, key: str, box: Box, fill: str, border: str, classes: str, **attributes: str
    ) -> None:
        style = "filled,rounded" if "slide" not in classes else "filled"
        key = self.board.prefix + key
        self.graph.node(
            key,
            id=key,
            pos=f"{box.x:.2f},{box.y:.2f}",
            width=f"{box.width / 72:.5f}",
            height=f"{box.height / 72:.5f}",
            style=style if fill != "none" else "rounded",
            fillcolor=fill if fill != "none" else "transparent",
            color=border if border != "none" else "transparent",
            **{"class": classes},
            **attributes,
        )

    def _text(
        self,
        key: str,
        text: str,
        x: float,
        y: float,
        size: float,
        *,
        bold: bool = False,
        muted: bool = False,
    ) -> None:
        width = guessed_width(text, size, bold=bold)
        escaped = _escape(text)
        key = self.board.prefix + key
        self.graph.node(
            key,
            id=key,
            shape="plain",
            label=f"<<b>{escaped}</b>>" if bold else f"<{escaped}>",
            pos=f"{x + width / 2:.2f},{y:.2f}",
            fontsize=f"{size:g}",
            fontcolor=self.palette.muted if muted else self.palette.text,
            width=f"{width / 72:.5f}",
            height=f"{size * 1.2 / 72:.5f}",
            tooltip=" ",
            **{"class": "text muted" if muted else "text"},
        )

    def _edge(
        self,
        source: str,
        target: str,
        route: list[Point],
        classes: str,
        colour: str,
        penwidth: str = "2",
    ) -> None:
        self.graph.edge(
            self.board.prefix + source,
            self.board.prefix + target,
            pos=polyline(route),
            color=colour,
            penwidth=penwidth,
            arrowsize="0.9",
            tooltip=" ",
            **{"class": classes},
        )


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
