"""Feature levels as rows, and Python code that extracts them."""

from collections.abc import Mapping
from typing import NamedTuple

from viz.net.config import DEFAULT_STRIDE, NUMBERS, Config
from viz.net.names import LIBRARY_NAMES
from viz.net.trace import Trace
from viz.net.words import words_of
from viz.net.zoo.network import DILATED_STRIDE

FX = "from torchvision.models.feature_extraction import create_feature_extractor"

TIMM_LEVELS = 5


class TapRow(NamedTuple):
    """A feature level, timm's number of it, and an alternative tap."""

    stride: int
    block: str
    path: str
    channels: int
    height: int
    width: int
    timm_index: int | None
    inner_path: str
    inner_channels: int | None


def tap_rows(traced: Trace) -> list[TapRow]:
    """One row per stride."""
    return [
        TapRow(
            tap.stride,
            tap.name,
            tap.path,
            tap.channels,
            tap.height,
            tap.width,
            _timm_index(traced, number),
            tap.inner_path,
            tap.inner_channels or None,
        )
        for number, tap in enumerate(traced.taps)
    ]


def _limit(config: Config) -> int:
    """The output stride in force."""
    return min(
        config.output_stride, DILATED_STRIDE if "dilated" in config.options else DEFAULT_STRIDE
    )


def _timm_index(traced: Trace, number: int) -> int | None:
    """timm's number of a level: it keeps five, the last ones at one stride if that is limited."""
    if traced.config.is_read or "small_input" in traced.config.options:
        return None
    is_last = number == len(traced.taps) - 1
    return TIMM_LEVELS - 1 if is_last and _limit(traced.config) < DEFAULT_STRIDE else number


def extractors(traced: Trace) -> dict[str, str]:
    """Source by library, for those that have the network; the Atlas's own module always.

    None for a network that was read.
    """
    config = traced.config
    if config.is_read:
        return {}
    made = {"MobileNet Atlas": _with_fx("import viz", _ours(config), traced)}
    if call := _torchvision(config):
        name = call.partition("(")[0]
        made["torchvision"] = _with_fx(f"from torchvision.models import {name}", call, traced)
    if name := _timm(config):
        made["timm"] = _with_timm(name, config, traced)
    return dict(reversed(made.items()))


def _with_fx(first: str, call: str, traced: Trace) -> str:
    nodes = "".join(f'    "{tap.path}": "stride_{tap.stride}",\n' for tap in traced.taps)
    return (
        f"import torch\n{first}\n{FX}\n\n"
        f"extract = create_feature_extractor({call}.eval(), {{\n{nodes}}})\n"
        f"maps = extract(torch.zeros({_shape(traced)}))  # name -> map\n"
    )


def _with_timm(name: str, config: Config, traced: Trace) -> str:
    channels = f", in_chans={config.in_channels}" if config.in_channels != 3 else ""
    indices = ", ".join(str(row.timm_index) for row in tap_rows(traced))
    limit = _limit(config)
    channels += f", output_stride={limit}" if limit < DEFAULT_STRIDE else ""
    call = f'"{name}", features_only=True, out_indices=({indices}){channels}'
    return (
        f"import timm\nimport torch\n\nextract = timm.create_model({call}).eval()\n"
        f"maps = extract(torch.zeros({_shape(traced)}))  # list, finest first\n"
    )


def _shape(traced: Trace) -> str:
    return ", ".join(map(str, (1, *traced.operations[0].in_shape)))


def _ours(config: Config) -> str:
    chosen = config.arguments()
    given = [f"{name}={chosen[name]!r}" for name in words_of(config)]
    return f"viz.build({', '.join([repr(config.variant), *given])})".replace("'", '"')


def _torchvision(config: Config) -> str:
    """The call of torchvision's builder; empty where torchvision has no such network."""
    name = next((n for n, (key, _) in _named("torchvision").items() if key == config.variant), "")
    plain = all(getattr(config, n) == NUMBERS[n].default for n in ("divisor", "in_channels"))
    same = config.output_stride == DEFAULT_STRIDE and "small_input" not in config.options
    if (
        not same
        or not name
        or config.width_rule != "torchvision"
        or "minimalistic" in config.options
        or config.depth != 1
    ):
        return ""
    given = {"width_mult": config.width} if config.width != 1 else {}
    words = [f"{n}={value}" for n, value in given.items()]
    words += [f"{option}=True" for option in config.options]
    return f"{name}({', '.join(words)})" if plain else ""


def _timm(config: Config) -> str:
    """timm's name; empty where it has no such network."""
    if config.divisor != NUMBERS["divisor"].default:
        return ""
    return next((name for name, found in LIBRARY_NAMES.items() if _is_timms(config, *found)), "")


def _is_timms(config: Config, key: str, params: Mapping[str, object]) -> bool:
    """Whether one of timm's names means this; its resolution is only a default there."""
    if key != config.variant or "width" not in params:  # other libraries' names have no width
        return False
    wanted = {"width": config.width, "depth": config.depth, "width_rule": config.width_rule}
    wanted |= dict.fromkeys(config.options, True)
    usual = {"depth": 1.0, "width_rule": "timm"}
    meant = usual | {n: v for n, v in params.items() if n != "resolution"}
    return config.width_rule == "timm" and wanted == meant


def _named(rule: str) -> Mapping[str, tuple[str, dict[str, object]]]:
    return {n: found for n, found in LIBRARY_NAMES.items() if found[1] == {"width_rule": rule}}
