"""A network as JSON, whole: every operation with its shapes, to be read back anywhere."""

import json
from typing import Any

from viz.exports.request import Request
from viz.net.config import configure
from viz.net.fields import ConfigError
from viz.net.operations import Block, Facts, Operation, Role
from viz.net.trace import Trace, trace_config

FORMAT = "mobilenet-atlas"
VERSION = 3
READ = (1, 2, VERSION)
WANTED = "a specification written by MobileNet Atlas"


def as_json(request: Request) -> bytes:
    """Configuration, constants, blocks and operations."""
    traced, network = request.traced, request.config.network
    content = {
        "format": FORMAT,
        "version": VERSION,
        "name": network.name,
        "source": f"{network.paper}, {network.table}",
        "variant": request.config.variant,
        "config": request.config.arguments(),
        "batch_norm": {"eps": request.config.norm.eps, "momentum": request.config.norm.momentum},
        "dropout": network.dropout,
        "params": traced.params,
        "macs": traced.macs,
        "blocks": [_written(block) for block in traced.blocks],
        "operations": [op._asdict() for op in traced.operations],
    }
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _written(block: Block) -> dict[str, object]:
    return block._asdict() | {"facts": block.facts._asdict()}


def read(text: str | bytes) -> Trace:
    """The network that ``as_json`` wrote. Raises ``ConfigError`` for anything else."""
    try:
        content = json.loads(text)
        marked, version = content["format"] == FORMAT, content["version"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ConfigError("file", "this", WANTED) from None
    if not marked or version not in READ:
        raise ConfigError("version", version, f"{VERSION} of {FORMAT}")
    try:
        return _trace(content)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, ConfigError):
            raise
        raise ConfigError("file", "incomplete", WANTED) from None


def _trace(content: dict[str, Any]) -> Trace:
    config = configure(content["variant"], **content["config"])
    if content["version"] == 1:  # it did not state the blocks' facts yet
        return trace_config(config)
    operations = tuple(_operation(fields) for fields in content["operations"])
    return Trace(config, operations, tuple(_block(fields) for fields in content["blocks"]))


def _operation(fields: dict[str, Any]) -> Operation:
    across = fields.get("across", fields["padding"])  # version 2: the same on both axes
    return Operation(**_tupled(fields | {"across": across}) | {"role": Role(fields["role"])})


def _block(fields: dict[str, Any]) -> Block:
    return Block(**_tupled(fields) | {"facts": Facts(**_tupled(fields["facts"]))})


def _tupled(fields: dict[str, Any]) -> dict[str, Any]:
    return {n: tuple(v) if isinstance(v, list) else v for n, v in fields.items()}
