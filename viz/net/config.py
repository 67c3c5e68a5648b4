"""One network with every choice made: what is allowed, what is the default, and what is refused.

Every way in (Python, command line, URL) ends here, so that the same mistake gets the same sentence.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from viz.net.channels import WidthRule
from viz.net.zoo import ZOO, Network


class ConfigError(ValueError):
    """A configuration that is not allowed; the message names field, value and what is allowed."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field, self.allowed = field, allowed
        shown = repr(value) if isinstance(value, str) else f"{value}"
        shown = shown if len(shown) <= 40 else f"{shown[:37]}..."
        super().__init__(f"{field} is {shown}, but must be {allowed}.")


class NumberField(NamedTuple):
    """Allowed range (both ends included) and default of a numeric choice."""

    low: float
    high: float
    default: float
    whole: bool

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} from {self.low:,} to {self.high:,}"


NUMBERS: dict[str, NumberField] = {
    "width": NumberField(0.1, 2.0, 1.0, whole=False),
    "resolution": NumberField(32, 512, 224, whole=True),
    "classes": NumberField(1, 21_843, 1_000, whole=True),
    "divisor": NumberField(1, 32, 8, whole=True),
    "in_channels": NumberField(1, 64, 3, whole=True),
}
OPTIONS: tuple[str, ...] = ("reduced_tail", "dilated", "minimalistic")
TRUE_WORDS = frozenset({"true", "1", "yes", "on"})
FALSE_WORDS = frozenset({"false", "0", "no", "off"})


@dataclass(frozen=True, slots=True)
class Config:
    """A variant of the zoo with every choice made. Build it with ``configure``."""

    variant: str
    width: float = 1.0
    resolution: int = 224
    classes: int = 1_000
    divisor: int = 8
    in_channels: int = 3
    width_rule: str = ""
    options: tuple[str, ...] = ()

    @property
    def network(self) -> Network:
        """The zoo entry."""
        return ZOO[self.variant]

    @property
    def rule(self) -> WidthRule:
        """The width rule in force."""
        return self.network.rule(self.width_rule)

    @property
    def title(self) -> str:
        """Name of the network with whatever is not the default, for captions."""
        size = f"{self.resolution}×{self.resolution}"
        parts = [
            self.network.name,
            f"width {max(f'{self.width:g}', f'{self.width:.1f}', key=len)}",
            size,
        ]
        if self.width_rule != self.network.rules[0].name:
            parts.append(f"{self.rule.library} widths")
        for field in ("classes", "divisor", "in_channels"):
            value = getattr(self, field)
            if value != NUMBERS[field].default:
                parts.append(f"{field.replace('_', ' ')} {value:,}")
        parts += [option.replace("_", " ") for option in self.options]
        return " · ".join(parts)

    @property
    def short_title(self) -> str:
        """Network, width and resolution only."""
        return " · ".join(self.title.split(" · ")[:3])

    def arguments(self) -> dict[str, object]:
        """Every choice as keyword arguments of ``configure``."""
        chosen: dict[str, object] = {name: getattr(self, name) for name in NUMBERS}
        chosen["width_rule"] = self.width_rule
        return chosen | {name: name in self.options for name in self.network.options}

    def notes(self) -> list[str]:
        """What the rule's library does not offer, although it is computed here; one line each."""
        library, name = self.rule.library, self.network.name
        lines = []
        if self.width != 1.0 and not self.rule.scales:
            lines.append(f"{library} has no working width multiplier: widths are rounded our way.")
        lines += [
            f"{library} has no option {option} for {name}: its widths are combined with the "
            "option as other libraries define it."
            for option in self.options
            if option not in self.rule.offers
        ]
        if self.divisor != NUMBERS["divisor"].default and "divisor" not in self.rule.offers:
            lines.append(
                f"{library} always rounds {name} to multiples of 8: another divisor is our own."
                if self.rule.rounds
                else f"{library} cuts {name}'s channels off to whole numbers: "
                "the divisor has no effect."
            )
        return lines


def configure(variant: str, **chosen: object) -> Config:
    """Check every choice and fill in the defaults.

    Raises ``ConfigError`` for an unknown variant, field, rule or option, and for a number that is
    out of range, not finite or not whole where it must be.
    """
    if not isinstance(variant, str) or variant not in ZOO:
        raise ConfigError("variant", variant, _one_of(ZOO))
    network = ZOO[variant]
    numbers = {name: _number(name, chosen.pop(name, None)) for name in NUMBERS}
    rule = _width_rule(network, chosen.pop("width_rule", None))
    on = tuple(name for name in network.options if _switch(name, chosen.pop(name, None)))
    for name, value in chosen.items():
        if name not in OPTIONS:
            known = _one_of([*NUMBERS, "width_rule", *OPTIONS])
            raise ConfigError("option", name, known)
        if _switch(name, value):
            raise ConfigError(name, value, f"off: {network.name} has no such option")
    whole = {name: int(value) for name, value in numbers.items() if name != "width"}
    return Config(variant, float(numbers["width"]), **whole, width_rule=rule, options=on)


def parse_value(field: str, text: str) -> float | int | bool | str:
    """Read one choice from text (a URL, a command line). Raises ``ConfigError``."""
    if field in NUMBERS:
        try:
            value = float(text)
        except ValueError:
            raise ConfigError(field, text, NUMBERS[field].allowed) from None
        return _number(field, int(value) if value.is_integer() else value)
    if field in OPTIONS:
        return _switch(field, text)
    return text


def _number(name: str, value: object) -> float | int:
    field = NUMBERS[name]
    if value is None:
        return field.default
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ConfigError(name, value, field.allowed)
    if not math.isfinite(value) or not field.low <= value <= field.high:
        raise ConfigError(name, value, field.allowed)
    if not field.whole:
        return float(value)
    if value != int(value):
        raise ConfigError(name, value, field.allowed)
    return int(value)


def _width_rule(network: Network, value: object) -> str:
    if value is None:
        return network.rules[0].name
    names = [rule.name for rule in network.rules]
    if value not in names:
        raise ConfigError("width_rule", value, f"{_one_of(names)} for {network.name}")
    return str(value)


def _switch(name: str, value: object) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    word = str(value).lower()
    if word in TRUE_WORDS | FALSE_WORDS:
        return word in TRUE_WORDS
    raise ConfigError(name, value, "true or false")


def _one_of(names: Mapping[str, object] | list[str]) -> str:
    return "one of " + ", ".join(names)
