"""One network with every choice made: what is allowed, what is the default, and what is refused.

Every way in (Python, command line, URL) ends here, so that the same mistake gets the same sentence.
How a configuration is written and read back stands in ``words``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Unpack

from viz.net.channels import WidthRule
from viz.net.choices import Choices
from viz.net.design import KEY, DesignText, read, write
from viz.net.dialect import Norm
from viz.net.fields import (
    ConfigError,
    Field,
    Number,
    Resolution,
    Size,
    Switch,
    Word,
    number_text,
    one_of,
    sides_of,
    size_text,
)
from viz.net.imported import Unrolled
from viz.net.names import LIBRARY_NAMES, meaning
from viz.net.zoo import ZOO, Network

OUTPUT_STRIDES = (8, 16, 32)
SIZE, CHANNELS = Size(1, 4_096, 224), Number(1, 64, 3)  # of an image
NUMBERS: dict[str, Number | Size] = {
    "width": Number(0.1, 2.0, 1.0, 0.01, whole=False),
    "resolution": SIZE,
    "classes": Number(0, 21_843, 1_000),
    "divisor": Number(1, 32, 8),
    "in_channels": CHANNELS,
    "output_stride": Number(8, 32, 32, only=OUTPUT_STRIDES),
}
DEPTH = "depth"
DEPTHS = Number(0.5, 4.0, 1.0, 0.1, whole=False)
OPTIONS: tuple[str, ...] = (
    "reduced_tail",
    "dilated",
    "minimalistic",
    "small_input",
    "last_conv",
    "fused",
)
RULE = "width_rule"
LONGEST_DESIGN = 1_800  # characters of a URL that still opens everywhere
DEFAULT_STRIDE = 32
STRIDE = "output_stride"
NOTHING_CHOSEN = ((DEPTH, 1), (STRIDE, DEFAULT_STRIDE))  # of networks that offer no other
NO_CLASSES = "without classifier"  # what a title says of 0 classes


@dataclass(frozen=True, slots=True)
class Config:
    """A network with every choice made. Build it with ``configure``.

    ``variant`` is its key in the zoo, or that of the reader's own, which ``own`` holds: a design,
    or a network that was read.
    """

    variant: str
    width: float = 1.0
    resolution: Resolution = 224
    classes: int = 1_000
    divisor: int = 8
    in_channels: int = 3
    output_stride: int = 32
    depth: float = 1.0
    width_rule: str = ""
    options: tuple[str, ...] = ()
    own: Network | None = None

    @property
    def design(self) -> Network | None:
        """The reader's design, where it is one."""
        return self.own if self.own and self.own.key == KEY else None

    @property
    def is_read(self) -> bool:
        """Whether the network was read from a file or a module: nothing of it can be chosen."""
        return self.network.unrolled is not None

    @property
    def image(self) -> tuple[int, int]:
        """Height and width of the input, in pixels."""
        return sides_of(self.resolution)

    @property
    def network(self) -> Network:
        """The entry of the zoo, or the reader's own."""
        return self.own or ZOO[self.variant]

    @property
    def rule(self) -> WidthRule:
        """The width rule in force."""
        return self.network.rule(self.width_rule)

    @property
    def norm(self) -> Norm:
        """Batch norm's constants in the rule's library."""
        return self.rule.norm or self.network.norm

    @property
    def is_as_printed(self) -> bool:
        """Whether classes, divisor, input channels and output stride are those of every paper."""
        settings = (self.classes, self.divisor, self.in_channels, self.output_stride)
        return settings == (1_000, 8, 3, DEFAULT_STRIDE)

    @property
    def title(self) -> str:
        """Name of the network with whatever is not the default, for captions."""
        return " · ".join(_parts(self))

    @property
    def short_title(self) -> str:
        """Network, width and resolution only."""
        return " · ".join(_parts(self)[:3])

    @property
    def title_of_all_sizes(self) -> str:
        """The title without width and resolution, for what shows many of them."""
        name, _width, _resolution, *others = _parts(self)
        return " · ".join([name, *others])

    def arguments(self) -> dict[str, object]:
        """Every choice as keyword arguments of ``configure``."""
        if self.is_read:
            return {}
        chosen: dict[str, object] = {name: getattr(self, name) for name in NUMBERS}
        chosen[RULE] = self.width_rule
        if self.network.deepens:
            chosen[DEPTH] = self.depth
        if self.design:
            chosen[KEY] = write(self.design)
        return chosen | {name: name in self.options for name in self.network.options}


def _parts(config: Config) -> list[str]:
    if config.network.unrolled:
        return [config.network.name, size_text(config.image)]
    width = max(number_text(config.width), f"{config.width:.1f}", key=len)
    size = size_text(config.image)
    parts = [config.network.name, f"width {width}", size]
    parts += [f"depth {number_text(config.depth)}"] * (config.depth != 1)
    if config.width_rule != config.network.rules[0].name:
        parts.append(f"{config.rule.library} widths")
    for field in ("classes", "divisor", "in_channels", "output_stride"):
        value = getattr(config, field)
        if value != NUMBERS[field].default:
            parts.append(_number_text(field, value))
    return parts + [option.replace("_", " ") for option in config.options]


def _number_text(field: str, value: int) -> str:
    """A number of a title, as in "7 classes" or "divisor 4"."""
    if field != "classes":
        return f"{field.replace('_', ' ')} {value:,}"
    return f"{value:,} class{'es' * (value != 1)}" if value else NO_CLASSES


def fields_of(network: Network) -> dict[str, Field]:
    """What can be chosen of a network, by name, with its defaults."""
    if network.unrolled:
        return {}
    rules = tuple(rule.name for rule in network.rules)
    own: dict[str, Field] = {KEY: DesignText(LONGEST_DESIGN)} if network.key == KEY else {}
    return {
        **own,
        **numbers_of(network),
        RULE: Word(rules, rules[0]),
        **{name: Switch() for name in network.options},
    }


def numbers_of(network: Network) -> dict[str, Number | Size]:
    """The numbers that can be chosen of a network; its own resolution is the default."""
    limits = NUMBERS["resolution"]
    size = Size(int(limits.low), int(limits.high), network.resolution)
    deep = {DEPTH: DEPTHS} if network.deepens else {}
    numbers = NUMBERS | {"resolution": size} | deep
    return numbers if network.dilates else {n: f for n, f in numbers.items() if n != STRIDE}


def configure(variant: str | Network, **chosen: Unpack[Choices]) -> Config:
    """Check every choice and fill in the defaults.

    ``variant`` is a key of the zoo, a library's name for one of its networks, whose width, rule
    and options it then stands for, or a network of the reader's own (``viz.design``); for
    ``"design"`` its text is given as ``design``. Raises ``ConfigError`` for an unknown variant,
    field, rule or option, and for a number that is out of range, not finite or not whole where it
    must be.
    """
    return config_from(variant, chosen)


def config_from(variant: str | Network, choices: Mapping[str, object]) -> Config:
    """The same of choices whose names no checker has seen."""
    network, implied = _network(variant, chosen := dict(choices))
    chosen = implied | chosen
    if network.unrolled:
        return _unrolled(network, network.unrolled, chosen)
    fields = numbers_of(network)
    numbers = {name: _number(name, field, chosen.pop(name, None)) for name, field in fields.items()}
    rule = _width_rule(network, chosen.pop(RULE, None))
    on = tuple(name for name in network.options if _switch(name, chosen.pop(name, None)))
    for name, value in chosen.items():
        if (name, value) in NOTHING_CHOSEN or value is None:
            continue
        if name == DEPTH:
            raise ConfigError(DEPTH, value, f"1: {network.name} has no depth multiplier")
        if name == STRIDE:
            allowed = f"{DEFAULT_STRIDE}: the blocks of {network.name} do not dilate"
            raise ConfigError(STRIDE, value, allowed)
        if name not in OPTIONS:
            raise ConfigError("option", name, one_of([*NUMBERS, RULE, *OPTIONS], name))
        if _switch(name, value):
            raise ConfigError(name, value, f"off: {network.name} has no such option")
    own = network if network.key == KEY else None
    return Config(network.key, **numbers, width_rule=rule, options=on, own=own)  # type: ignore[arg-type]  # checked


def _unrolled(network: Network, unrolled: Unrolled, chosen: dict[str, object]) -> Config:
    """What a network that was read is; nothing of it can be chosen."""
    for name, value in chosen.items():
        if value not in (None, False):
            allowed = f"left out: {network.name} was read from {unrolled.source}, which fixes it"
            raise ConfigError(name, value, allowed)
    channels, height, width = unrolled.in_shape
    size = height if height == width else (height, width)
    rule = network.rules[0].name
    return Config(
        network.key,
        resolution=size,
        in_channels=channels,
        classes=unrolled.features,
        width_rule=rule,
        own=network,
    )


def _network(
    variant: str | Network, chosen: dict[str, object]
) -> tuple[Network, dict[str, object]]:
    """The network that is meant, and what its name implies; takes a design out of ``chosen``."""
    if isinstance(variant, Network):
        return variant, {}
    if not isinstance(variant, str):
        raise ConfigError("network", variant, one_of([*ZOO, KEY]))
    if variant == KEY:
        return read(str(chosen.pop(KEY, ""))), {}
    key, implied = (variant, {}) if variant in ZOO else meaning(variant)
    if key not in ZOO:
        raise unknown_network(variant)
    return ZOO[key], implied


def unknown_network(name: str) -> ConfigError:
    """That there is no such network, and which one may be meant."""
    return ConfigError("network", name, one_of([*ZOO, KEY], name, [*LIBRARY_NAMES]))


def _number(name: str, field: Number | Size, value: object) -> Resolution | float:
    return field.check(name, field.default if value is None else value)


def _width_rule(network: Network, value: object) -> str:
    if value is None:
        return network.rules[0].name
    names = [rule.name for rule in network.rules]
    if value not in names:
        raise ConfigError(RULE, value, f"{one_of(names, str(value))} for {network.name}")
    return str(value)


def _switch(name: str, value: object) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    return Switch().read(name, str(value))
