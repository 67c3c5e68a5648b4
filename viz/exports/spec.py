"""A network as JSON, whole: every operation with its shapes, to be read back anywhere."""

import json
from typing import Any

from viz.exports.order import Order
from viz.net.config import ConfigError, configure
from viz.net.operations import Block, Operation
from viz.net.trace import Trace

FORMAT = "mobilenet-atlas"
VERSION = 1


def as_json(order: Order) -> bytes:
    """Configuration, constants, blocks and operations."""
    traced, network = order.traced, order.config.network
    content = {
        "format": FORMAT,
        "version": VERSION,
        "name": network.name,
        "source": f"{network.paper}, {network.table}",
        "variant": order.config.variant,
        "config": order.config.arguments(),
        "batch_norm": {"eps": network.norm.eps, "momentum": network.norm.momentum},
        "dropout": network.dropout,
        "params": traced.params,
        "macs": traced.macs,
        "blocks": [_block(block) for block in traced.blocks],
        "operations": [op._asdict() for op in traced.operations],
    }
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _block(block: Block) -> dict[str, object]:
    return {name: getattr(block, name) for name in Block.__slots__}


def read(text: str | bytes) -> Trace:
    """The network that ``as_json`` wrote. Raises ``ConfigError`` for anything else."""
    try:
        content = json.loads(text)
        known = (content["format"], content["version"]) == (FORMAT, VERSION)
    except (ValueError, KeyError, TypeError):
        raise ConfigError("file", "this", "a specification written by MobileNet Atlas") from None
    if not known:
        raise ConfigError("version", content["version"], f"{VERSION} of {FORMAT}")
    config = configure(content["variant"], **content["config"])
    operations = tuple(Operation(**_tupled(fields)) for fields in content["operations"])
    return Trace(config, operations, tuple(Block(**fields) for fields in content["blocks"]))


def _tupled(fields: dict[str, Any]) -> dict[str, Any]:
    return {n: tuple(v) if isinstance(v, list) else v for n, v in fields.items()}
