"""A network as JSON, whole: every operation with its shapes, to be read back anywhere."""

import json
from collections.abc import Iterator
from typing import Any

from viz.exports.request import Request
from viz.net.config import config_from
from viz.net.fields import ConfigError
from viz.net.operations import Block, Facts, Operation, Role
from viz.net.trace import Trace, trace_config

FORMAT = "mobilenet-atlas"
VERSION = 4
READ = (1, 2, 3, VERSION)
JOINED = ("scale", "add", "scores", "mix")  # of versions 2 and 3
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
    config = config_from(content["variant"], content["config"])
    if content["version"] == 1:  # it did not state the blocks' facts yet
        return trace_config(config)
    given = content["operations"]
    if content["version"] < 4:
        given = _with_inputs(given)
    operations = tuple(_operation(fields) for fields in given)
    return Trace(config, operations, tuple(_block(fields) for fields in content["blocks"]))


def _with_inputs(given: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Operations of versions 2 and 3, which named what they read only where it was not the last."""
    before = ""
    shapes = {"": given[0]["in_shape"]} | {fields["path"]: fields["out_shape"] for fields in given}
    for fields in given:
        inputs = [fields["starts"] or before]
        inputs += [fields["joins"]] * (fields["kind"] in JOINED)
        before = fields["path"]
        own = {"inputs": inputs, "in_shapes": [shapes[path] for path in inputs]}
        kept = {name: value for name, value in fields.items() if name in Operation._fields}
        yield kept | own | {"across": fields.get("across", fields["padding"])}  # 2: on both axes


def _operation(fields: dict[str, Any]) -> Operation:
    return Operation(**_tupled(fields) | {"role": Role(fields["role"])})


def _block(fields: dict[str, Any]) -> Block:
    return Block(**_tupled(fields) | {"facts": Facts(**_tupled(fields["facts"]))})


def _tupled(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: _frozen(value) for name, value in fields.items()}


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
