"""Labels, ranges and help of a network's controls."""

from viz.net.config import DEPTH, DEPTHS, NUMBERS, RULE, STRIDE, numbers_of
from viz.net.fields import Switch, Word
from viz.net.zoo import Network
from viz.ui.controls import Control
from viz.ui.translate import _


def controls_of(network: Network) -> dict[str, Control]:
    """All controls of a network, by the names of ``configure``."""
    depth = Control(
        _("Depth multiplier"), DEPTHS, help=_("How often each row repeats its blocks, rounded up.")
    )
    resolution = Control(
        _("Resolution (pixels)"),
        numbers_of(network)["resolution"],
        help=_("One number for a square, or height and width such as 224x448."),
    )
    return {
        "width": Control(_("Width multiplier"), NUMBERS["width"]),
        **({DEPTH: depth} if network.deepens else {}),
        "resolution": resolution,
        RULE: _rule(network),
        **{option: option_control(option) for option in network.options},
        **size_controls(network),
    }


def option_control(option: str) -> Control:
    """On or off, for one option."""
    label, explanation = _option_words()[option]
    return Control(label, Switch(), help=explanation)


def _option_words() -> dict[str, tuple[str, str]]:
    return {
        "reduced_tail": (
            _("Reduced tail"),
            _("Halve the last stage's channels, for dense tasks."),
        ),
        "dilated": (
            _("Dilated tail"),
            _("Dilation 2 in place of the last stride: output stride 16."),
        ),
        "minimalistic": (_("Minimalistic"), _("No SE, ReLU only, 3×3 only.")),
        "last_conv": (
            _("Last 1×1"),
            _("A 1×1 convolution before the pool: timm's 100h."),
        ),
        "fused": (_("Fused"), _("For inference: branches and norms folded into one kernel.")),
        "small_input": (_("Small input"), _("The first two strides are 1, as for CIFAR's images.")),
    }


def size_controls(network: Network) -> dict[str, Control]:
    """Numbers that every network has, beside width and resolution."""
    labels = {
        "classes": _("Classes"),
        "in_channels": _("Input channels"),
        "divisor": _("Channel divisor"),
    }
    words = _("Later strides become dilation, as detectors and segmenters need.")
    stride = Control(_("Output stride"), NUMBERS[STRIDE], help=words)
    return {
        **{name: Control(label, NUMBERS[name]) for name, label in labels.items()},
        **({STRIDE: stride} if network.dilates else {}),
    }


def _rule(network: Network) -> Control:
    libraries = {rule.name: rule.library for rule in network.rules}
    return Control(
        _("Width rule"),
        Word(tuple(libraries), network.rules[0].name),
        lambda name: libraries[name],
        help=_("Libraries round scaled channels differently."),
    )
