"""One legend for every picture: kind -> label and colours, in light and in dark.

Fills are tints of the Okabe-Ito palette, which colour-blind readers can tell apart; whatever a
colour says is written in the box as well. A leaf: imports nothing of the project.
"""

from dataclasses import dataclass
from typing import Literal

from viz.tables import Table

Mode = Literal["light", "dark"]

FONT = "Arial"
FONT_STACK = "Arimo, Liberation Sans, Arial, Helvetica, sans-serif"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of everything that has no kind."""

    paper: str
    text: str
    muted: str
    band: str
    flow: str
    residual: str
    marked: str


@dataclass(frozen=True, slots=True)
class Tint:
    """Fill and border in light and in dark."""

    light: tuple[str, str]
    dark: tuple[str, str]

    def colours(self, mode: Mode) -> tuple[str, str]:
        """(fill, border)."""
        return self.light if mode == "light" else self.dark


@dataclass(frozen=True, slots=True)
class Style:
    """How one kind of box looks: its name in the legend, and its tint."""

    label: str
    tint: Tint

    def colours(self, mode: Mode) -> tuple[str, str]:
        """(fill, border)."""
        return self.tint.colours(mode)


SLATE = Tint(("#dfe5ec", "#5b6b7c"), ("#364152", "#94a3b5"))
GREEN = Tint(("#c8ebde", "#00795a"), ("#0c4a3a", "#3ec49c"))
BLUE = Tint(("#cfe6f7", "#0067a5"), ("#123f61", "#5db2ea"))
AMBER = Tint(("#fbe3b5", "#9a6500"), ("#5a3f08", "#f0b93f"))
GREY = Tint(("#eceff2", "#7a8793"), ("#28303b", "#7e8b9a"))
PURPLE = Tint(("#ecd6ea", "#8a3f7f"), ("#4c2247", "#d893cd"))
ORANGE = Tint(("#f9dcc4", "#b3400b"), ("#5c2a0e", "#ff9d5c"))
PEACH = Tint(("#fde7de", "#b3400b"), ("#4a2212", "#ff9d5c"))
TEAL = Tint(("#cbeaee", "#00707f"), ("#0d434c", "#4fc4d3"))
YELLOW = Tint(("#f5eeb0", "#766a00"), ("#47410f", "#e0d24a"))
ROSE = Tint(("#f8d6dd", "#a8324a"), ("#571e2b", "#f28aa0"))
LIME = Tint(("#e3f2bd", "#56720a"), ("#36450f", "#b5d650"))
SAND = Tint(("#ecdfd0", "#7a5230"), ("#46341f", "#cda87c"))
PAPER = Tint(("#ffffff", "#7a8793"), ("#0e1420", "#7e8b9a"))

PALETTES: dict[Mode, Palette] = {
    "light": Palette("#ffffff", "#16202c", "#52606d", "#f1f4f8", "#52606d", "#b3400b", "#c2185b"),
    "dark": Palette("#0e1420", "#f2f5fa", "#a9b6c6", "#18202e", "#a9b6c6", "#ff9d5c", "#ff9fc4"),
}

# Boxes inside a block, by kind of operation; blocks themselves are in the table of kinds.
STYLES: Table[Style] = Table(
    "viz.theme.STYLES",
    {
        "input": Style("input", PAPER),
        "conv": Style("convolution", SLATE),
        "pointwise": Style("1×1 convolution", BLUE),
        "depthwise": Style("depthwise", GREEN),
        "linear": Style("fully connected", PURPLE),
        "norm": Style("batch norm", GREY),
        "activation": Style("activation", ORANGE),
        "SE": Style("SE", AMBER),
        "scale": Style("scale by gate", AMBER),
        "add": Style("add", PEACH),
        "scores": Style("attention", ORANGE),
        "mix": Style("attention", ORANGE),
        "gain": Style("layer scale", GREY),
        "pool": Style("pool", GREY),
        "flatten": Style("flatten", GREY),
        "dropout": Style("dropout", GREY),
        "window": Style("pool", GREY),
        "product": Style("product", AMBER),
        "mean": Style("mean", PEACH),
        "concat": Style("concat", PEACH),
        "split": Style("split", GREY),
        "shuffle": Style("shuffle", GREY),
        "shape": Style("reshape", GREY),
        "matmul": Style("matrix product", ORANGE),
        "other": Style("not counted", ROSE),
    },
)

# From little to much; seven steps of one hue, each dark enough against the last.
HEAT: dict[Mode, tuple[str, ...]] = {
    "light": ("#f3f7fb", "#d5e4f3", "#b0cde9", "#82b1dc", "#5392cb", "#2c6fae", "#0f4c86"),
    "dark": ("#172231", "#1d3a58", "#24527f", "#2f6ba6", "#4c8bc8", "#7db0de", "#b8d6f2"),
}
SERIES: tuple[str, ...] = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9")


def heat_colour(share: float, mode: Mode) -> str:
    """Fill for a share of the largest value, 0 to 1; the first step is for nothing at all."""
    nothing, *steps = HEAT[mode]
    return steps[min(int(share * len(steps)), len(steps) - 1)] if share > 0 else nothing


def text_on(fill: str) -> str:
    """Black or white, whichever reads better on ``fill`` (WCAG relative luminance)."""
    channels = [int(fill[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#101820" if luminance > 0.18 else "#ffffff"
