"""onnxruntime's own quantiser, and runs of what it writes, every value in view.

A quantised file is run in two ways. In float arithmetic, without any optimisation of the graph, it
is what the scheme says on every machine: values are rounded to their grid, and layers compute in
float. As this processor runs it, layers are fused to whole-number kernels, which may saturate.
"""

import io
import logging
import tempfile
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import onnx
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

from viz.extras import require
from viz.lab.errors import RunError
from viz.lab.quantize.affine import decibels
from viz.lab.quantize.report import Bytes
from viz.net.scheme import Scheme

require("quantize", "onnxruntime")

import onnxruntime  # noqa: E402 - where it lacks, the sentence above names the extra
from onnxruntime.quantization import (  # noqa: E402
    CalibrationDataReader,
    CalibrationMethod,
    QuantType,
    quant_pre_process,
    quantize_static,
)

Array = npt.NDArray[Any]
METHODS = {
    "minmax": CalibrationMethod.MinMax,
    "percentile": CalibrationMethod.Percentile,
    "entropy": CalibrationMethod.Entropy,
}
HSWISH = "HardSwish"
PROBE = "/measured"  # behind the name of a value that is looked at
VERSION = str(onnxruntime.__version__)


class _Inputs(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no hints
    """Inputs one by one, as onnxruntime's calibration asks for them."""

    def __init__(self, name: str, inputs: Sequence[Array]) -> None:
        self._left = iter([{name: values} for values in inputs])

    def get_next(self) -> dict[str, Array] | None:
        """The next, or None behind the last."""
        return next(self._left, None)


def prepared(content: bytes) -> ModelProto:
    """A file's network as it is quantised: batch norms folded. Raises ``RunError``."""
    model = onnx.load_from_string(content)
    kinds = {node.op_type for node in model.graph.node}
    if kinds & {"QuantizeLinear", "DequantizeLinear", "QLinearConv", "ConvInteger"}:
        raise RunError("The network is quantised already: give the one in float.")
    if "BatchNormalization" not in kinds:
        return model
    with _folder() as folder:
        source, target = folder / "float.onnx", folder / "folded.onnx"
        source.write_bytes(content)
        quant_pre_process(source, target, skip_symbolic_shape=True)
        return onnx.load(target)


def quantised(
    model: ModelProto, inputs: Sequence[Array], scheme: Scheme, excluded: Sequence[str] = ()
) -> ModelProto:
    """The network with Q and DQ nodes, its ranges taken from ``inputs``, each (1, C, H, W).

    ``excluded`` are names of nodes that stay in float. ``scheme.bits`` is not looked at.
    """
    with _folder() as folder:
        source, target = folder / "float.onnx", folder / "quantised.onnx"
        onnx.save(model, source)
        quantize_static(
            source,
            target,
            _Inputs(input_of(model.graph), inputs),
            per_channel=scheme.per_channel,
            reduce_range=scheme.reduce_range,
            activation_type=QuantType.QInt8 if scheme.signed else QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=list(excluded),
            calibrate_method=METHODS[scheme.method],
            extra_options={"WeightSymmetric": scheme.symmetric},
        )
        made = onnx.load(target)
    if scheme.float_hswish:
        _free_hswish(made.graph)
    return made


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder for the quantiser's files; its advice to preprocess, which is done, is not said."""
    logging.disable(logging.WARNING)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="mobilenet-atlas-") as name,
            redirect_stdout(io.StringIO()),  # where calibration says how far it is
        ):
            yield Path(name)
    finally:
        logging.disable(logging.NOTSET)


def _free_hswish(graph: GraphProto) -> None:
    """Let every h-swish read what its convolution gives, without rounding in between."""
    makers = {name: node for node in graph.node for name in node.output}
    gone: set[str] = set()
    for node in graph.node:
        restored = makers.get(node.input[0]) if node.op_type == HSWISH else None
        if restored and restored.op_type == "DequantizeLinear":
            rounded = makers[restored.input[0]]
            node.input[0] = rounded.input[0]
            gone |= {restored.name, rounded.name}
    kept = [node for node in graph.node if node.name not in gone]
    del graph.node[:]
    graph.node.extend(kept)


def input_of(graph: GraphProto) -> str:
    """The name of the network's input."""
    held = {constant.name for constant in graph.initializer}
    return next(str(value.name) for value in graph.input if value.name not in held)


def sizes(model: ModelProto) -> Bytes:
    """Bytes of the file and of its constants, those that say shapes left out."""
    counted = [c for c in model.graph.initializer if c.data_type != TensorProto.INT64]
    weights = sum(numpy_helper.to_array(constant).nbytes for constant in counted)
    return Bytes(model.ByteSize(), weights)


# Runs


class Session:
    """A network that is run, one input at a time, with the values that are asked for."""

    def __init__(self, model: ModelProto, *, optimised: bool) -> None:
        options = onnxruntime.SessionOptions()
        levels = onnxruntime.GraphOptimizationLevel
        level = levels.ORT_ENABLE_ALL if optimised else levels.ORT_DISABLE_ALL
        options.graph_optimization_level = level
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                model.SerializeToString(), options, ["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime has a class of its own for each kind of refusal
            raise RunError(f"onnxruntime does not run it: {_first_line(error)}.") from None
        self._input = self._session.get_inputs()[0].name
        self.names = tuple(output.name for output in self._session.get_outputs())

    def run(self, values: Array) -> dict[str, Array]:
        """Name -> value, for one input."""
        try:
            found = self._session.run(None, {self._input: values})
        except Exception as error:
            raise RunError(f"onnxruntime does not run it: {_first_line(error)}.") from None
        return dict(zip(self.names, found, strict=True))


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0][:200].rstrip(".")


class Probed(NamedTuple):
    """A network whose values are all outputs: name of the value -> name of the output."""

    model: ModelProto
    outputs: Mapping[str, str]


def float_probed(model: ModelProto) -> Probed:
    """The network in float with every value that has a floating-point type as an output."""
    made = onnx.shape_inference.infer_shapes(model)
    floats = {
        value.name: value
        for value in (*made.graph.value_info, *made.graph.output)
        if value.type.tensor_type.elem_type == TensorProto.FLOAT
    }
    there = {value.name for value in made.graph.output}
    names = [n.output[0] for n in made.graph.node if n.output[0] in floats]
    made.graph.output.extend(floats[name] for name in names if name not in there)
    return Probed(made, {name: name for name in names})


def quantised_probed(model: ModelProto, values: Sequence[str]) -> Probed:
    """The quantised network with the rounded form of these values of the float one as outputs.

    A value that an activation took in has none; one that stays in float is taken as it is.
    """
    made = ModelProto.FromString(model.SerializeToString())
    graph = made.graph
    there = {value.name for value in graph.output}
    rounded = _rounded(graph)
    names = {name for node in graph.node for name in node.output}
    outputs: dict[str, str] = {}
    for value in values:
        if value in there:
            outputs[value] = value
            continue
        if value in rounded:
            outputs[value] = value + PROBE
            scaled = rounded[value]
            graph.node.append(
                helper.make_node(
                    "DequantizeLinear", [scaled.output[0], *scaled.input[1:]], [value + PROBE]
                )
            )
        elif value in names:
            outputs[value] = value
        else:
            continue
        graph.output.append(helper.make_tensor_value_info(outputs[value], TensorProto.FLOAT, None))
    return Probed(made, outputs)


def _rounded(graph: GraphProto) -> dict[str, NodeProto]:
    """Value -> the node that rounds it to its grid."""
    held = {constant.name for constant in graph.initializer}
    return {
        node.input[0]: node
        for node in graph.node
        if node.op_type == "QuantizeLinear" and node.input[0] not in held
    }


def standing_for(model: ModelProto, known: Container[str]) -> dict[str, str]:
    """Value of the float network -> the value with its error: itself, or what took it in."""
    readers: dict[str, str] = {}
    for node in model.graph.node:
        readers.update({name: node.output[0] for name in node.input if name not in readers})
    found = {}
    for node in model.graph.node:
        value = node.output[0]
        while value not in known and value in readers:
            value = readers[value]
        if value in known:
            found[node.output[0]] = value
    return found


class Sums:
    """Squares of a signal and of its errors by value, added up over inputs, in double precision."""

    def __init__(self) -> None:
        self._signal: dict[str, float] = {}
        self._error: dict[str, float] = {}

    def add(self, name: str, signal: Array, other: Array) -> None:
        """One input's value and what came in its place."""
        exact = signal.astype(np.float64)
        error = exact - other.reshape(signal.shape)
        self._signal[name] = self._signal.get(name, 0.0) + float(np.vdot(exact, exact))
        self._error[name] = self._error.get(name, 0.0) + float(np.vdot(error, error))

    def decibels(self) -> dict[str, float]:
        """Signal to error by value."""
        return {
            name: decibels([signal**0.5, 0.0], [signal**0.5, self._error[name] ** 0.5])
            for name, signal in self._signal.items()
        }


class Runner(Protocol):
    """What gives the values of a network for one input: a session, or a simulation."""

    def run(self, values: Array) -> dict[str, Array]:
        """Name of the output -> value."""


def measured(
    exact: Probed, probed: Probed, ways: Sequence[Runner], inputs: Sequence[Array]
) -> list[dict[str, float]]:
    """Signal to error in dB of every value, for each of the ways to run what is ``probed``."""
    original = Session(exact.model, optimised=False)
    sums = [Sums() for _ in ways]
    for values in inputs:
        wanted = original.run(values)
        for way, found in zip(ways, sums, strict=True):
            given = way.run(values)
            for name, output in probed.outputs.items():
                found.add(name, wanted[exact.outputs[name]], given[output])
    return [found.decibels() for found in sums]


Ranges = dict[str, tuple[np.float32, np.float32]]


def ranges(model: ModelProto, inputs: Sequence[Array]) -> Ranges:
    """Least and largest number of every value of a network in float, its input among them."""
    session = Session(float_probed(model).model, optimised=False)
    image = input_of(model.graph)
    found: Ranges = {}
    for values in inputs:
        for name, value in {image: values, **session.run(values)}.items():
            low, high = found.get(name, (value.min(), value.max()))
            found[name] = min(low, value.min()), max(high, value.max())
    return found


def weight_errors(model: ModelProto, made: ModelProto) -> dict[str, float]:
    """Signal to error in dB of each layer's weights, by the value that the layer gives."""
    exact = {c.name: numpy_helper.to_array(c) for c in model.graph.initializer}
    held = {c.name: numpy_helper.to_array(c) for c in made.graph.initializer}
    found = {}
    for node in made.graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] in held:
            name = node.input[0].removesuffix("_quantized")
            if name in exact and exact[name].ndim > 1:
                found[name] = decibels(exact[name], meant(node, held))
    return {
        node.output[0]: found[node.input[1]]
        for node in model.graph.node
        if len(node.input) > 1 and node.input[1] in found
    }


def meant(node: NodeProto, held: Mapping[str, Array]) -> Array:
    """What the whole numbers of a constant stand for."""
    whole, scale = held[node.input[0]], held[node.input[1]]
    zero = held[node.input[2]] if len(node.input) > 2 else np.zeros(1, np.int32)
    axis = next((a.i for a in node.attribute if a.name == "axis"), 1)
    shape = [-1 if place == axis % max(whole.ndim, 1) else 1 for place in range(whole.ndim)]
    if scale.size > 1:
        scale, zero = scale.reshape(shape), zero.reshape(shape)
    difference = whole.astype(np.int32) - zero.astype(np.int32)
    result: Array = difference.astype(np.float32) * scale
    return result
