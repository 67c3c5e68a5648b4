"""Scenes as DOT source, with every position and route in it.

Graphviz only draws (engine ``nop2``: positions are given, not searched), so the DOT is the picture.
"""

import graphviz

from viz.drawing.routes import polyline
from viz.drawing.scene import NONE, Edge, Scene, Shape, Text, Word
from viz.text import guessed_width
from viz.theme import FONT

POINTS_PER_INCH = 72


def scene_dot(scene: Scene) -> str:
    """The scene as DOT source."""
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
    for item in scene.items:
        if isinstance(item, Shape):
            _shape(graph, item)
        elif isinstance(item, Text):
            _text(graph, item)
        else:
            _edge(graph, item)
    return str(graph.source)


def _shape(graph: graphviz.Digraph, shape: Shape) -> None:
    style = ["filled"] * (shape.fill != NONE or not shape.rounded) + ["rounded"] * shape.rounded
    label = {"label": _label(shape)} if shape.lines else {}
    graph.node(
        shape.key,
        id=shape.key,
        pos=f"{shape.box.x:.2f},{shape.box.y:.2f}",
        width=f"{shape.box.width / POINTS_PER_INCH:.5f}",
        height=f"{shape.box.height / POINTS_PER_INCH:.5f}",
        style=",".join(style),
        fillcolor=_colour(shape.fill),
        color=_colour(shape.border),
        penwidth=f"{shape.pen:g}",
        tooltip=shape.tooltip,
        **{"class": shape.classes},
        **label,
    )


def _colour(colour: str) -> str:
    return "transparent" if colour == NONE else colour


def _label(shape: Shape) -> str:
    lines = [" ".join(_word(word, shape.mark) for word in line) for line in shape.lines]
    body = "<br/>".join([f"<b>{lines[0]}</b>", *lines[1:]])
    return f'<<font point-size="{shape.size:g}" color="{shape.ink}">{body}</font>>'


def _word(word: Word, mark: str) -> str:
    text = _escape(word.text)
    return f'<font color="{mark}"><u>{text}</u></font>' if word.marked else text


def _text(graph: graphviz.Digraph, text: Text) -> None:
    width = guessed_width(text.text, text.size, bold=text.bold)
    escaped = _escape(text.text)
    graph.node(
        text.key,
        id=text.key,
        shape="plain",
        label=f"<<b>{escaped}</b>>" if text.bold else f"<{escaped}>",
        pos=f"{text.x + width / 2:.2f},{text.y:.2f}",
        fontsize=f"{text.size:g}",
        fontcolor=text.colour,
        width=f"{width / POINTS_PER_INCH:.5f}",
        height=f"{text.size * 1.2 / POINTS_PER_INCH:.5f}",
        tooltip=" ",
        **{"class": "text muted" if text.muted else "text"},
    )


def _edge(graph: graphviz.Digraph, edge: Edge) -> None:
    graph.edge(
        edge.source,
        edge.target,
        pos=polyline(list(edge.route)),
        color=edge.colour,
        penwidth=f"{edge.pen:g}",
        arrowsize="0.9",
        tooltip=" ",
        **{"class": edge.classes},
    )


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
