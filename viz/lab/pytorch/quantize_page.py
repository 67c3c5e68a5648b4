"""Requests of the page Eight bits: the shipped network under a scheme, and a block's weights."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from onnx import NodeProto, numpy_helper

from viz.lab.choice import choice_of
from viz.lab.pytorch.quantize import Source, quantize, source_of
from viz.lab.pytorch.weights import load
from viz.lab.quantize import runtime
from viz.lab.quantize.affine import Floats, quantised, weight_grid, weights_affine
from viz.lab.quantize.inputs import FLOWERS, Inputs
from viz.lab.quantize.lesson import CALIBRATED, CHANNEL, MEASURED, TENSOR
from viz.net.config import Config
from viz.net.scheme import scheme_of


@lru_cache(maxsize=1)
def _source(config: Config) -> Source:
    return source_of(load(config, choice_of("atlas", config.variant)), "atlas")


def quantize_answer(config: Config, asked: Mapping[str, Any]) -> dict[str, Any]:
    """``asked`` has a ``scheme``; what ``Quantized.as_json`` says of it. Raises ``RunError``."""
    found = quantize(
        _source(config),
        scheme_of(asked["scheme"]),
        Inputs(FLOWERS, CALIBRATED, 0),
        Inputs(FLOWERS, MEASURED, 1),
    )
    return found.as_json()


def weights_answer(config: Config, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """``asked`` has a ``block``: of each of its layers the range of every filter, widest first.

    And how many weights come to lie on each whole number, per tensor and per channel.
    """
    source = _source(config)
    model = runtime.prepared(source.content)
    held = {constant.name: constant for constant in model.graph.initializer}
    nodes = {str(node.name): node for node in model.graph.node}
    blocks = [op for op in source.traced.operations if op.block == asked["block"]]
    return [
        {"path": op.path, "role": op.role.value, "kind": op.kind, **_facts(values)}
        for op in blocks
        for values in _weights(nodes.get(op.path), held)
    ]


def _weights(node: NodeProto | None, held: Mapping[str, Any]) -> Iterator[Floats]:
    """The weights of a layer, if it is one."""
    if node is not None and len(node.input) > 1 and node.input[1] in held:
        values = numpy_helper.to_array(held[node.input[1]])
        if values.ndim > 1:
            yield values


def _facts(values: Floats) -> dict[str, Any]:
    flat = values.reshape(len(values), -1)
    ranges = np.stack([flat.min(1), flat.max(1)], 1).astype(float)
    order = np.argsort(-np.abs(ranges).max(1), kind="stable")
    counts = {}
    for name in (TENSOR, CHANNEL):
        scheme = scheme_of(name)
        grid = weight_grid(scheme)
        whole = quantised(values, weights_affine(values, scheme), grid)
        counts[name] = np.bincount(whole.ravel() - grid.low, minlength=grid.steps + 1).tolist()
    return {"ranges": ranges[order].tolist(), "counts": counts}
