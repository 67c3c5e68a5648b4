"""Pictures of more, or of less, than one network: pairs, and what the pages of lessons show.

Each has a name and fields, which its address, its page and the tests read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from viz.activations import CURVES
from viz.drawing.board import SLIDE
from viz.drawing.diagrams import (
    Diagram,
    Look,
    draw_pair,
)
from viz.drawing.engine import png
from viz.exports import makers as make
from viz.exports.request import DRESS, checked_scale, dress_of, plain_theme
from viz.facts.compare import align, marks
from viz.facts.memory import DTYPES
from viz.lessons import convolution, dialects, residual, windows
from viz.lessons.squeeze import GATES
from viz.net.config import Config
from viz.net.design import KEY
from viz.net.fields import (
    Field,
    Number,
    Switch,
    Word,
    Words,
    ranges,
    read_all,
    write_all,
)
from viz.net.trace import trace_config
from viz.net.words import config_of, file_name_of, words_of
from viz.net.zoo import ZOO

V3_PAPER = "arXiv:1905.02244, section 5.1"
SECOND = "b_"
NETWORK = make.NETWORK
SHOWN_CURVES = ("relu", "relu6", "silu", "hardswish")


@dataclass(frozen=True, slots=True)
class Figure:
    """A diagram, or a chart, with the name of its files."""

    picture: Any
    name: str
    look: Look = field(default_factory=Look)
    scale: int | None = None
    title: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """Fields and maker; ``default`` is the network that a figure about one starts with.

    ``title`` and ``source`` stand in the files of charts; pictures say both themselves.
    ``all_sizes`` marks a figure that shows a network at many widths and resolutions.
    """

    fields: Mapping[str, Field]
    make: Callable[[make.Setting], Any]
    default: str = ""
    title: str = ""
    source: str = ""
    all_sizes: bool = False

    def titled(self, config: Config | None) -> str:
        """The title with what it is about."""
        if config is None:
            return self.title
        return f"{self.title}: {config.network.name if self.all_sizes else config.title}"


_IMPLEMENTATIONS = tuple(key for key in dialects.COUNTERPARTS if ZOO[key].group == "posts")
METRIC = Word(("macs", "params"), "macs", {"parameters": "params"})
FIGURES: dict[str, Kind] = {
    "convolution": Kind(ranges(convolution.LIMITS), make.convolution),
    "windows": Kind(ranges(windows.LIMITS), make.windows),
    "residual": Kind(
        {**ranges(residual.LIMITS), "stride2": Switch(), "same": Switch(True)}, make.residual
    ),
    "difference": Kind(
        {
            "point": Word(
                tuple(dialects.POINTS),
                "after-projection",
                {point.name: key for key, point in dialects.POINTS.items()},
            ),
            "in": Word(_IMPLEMENTATIONS, "post-003-large"),
        },
        make.difference,
    ),
    "last-stage": Kind(
        {"map": Number(1, 16, 7), "classes": Number(1, 2000, 1000)},
        make.last_stage,
        title="V3's last stage, before and after",
        source=V3_PAPER,
    ),
    "stem": Kind(
        {"filters": Number(8, 32, 16, 8), "image": Number(32, 512, 224, 32)},
        make.stem,
        title="V3's stem, before and after",
        source=V3_PAPER,
    ),
    "spirals": Kind(
        {
            "activation": Word(("relu", "relu6", "hardswish"), "relu"),
            "seed": Number(0, 999, 19),
            "radius": Number(1, 10, 4),
        },
        make.spirals,
        title="A spiral through random maps, an activation, and back",
        source="MobileNet Atlas, after arXiv:1801.04381, Figure 1",
    ),
    "squeeze": Kind(
        {}, make.squeezes, title="Squeeze width of every SE", source="computed by MobileNet Atlas"
    ),
    "excitation": Kind(
        {
            "se_block": Number(0, 99, None),
            "gate": Word(GATES, GATES[0]),
            "seed": Number(0, 99, 0),
        },
        make.excitation,
        default="v3-large",
        title="One squeeze and excite at work",
        source="MobileNet Atlas, random weights",
    ),
    "family": Kind(
        {},
        make.family,
        title="Fewer MACs each time, not fewer parameters",
        source="computed by MobileNet Atlas",
    ),
    "activations": Kind(
        {
            "curves": Words(tuple(CURVES), SHOWN_CURVES),
            "reach": Number(1, 20, 8),
            "derivative": Switch(),
            "both": Switch(),
        },
        make.activations,
        title="Activations",
        source="MobileNetV2, section 3; MobileNetV3, section 5.2",
    ),
    "staircase": Kind(
        {"divisor": Number(1, 32, 8), "up_to": Number(16, 512, 96, 8)},
        make.rounding,
        title="Channels come in multiples",
        source="TF-slim, torchvision, Keras, timm: make_divisible",
    ),
    "memory": Kind(
        {
            "dtype": Word(tuple(DTYPES), "float32"),
            "batch": Number(1, 1_024, 1),
            "in_place": Switch(),
        },
        make.memory,
        default="v3-large",
        title="Activations alive at once",
        source="computed by MobileNet Atlas; in place: arXiv:2007.10319, section 3.2",
    ),
    "scaling": Kind(
        {"metric": METRIC},
        make.scaling,
        default="v1",
        title="Width times resolution",
        all_sizes=True,
        source="computed by MobileNet Atlas; dots: published accuracy",
    ),
}


def is_figure(name: str) -> bool:
    """Whether ``name`` is one of these, or two networks with a comma between them."""
    parts = name.split(",")
    return name in FIGURES or (len(parts) == 2 and all(part in (*ZOO, KEY) for part in parts))


def figure_of(name: str, said: Mapping[str, str], excite: make.Excite = make.in_process) -> Figure:
    """Read a figure from texts. Raises ``ConfigError``."""
    said = plain_theme(said)
    dressed, scale = dress_of({n: said[n] for n in said if n in DRESS})
    rest = {n: text for n, text in said.items() if n not in DRESS}
    if name not in FIGURES:
        return _pair(name, rest, dressed, scale)
    kind = FIGURES[name]
    own = {n: rest.pop(n) for n in list(rest) if n in kind.fields}
    values = read_all(kind.fields, own)
    config = _config_of(kind, rest)
    stem = "_".join([name, *([file_name_of(config)] if config else []), *_tokens(kind, values)])
    made = kind.make(make.Setting(values, config, dressed, excite))
    return Figure(made, stem, dressed, scale, kind.titled(config), kind.source)


def _config_of(kind: Kind, rest: dict[str, str]) -> Config | None:
    """The configuration that is left over for a figure about one; for others nothing may be."""
    others = [*kind.fields, *DRESS]
    if not kind.default:
        read_all({}, rest, others)
        return None
    return config_of(rest.pop(NETWORK, kind.default), rest, [NETWORK, *others])


def _tokens(kind: Kind, values: Mapping[str, object]) -> list[str]:
    return [f"{n}{text}" for n, text in write_all(kind.fields, values).items()]


def words_of_figure(
    name: str, values: Mapping[str, object], config: Config | None = None
) -> dict[str, str]:
    """What the address of a figure has to say; read back by ``figure_of``."""
    kind = FIGURES[name]
    said = {NETWORK: config.variant} if config and config.variant != kind.default else {}
    return said | (words_of(config) if config else {}) | write_all(kind.fields, values)


def words_of_pair(left: Config, right: Config) -> dict[str, str]:
    """What the address of a pair has to say beside the two names."""
    return words_of(left) | {SECOND + name: text for name, text in words_of(right).items()}


def _pair(name: str, said: Mapping[str, str], look: Look, scale: int | None) -> Figure:
    first, second = name.split(",")
    left = config_of(first, {n: t for n, t in said.items() if not n.startswith(SECOND)}, [*DRESS])
    right = config_of(
        second, {n.removeprefix(SECOND): t for n, t in said.items() if n.startswith(SECOND)}
    )
    picture = pair_diagram(left, right, look)
    return Figure(picture, f"{file_name_of(left)}_{file_name_of(right)}", look, scale)


def pair_diagram(first: Config, second: Config, look: Look) -> Diagram:
    """Two networks on one slide, differences marked."""
    left, right = trace_config(first), trace_config(second)
    pairs = align(left, right)
    looks = (replace(look, marks=marks(pairs, "left")), replace(look, marks=marks(pairs, "right")))
    return draw_pair(left, right, looks)


def made(figure: Figure, kind: str) -> bytes:
    """A figure's file; KeyError for a kind that it does not have."""
    if isinstance(figure.picture, Diagram):
        return MAKERS[kind](figure)
    return _plotted(figure, kind)


def _plotted(figure: Figure, kind: str) -> bytes:
    from viz.charts.matplotlib import drawn

    return drawn(
        figure.picture,
        kind,
        background=figure.look.background,
        scale=checked_scale(figure.scale, SLIDE),
        title=figure.title,
        source=figure.source,
    )


def _as_png(figure: Figure) -> bytes:
    scale = checked_scale(figure.scale, figure.picture.scene.size)
    return png(figure.picture.dot, scale)


def _as_pdf(figure: Figure) -> bytes:
    from viz.exports.pdf import scene_pdf

    return scene_pdf([figure.picture.scene], figure.name)


def _as_pptx(figure: Figure) -> bytes:
    from viz.exports.slides import scene_pptx

    return scene_pptx(figure.picture.scene, figure.name)


MAKERS: dict[str, Callable[[Figure], bytes]] = {
    "svg": lambda figure: figure.picture.svg().encode(),
    "png": _as_png,
    "pdf": _as_pdf,
    "pptx": _as_pptx,
    "dot": lambda figure: figure.picture.dot.encode(),
}
