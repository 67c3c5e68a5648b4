"""How a picture becomes a network's input: resize, crop, filter, mean and deviation.

It belongs to the weights, and so to the library that they come from. Sources: torchvision's weight
enums (``transforms()``), timm 1.0's ``resolve_model_data_config``, Keras's ``load_img`` with
``preprocess_input`` or the layer inside its networks. TF-slim's weights are prepared as timm
prepares the ones that it took over (``tf_``).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from math import floor, isfinite
from typing import Any, Literal, NamedTuple, get_args

from viz.lab.errors import RunError
from viz.lab.shapes import shape_named, shape_of
from viz.net.config import SIZE, Config
from viz.net.fields import ConfigError, Number, size_text
from viz.net.names import LIBRARY_NAMES

Library = Literal["torchvision", "timm", "keras", "tf"]
Filter = Literal["nearest", "bilinear", "bicubic"]
Colours = tuple[float, float, float]
LIBRARIES: tuple[Library, ...] = get_args(Library)
IMAGENET: tuple[Colours, Colours] = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
CENTRED: tuple[Colours, Colours] = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))  # values from -1 to 1
SIDE = Number(SIZE.low, SIZE.high, None)
STRETCH = "stretch"
COLOURS = 3
MOST_RESIZED = 16  # times the input's side: more takes memory and shows a speck of the picture


@dataclass(frozen=True, slots=True)
class Preparation:
    """A library's way with a picture.

    ``side`` is that of the input that the library uses, in pixels. ``kept`` is the share of the
    resized picture's short side that the crop leaves; 0 stretches the whole picture to the input.
    ``rounds_down`` says how the short side becomes a whole number. ``mean`` and ``deviation`` are
    of values from 0 to 1.
    """

    library: Library
    side: int = 224
    kept: float = 0.875
    filter: Filter = "bilinear"
    mean: Colours = IMAGENET[0]
    deviation: Colours = IMAGENET[1]
    rounds_down: bool = False

    def short_side(self, image: tuple[int, int]) -> int:
        """The picture's short side before the crop, in pixels; 0 where it is stretched."""
        if not self.kept:
            return 0
        wanted = max(image) / self.kept
        return floor(wanted) if self.rounds_down else round(wanted)

    def text(self, image: tuple[int, int]) -> str:
        """What is done to a picture for an input of (height, width)."""
        size = size_text(image, " × ")
        short = self.short_side(image)
        cut = f"short side {short} ({self.filter}), centre crop {size}"
        shape = cut if short else f"stretched to {size} ({self.filter})"
        return f"{self.library}: {shape}, {self._values}"

    @property
    def _values(self) -> str:
        if (self.mean, self.deviation) == CENTRED:
            return "values from -1 to 1"
        mean, deviation = (" ".join(f"{n:g}" for n in each) for each in (self.mean, self.deviation))
        return f"mean {mean}, deviation {deviation}"

    def content(self) -> dict[str, Any]:
        """As JSON's values."""
        return asdict(self)

    def check(self) -> None:
        """Raise ``ValueError`` for what is no preparation."""
        words = self.library in LIBRARIES and self.filter in get_args(Filter)
        shares = self.kept == 0 or 1 / MOST_RESIZED <= self.kept <= 1
        values = len(self.mean) == len(self.deviation) == COLOURS and min(self.deviation) > 0
        if not (words and shares and values and all(map(isfinite, self.mean))):
            raise ValueError
        SIDE.check("side", self.side)


POST = Preparation("torchvision")  # of post 001's scripts, and so of what is trained here


def from_content(content: Mapping[str, Any]) -> Preparation:
    """A preparation as ``content`` gave it; the posts' where there is none. Raises ``RunError``."""
    if not content:
        return POST
    try:
        colours = {name: tuple(map(float, content[name])) for name in ("mean", "deviation")}
        found = Preparation(**{**content, **colours})
        found.check()
    except (AttributeError, KeyError, TypeError, ValueError):
        raise RunError("The weights' header holds a preparation that cannot be read.") from None
    return found


class PreparationAsked(NamedTuple):
    """What a reader asks for: a library, the short side ("stretch": none), the input's side."""

    library: Library | None = None
    resize: str = ""
    crop: str = ""

    def changed(self, found: Preparation, image: tuple[int, int]) -> Preparation:
        """The preparation with the resize asked for. Raises ``ConfigError``."""
        if not self.resize:
            return found
        if self.resize == STRETCH:
            return replace(found, kept=0.0)
        least, most = max(image), MOST_RESIZED * max(image)
        short = int(Number(1, most, None).read("--resize", self.resize))
        if short < least:
            allowed = f'at least {least}, the side of the input, or "{STRETCH}"'
            raise ConfigError("--resize", short, allowed)
        return replace(found, kept=max(image) / short, rounds_down=False)

    def side(self, resolution: str | None) -> str | None:
        """The resolution that is said, by either word. Raises ``ConfigError`` or ``RunError``."""
        if self.crop:
            SIDE.read("--crop", self.crop)
            if resolution not in (None, self.crop):
                raise RunError(
                    f"--crop {self.crop} and --resolution {resolution}: both are the side of the "
                    "input; give one of them."
                )
        return self.crop or resolution


# Whose preparation it is

_OF_RULES: dict[str, Library] = {
    "slim": "tf",
    "keras": "keras",
    "timm": "timm",
    "timm-deep": "timm",
}
_OF_NAMES: dict[str, Library] = {"Keras": "keras", "TF-slim": "tf", "timm": "timm"}


def library_of(config: Config, dialect: str = "") -> Library:
    """The library of a network, by its width rule; the names of a file's tensors (``dialect``) go
    first where they are a library's own.
    """
    by_rule = _OF_RULES.get(config.rule.name, "torchvision")
    by_names = _OF_NAMES.get(dialect)
    return "tf" if is_from_slim(config, dialect) else by_names or by_rule


def is_from_slim(config: Config, dialect: str) -> bool:
    """Whether weights are TF-slim's under timm's names, as those of timm's ``tf_`` networks."""
    return dialect == "timm" and _OF_RULES.get(config.rule.name) == "tf"


def of_library(config: Config, library: Library, version: int = 1) -> Preparation:
    """How a library prepares pictures for its network of this shape.

    For a shape that it does not have: as for the network at width 1, or by its defaults, at the
    configuration's own size. ``version`` is that of torchvision's weights.
    """
    if library == "keras":
        return _keras(config)
    table, default = _TABLES[library]
    if library == "torchvision" and version == 2:
        table, default = _SECOND, _torchvision(224, 232, "bilinear")
    name = _name_in(table, config)
    return table[name] if name else replace(default, side=max(config.image))


def _name_in(table: Mapping[str, Preparation], config: Config) -> str:
    """The network's name, if the table has it; for a width that has no name, that of width 1."""
    names = [name for name, (key, _) in LIBRARY_NAMES.items() if key == config.variant]
    same = [name for name in names if shape_named(name) == shape_of(config)]
    alike = same or [name for name in names if shape_named(name)[1] == 1]
    return next((name for name in alike if name in table), "")


def _keras(config: Config) -> Preparation:
    """As ``load_img`` reads and the network, or ``preprocess_input``, scales."""
    is_efficient = config.variant.startswith("efficientnet")
    mean, deviation = IMAGENET if is_efficient else CENTRED
    return Preparation("keras", max(config.image), 0.0, "nearest", mean, deviation)


# What differs from a library's defaults


def _torchvision(side: int, short: int, filter_: Filter) -> Preparation:
    return Preparation("torchvision", side, side / short, filter_)


def _timm(
    side: int = 224,
    kept: float = 0.875,
    values: tuple[Colours, Colours] = IMAGENET,
    filter_: Filter = "bicubic",
) -> Preparation:
    return Preparation("timm", side, kept, filter_, *values, rounds_down=True)


_TORCHVISION = {
    "efficientnet_b0": _torchvision(224, 256, "bicubic"),
    "efficientnet_b1": _torchvision(240, 256, "bicubic"),
    "efficientnet_b2": _torchvision(288, 288, "bicubic"),
    "efficientnet_b3": _torchvision(300, 320, "bicubic"),
    "efficientnet_b4": _torchvision(380, 384, "bicubic"),
    "mnasnet0_75": _torchvision(224, 232, "bilinear"),
    "mnasnet1_3": _torchvision(224, 232, "bilinear"),
}
_SECOND = {"efficientnet_b1": _torchvision(240, 255, "bilinear")}
_TIMM = {
    "mobilenetv1_100": _timm(values=CENTRED),
    "mobilenetv1_100h": _timm(values=CENTRED),
    "mobilenetv1_125": _timm(kept=0.9, values=CENTRED),
    "mobilenetv3_large_075": _timm(filter_="bilinear"),
    "spnasnet_100": _timm(filter_="bilinear"),
    "fbnetc_100": _timm(filter_="bilinear"),
    "lcnet_035": _timm(filter_="bilinear"),
    "lcnet_150": _timm(filter_="bilinear"),
    "mobileone_s0": _timm(filter_="bilinear"),
    "mobilenetv4_conv_small_035": _timm(values=CENTRED),
    "mobilenetv4_conv_small_050": _timm(values=CENTRED),
    "mobilenetv4_conv_medium": _timm(256, 0.95),
    "mobilenetv4_conv_large": _timm(384, 0.95),
    "mobilenetv4_hybrid_medium": _timm(256, 0.95),
    "mobilenetv4_hybrid_medium_075": _timm(224, 0.95),
    "mobilenetv4_hybrid_large": _timm(384, 0.95),
    "mobilenetv4_hybrid_large_075": _timm(256, 0.95),
    "mobilenet_edgetpu_100": _timm(kept=0.9),
    "mobilenet_edgetpu_v2_xs": _timm(kept=0.9),
    "mobilenet_edgetpu_v2_s": _timm(kept=0.9),
    "mobilenet_edgetpu_v2_m": _timm(kept=0.9, values=CENTRED),
    "mobilenet_edgetpu_v2_l": _timm(kept=0.9),
    "efficientnet_b1": _timm(240, 0.9, CENTRED),
    "efficientnet_b2": _timm(256),
    "efficientnet_b3": _timm(288),
    "efficientnet_b4": _timm(320),
    "efficientnet_lite1": _timm(240, 0.882),
    "efficientnet_lite2": _timm(260, 0.89),
    "efficientnet_lite3": _timm(300, 0.904),
    "efficientnet_lite4": _timm(380, 0.922),
    "repvit_m0_9": _timm(kept=0.95),
}
_TABLES: dict[Library, tuple[Mapping[str, Preparation], Preparation]] = {
    "torchvision": (_TORCHVISION, POST),
    "timm": (_TIMM, _timm()),
    "tf": ({}, replace(_timm(values=CENTRED, filter_="bilinear"), library="tf")),
}
