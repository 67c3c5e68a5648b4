"""The table of kinds of blocks: name, look, counterpart in a comparison, and whether widths scale.

Every row class names its kind here; a kind that is missing fails when the row's module is imported.
"""

from dataclasses import dataclass

from viz.tables import Table
from viz.theme import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    LIME,
    ORANGE,
    PURPLE,
    ROSE,
    SAND,
    SLATE,
    TEAL,
    YELLOW,
    Style,
    Tint,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of block.

    ``name`` is written into boxes and tables, with the block's number where it is ``numbered``.
    Blocks of two networks are compared where they have the same ``place``. ``scaled`` says whether
    a width multiplier changes its channels. ``with_se`` is the look of one with SE inside.
    """

    key: str
    name: str
    style: Style
    place: str
    scaled: bool
    numbered: bool = False
    with_se: Style | None = None

    def title(self, index: int) -> str:
        """What the block with this number is called."""
        return f"{self.name} {index}" if self.numbered else self.name

    def look(self, squeeze: int) -> Style:
        """Its style, with or without SE."""
        return self.with_se if squeeze and self.with_se else self.style


_CONVOLUTION = Style("convolution", SLATE)
_SE = Style("SE", AMBER)
_LINEAR = Style("fully connected", PURPLE)


def _body(
    key: str,
    name: str,
    tint: Tint,
    label: str = "",
    with_se: str = "",
    tint_with_se: Tint = AMBER,
) -> Kind:
    """A kind of block that stands where V1 has its pairs and V2 its bottlenecks.

    ``label`` is what the legend calls it, where that is not its name; ``with_se`` what it calls one
    with SE inside, and ``tint_with_se`` how that looks.
    """
    look = Style(label or name, tint)
    look_with_se = Style(with_se, tint_with_se) if with_se else None
    return Kind(key, name, look, "body", scaled=True, numbered=True, with_se=look_with_se)


KINDS: Table[Kind] = Table(
    "viz.net.kinds.KINDS",
    {
        kind.key: kind
        for kind in (
            Kind("stem", "stem", _CONVOLUTION, "stem", scaled=True),
            _body(
                "separable",
                "sep",
                GREEN,
                "depthwise separable",
                with_se="separable with SE",
                tint_with_se=SAND,
            ),
            _body("bneck", "bneck", BLUE, "bneck", with_se="bneck with SE"),
            # the universal inverted bottleneck, by the depthwise convolutions it has
            _body("extra dw", "ExtraDW", LIME),
            _body("ib", "IB", BLUE),
            _body("convnext", "ConvNext", YELLOW),
            _body("ffn", "FFN", TEAL),
            _body("fused", "FusedIB", ROSE),
            _body("attention", "MQA", ORANGE),
            _body("ghost", "Ghost", BLUE, "Ghost bneck", with_se="Ghost with SE"),
            _body("shuffle", "Shuffle", BLUE, "ShuffleNetV2 unit"),
            _body("mobileone", "One", GREEN, "MobileOne block"),
            _body("repvit", "RepViT", BLUE, "RepViT block", with_se="RepViT with SE"),
            _body("downsample", "down", GREEN, "downsampling"),
            Kind("conv", "conv", _CONVOLUTION, "conv", scaled=True, numbered=True),
            # of networks that were read
            _body("residual", "residual", BLUE, "residual block"),
            _body("branches", "branches", TEAL),
            Kind("window", "pool", Style("pool", GREY), "window", scaled=False, numbered=True),
            Kind("other", "step", Style("other", SLATE), "other", scaled=False),
            Kind("SE", "SE", _SE, "SE", scaled=False),
            Kind("last conv", "last conv", _CONVOLUTION, "last conv", scaled=True),
            Kind("pool", "pool", Style("pool", GREY), "pool", scaled=False),
            Kind("head", "head", _LINEAR, "head", scaled=True),
            Kind("classifier", "classifier", _LINEAR, "classifier", scaled=False),
        )
    },
)
