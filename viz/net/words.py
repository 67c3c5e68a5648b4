"""The one way to say a configuration: as parameters of a URL, as words of a command line, as a file
name, and as a caption; and each of them read back.

All are made from the same words: whatever is not the network's default, by the names that
``configure`` knows.
"""

import re
from collections.abc import Mapping, Sequence
from zlib import crc32

from viz.net.config import (
    DEPTH,
    DEPTHS,
    NO_CLASSES,
    NUMBERS,
    OPTIONS,
    RULE,
    STRIDE,
    Config,
    config_from,
    fields_of,
    unknown_network,
)
from viz.net.design import KEY, read, write
from viz.net.fields import ConfigError, Switch, number_text, read_all, size_text, write_all
from viz.net.names import meaning
from viz.net.zoo import ZOO, Network

_PATTERNS = {
    "width": r"width([\d.e-]+)",
    "resolution": r"([\dx]+)px",
    "classes": r"classes(\d+)",
    "divisor": r"divisor(\d+)",
    "in_channels": r"in(\d+)",
    "output_stride": r"stride(\d+)",
    DEPTH: r"depth([\d.e-]+)",
}


def words_of(config: Config) -> dict[str, str]:
    """Whatever is not the network's default, name -> text; the network itself is left out."""
    return write_all(fields_of(config.network), config.arguments())


def config_of(
    variant: str | Network, params: Mapping[str, str], others: Sequence[str] = ()
) -> Config:
    """Read words back. Raises ``ConfigError``; ``others`` are names that may stand beside them.

    ``variant`` may be a library's name for the network, or a network that was read.
    """
    if isinstance(variant, Network):
        return config_from(variant, params)
    key, implied = meaning(variant)
    if key not in (*ZOO, KEY):
        raise unknown_network(variant)
    network = read(params.get(KEY, "")) if key == KEY else ZOO[key]
    params = {name: text for name, text in params.items() if not _is_off(name, text)}
    for name in params:
        if name in OPTIONS and name not in network.options:
            raise ConfigError(name, True, f"off: {network.name} has no such option")
    offered = fields_of(network)
    for name, field in ((DEPTH, DEPTHS), (STRIDE, NUMBERS[STRIDE])):
        if name in params and name not in offered:  # says why, unless it is the default
            config_from(key, {name: field.read(name, params.pop(name))})
    values = read_all(offered, params, [DEPTH, *OPTIONS, *others])
    return config_from(key, {**implied, **{name: values[name] for name in params}})


def _is_off(name: str, text: str) -> bool:
    """Whether an option is said to be off, which every network can do."""
    return name in OPTIONS and not Switch().read(name, text)


# Words of a command line


def command_of(config: Config) -> list[str]:
    """The network and its choices as arguments of ``python -m viz``."""
    arguments = [config.variant]
    for name, text in words_of(config).items():
        is_flag = name in NUMBERS and name not in ("in_channels", "output_stride")
        arguments += [f"--{name}", text] if is_flag else ["--set", f"{name}={text}"]
    return arguments


# A file name


def file_name_of(config: Config) -> str:
    """The network with its width and resolution, and whatever else is not the default."""
    if unrolled := config.network.unrolled:
        return f"{_plain(config.network.name)}-{unrolled.digest[:8]}"
    own = f"-{crc32(write(config.design).encode()):08x}" if config.design else ""
    parts = [config.variant + own, f"width{number_text(config.width)}"]
    parts.append(f"{size_text(config.resolution, 'x')}px")
    parts += [f"depth{number_text(config.depth)}"] * (config.depth != 1)
    params = words_of(config)
    parts += [params[RULE]] if RULE in params else []
    parts += [f"classes{config.classes}"] * ("classes" in params)
    parts += [f"divisor{config.divisor}"] * ("divisor" in params)
    parts += [f"in{config.in_channels}"] * ("in_channels" in params)
    parts += [f"stride{config.output_stride}"] * ("output_stride" in params)
    return "_".join([*parts, *(option.replace("_", "-") for option in config.options)])


def _plain(name: str) -> str:
    """A name of letters, digits and dashes."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:40] or "network"


def config_of_file_name(name: str) -> Config:
    """The configuration that a file name says. Raises ``ConfigError``."""
    variant, *parts = name.split("_")
    return config_of(variant, dict(map(_part, parts)))


def _part(part: str) -> tuple[str, str]:
    for name, pattern in _PATTERNS.items():
        if found := re.fullmatch(pattern, part):
            return name, found.group(1)
    option = part.replace("-", "_")
    return (option, "true") if option in OPTIONS else (RULE, part)


# A caption


def config_of_caption(caption: str) -> Config:
    """The configuration that a title says. Raises ``ConfigError``."""
    name, width, size, *rest = caption.split(" · ")
    network = next(network for network in ZOO.values() if network.name == name)
    params = {"width": width.removeprefix("width "), "resolution": size}
    libraries = {f"{rule.library} widths": rule.name for rule in network.rules}
    for text in rest:
        field, _, value = text.rpartition(" ")
        if text in libraries:
            params[RULE] = libraries[text]
        elif text == NO_CLASSES:
            params["classes"] = "0"
        elif value in ("class", "classes"):
            params["classes"] = field.replace(",", "")
        elif field.replace(" ", "_") in (*NUMBERS, DEPTH):
            params[field.replace(" ", "_")] = value.replace(",", "")
        else:
            params[text.replace(" ", "_")] = "true"
    return config_of(network.key, params)
