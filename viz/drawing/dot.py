"""Scenes as DOT source, with every position and route in it.

Graphviz only draws (engine ``nop2``: positions are given, not searched), so the DOT is the picture.
"""

from functools import lru_cache

import graphviz
from graphviz.quoting import quote

from viz.drawing.routes import polyline
from viz.drawing.scene import NONE, Edge, Item, Scene, Shape, Text, Word
from viz.text import guessed_width, printable
from viz.theme import FONT

POINTS_PER_INCH = 72
PLAIN_IS_HIGHER = 0.1  # of its size: how much higher Graphviz sets a label without markup


# Quoting is most of the work, and scenes say the same few words again and again.
_quoted = lru_cache(maxsize=8192)(quote)


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
        body=[_item(item) for item in scene.items],
    )
    return str(graph.source)


def _item(item: Item) -> str:
    if isinstance(item, Edge):
        name = f"{_quoted(_name(item.source))} -> {_quoted(_name(item.target))}"
        return _statement(name, _edge(item))
    attributes = _shape(item) if isinstance(item, Shape) else _text(item)
    return _statement(_quoted(_name(item.key)), attributes)


def _statement(name: str, attributes: dict[str, str]) -> str:
    pairs = " ".join(f"{key}={_quoted(value)}" for key, value in sorted(attributes.items()))
    return f"\t{name} [{pairs}]\n"


def _shape(shape: Shape) -> dict[str, str]:
    style = ["filled"] * (shape.fill != NONE or not shape.rounded) + ["rounded"] * shape.rounded
    label = {"label": _label(shape)} if shape.lines else {}
    return {
        "id": _name(shape.key),
        "pos": f"{shape.box.x:.2f},{shape.box.y:.2f}",
        "width": f"{shape.box.width / POINTS_PER_INCH:.5f}",
        "height": f"{shape.box.height / POINTS_PER_INCH:.5f}",
        "style": ",".join(style),
        "fillcolor": _colour(shape.fill),
        "color": _colour(shape.border),
        "penwidth": f"{shape.pen:g}",
        "tooltip": _name(shape.tooltip),
        "class": shape.classes,
        **label,
    }


def _colour(colour: str) -> str:
    return "transparent" if colour == NONE else colour


def _label(shape: Shape) -> str:
    lines = [" ".join(_word(word, shape.mark) for word in line) for line in shape.lines]
    body = "<br/>".join([f"<b>{lines[0]}</b>", *lines[1:]])
    return f'<<font point-size="{shape.size:g}" color="{shape.ink}">{body}</font>>'


def _word(word: Word, mark: str) -> str:
    text = _escape(word.text)
    return f'<font color="{mark}"><u>{text}</u></font>' if word.marked else text


def _text(text: Text) -> dict[str, str]:
    width = guessed_width(text.text, text.size, bold=text.bold)
    lowered = 0 if text.bold else text.size * PLAIN_IS_HIGHER
    return {
        "id": _name(text.key),
        "shape": "plain",
        # Without markup, flush left: Graphviz sets it in half the time.
        "label": f"<<b>{_escape(text.text)}</b>>" if text.bold else rf"{_escape(text.text)}\l",
        "pos": f"{text.x + width / 2:.2f},{text.y - lowered:.2f}",
        "fontsize": f"{text.size:g}",
        "fontcolor": text.colour,
        "width": f"{width / POINTS_PER_INCH:.5f}",
        "height": f"{text.size * 1.2 / POINTS_PER_INCH:.5f}",
        "tooltip": " ",
        "class": "text muted" if text.muted else "text",
    }


def _edge(edge: Edge) -> dict[str, str]:
    return {
        "pos": polyline(list(edge.route)),
        "color": edge.colour,
        "penwidth": f"{edge.pen:g}",
        "arrowsize": "0.9",
        "tooltip": " ",
        "class": edge.classes,
    }


def _name(text: str) -> str:
    """A name or a tooltip: no entity, no escape, and no markup, which begins with a bracket."""
    plain = printable(text).replace("&", "&amp;").replace("\\", "\\\\")
    return f"&lt;{plain[1:]}" if plain.startswith("<") else plain


def _escape(text: str) -> str:
    """A text in a label."""
    return _name(text).replace("<", "&lt;").replace(">", "&gt;")
