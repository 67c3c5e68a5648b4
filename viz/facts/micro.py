"""A network as the operators that TFLite Micro runs, and the tensors between them.

A converter folds batch norm (and layer scale) into the convolution before it and ReLU or ReLU6 into
the operator before them; padding belongs to the convolution (SAME). Maps are (1, height, width,
channels). Weights are constants in flash; what is computed lies in the arena.
"""

from collections.abc import Iterable, Sequence
from math import prod
from typing import NamedTuple

from viz.net.fields import ConfigError, Word
from viz.net.graph import read_once
from viz.net.operations import CONVOLUTIONS, Operation, Shape
from viz.net.trace import Trace

BYTES = {"int8": 1, "uint8": 1, "bool": 1, "int16": 2, "float16": 2, "int32": 4, "float32": 4}
BYTES |= {"int64": 8, "float64": 8}
PRECISIONS = ("int8", "float32")
SCALE_BYTES, ZERO_BYTES = 4, 8  # of one scale and one zero point in a TFLite file
FUSED = {"relu", "relu6"}
FOLDED = {"norm", "gain"}
WEIGHTED = CONVOLUTIONS | {"linear"}


class Value(NamedTuple):
    """A tensor that is computed, or the network's input; ``scales`` are those of quantisation."""

    name: str
    shape: Shape
    dtype: str
    scales: int = 0

    @property
    def bytes(self) -> int:
        """Bytes of its numbers."""
        return prod(self.shape) * BYTES[self.dtype]


class Constant(NamedTuple):
    """A tensor of the file: weights, biases, axes."""

    shape: Shape
    dtype: str
    scales: int = 0

    @property
    def bytes(self) -> int:
        """Bytes of its numbers and of the parameters of their quantisation."""
        return prod(self.shape) * BYTES[self.dtype] + self.scales * (SCALE_BYTES + ZERO_BYTES)


class Call(NamedTuple):
    """An operator that runs once: ``inputs`` and ``outputs`` are numbers of values.

    ``block`` is that of the network, -1 where nobody knows. ``activation`` is fused into it.
    """

    operator: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    constants: tuple[Constant, ...] = ()
    block: int = -1
    path: str = ""
    activation: str = ""


class Program(NamedTuple):
    """What runs: operators in execution order, over numbered values.

    ``variables`` are values that keep their numbers between runs and lie beside the plan.
    ``kept`` are values that live longer: (value, first step, last step).
    ``file_bytes`` and ``tensor_count`` are those of the file that it was read from, else 0.
    """

    title: str
    values: tuple[Value, ...]
    calls: tuple[Call, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    variables: tuple[int, ...] = ()
    file_bytes: int = 0
    tensor_count: int = 0
    kept: tuple[tuple[int, int, int], ...] = ()

    @property
    def tensors(self) -> int:
        """Tensors of the file, constants included."""
        return self.tensor_count or len(self.values) + sum(len(c.constants) for c in self.calls)

    @property
    def constant_bytes(self) -> int:
        """Bytes of weights, biases and all other constants, quantisation included."""
        return sum(constant.bytes for call in self.calls for constant in call.constants)

    @property
    def flash_bytes(self) -> int:
        """Bytes of the file, or those of its constants where it was not written."""
        return self.file_bytes or self.constant_bytes


def program_of(traced: Trace, precision: str = "int8", given: str = "") -> Program:
    """The operators of a network; ``given`` is the type of its input, that of the network if empty.

    A float input of an int8 network is quantised by an operator of its own, and its answer turned
    back: that is how TensorFlow's converter writes it by default. Raises ``ConfigError``.
    """
    given = _checked("input", given or _checked("precision", precision))
    lowering = _Lowering(traced.operations, precision)
    lowering.start(traced.operations[0].in_shape, given)
    for op in traced.operations:
        lowering.add(op)
    last = lowering.value_of[traced.operations[-1].path]
    return lowering.finish(traced.config.title, last, given)


def _checked(name: str, word: str) -> str:
    return Word(PRECISIONS).read(name, word)


def with_input(program: Program, given: str) -> Program:
    """The same program for an input of another type: with QUANTIZE before it, or without.

    Empty: as it is. Raises ``ConfigError`` where the program takes neither int8 nor float32.
    """
    if not given:
        return program
    (number, *others) = program.inputs or (-1,)
    dtype = program.values[number].dtype if number >= 0 else ""
    if others or dtype not in PRECISIONS:
        raise ConfigError("input", given, "left out: the program has no single int8 or float input")
    if _checked("input", given) == dtype:
        return program
    return _quantised(program, number) if given == "float32" else _unquantised(program, number)


def _quantised(program: Program, number: int) -> Program:
    """With a float input, from which an operator makes the one that there was."""
    old = program.values[number]
    image = Value(f"{old.name} (float)", old.shape, "float32")
    call = Call("QUANTIZE", (len(program.values),), (number,), path=old.name)
    values, calls = (*program.values, image), (call, *program.calls)
    count = program.tensor_count + 1 if program.tensor_count else 0
    inputs = (len(program.values),)
    return program._replace(values=values, calls=calls, inputs=inputs, tensor_count=count)


def _unquantised(program: Program, number: int) -> Program:
    """Without the operator that quantises the input."""
    first = program.calls[0] if program.calls else None
    if first is None or first.operator != "QUANTIZE" or first.inputs != (number,):
        raise ConfigError("input", "int8", "float32: the network itself computes in float")
    return _without(program._replace(calls=program.calls[1:], inputs=first.outputs), number)


def _without(program: Program, number: int) -> Program:
    """The program without a value that nobody uses; those behind it move up."""

    def moved(numbers: Iterable[int]) -> tuple[int, ...]:
        return tuple(each - (each > number) for each in numbers)

    calls = [
        call._replace(inputs=moved(call.inputs), outputs=moved(call.outputs))
        for call in program.calls
    ]
    values = program.values[:number] + program.values[number + 1 :]
    return program._replace(
        values=values,
        calls=tuple(calls),
        inputs=moved(program.inputs),
        outputs=moved(program.outputs),
        variables=moved(program.variables),
        tensor_count=program.tensor_count - 1 if program.tensor_count else 0,
    )


class _Lowering:
    """Writes calls and values while it follows the operations."""

    def __init__(self, operations: Sequence[Operation], precision: str) -> None:
        self.precision = precision
        self.once = read_once(operations)
        self.values: list[Value] = []
        self.calls: list[Call] = []
        self.value_of: dict[str, int] = {}  # by the operation's path; the image has none
        self.open: dict[int, int] = {}  # values that may still be folded into -> their call

    def start(self, shape: Shape, given: str) -> None:
        """Write the input, quantised where the network does not take it as it comes."""
        image = self._value("input", shape, given)
        if given != self.precision:
            image = self._call("QUANTIZE", (image,), shape, path="input")
        self.value_of[""] = image

    def finish(self, title: str, last: int, given: str) -> Program:
        """Turn the answer back where the input was turned."""
        if given != self.precision:
            output = self._append("output", self.values[last].shape, given)
            self.calls.append(Call("DEQUANTIZE", (last,), (output,), path="output"))
            last = output
        return Program(title, tuple(self.values), tuple(self.calls), (0,), (last,))

    def add(self, op: Operation) -> None:
        """Write an operation, or fold it into the one before."""
        read = tuple(self.value_of[path] for path in op.inputs)
        if self._is_folded(op, read[0]):
            self.value_of[op.path] = read[0]
            return
        write = getattr(self, f"_{op.kind}", self._other)
        self.value_of[op.path] = write(op, read)

    def _is_folded(self, op: Operation, read: int) -> bool:
        """Whether an operation vanishes: dropout, or what its only source can do as well."""
        if op.kind == "dropout" or (op.kind == "flatten" and len(self.values[read].shape) == 2):
            return True
        if read not in self.open or op.inputs[0] not in self.once:
            return False
        call = self.calls[self.open[read]]
        if op.kind in FOLDED:
            return call.operator not in {"ADD", "MUL"}
        if op.kind == "flatten" and call.operator == "MEAN":
            self.values[read] = self.values[read]._replace(shape=_shape(op.out_shape))
            return True
        if op.kind != "activation" or op.activation not in FUSED or call.operator == "MEAN":
            return False
        self.calls[self.open.pop(read)] = call._replace(activation=op.activation)
        return True

    def _value(self, name: str, shape: Shape, dtype: str = "") -> int:
        return self._append(name, _shape(shape), dtype or self.precision)

    def _append(self, name: str, shape: Shape, dtype: str) -> int:
        self.values.append(Value(name, shape, dtype, int(dtype == "int8")))
        return len(self.values) - 1

    def _call(
        self,
        operator: str,
        read: tuple[int, ...],
        shape: Shape,
        *constants: Constant,
        op: Operation | None = None,
        path: str = "",
    ) -> int:
        """Write an operator; gives the number of its output."""
        path = op.path if op else path
        made = self._value(path, shape)
        block = op.block if op else -1
        self.calls.append(Call(operator, read, (made,), constants, block, path))
        return made

    def _weights(self, shape: Shape, scales: int = 1) -> Constant:
        return Constant(shape, self.precision, scales if self.precision == "int8" else 0)

    def _biases(self, count: int, scales: int = 1) -> Constant:
        if self.precision == "int8":
            return Constant((count,), "int32", scales)
        return Constant((count,), self.precision)

    def _other(self, op: Operation, read: tuple[int, ...]) -> int:
        """One operator under the operation's own name."""
        name = OPERATORS.get(op.kind) or (op.read.title if op.read else op.kind).upper()
        constants = (self._weights((op.read.params,)),) if op.read and op.read.params else ()
        return self._call(name, read, op.out_shape, *constants, op=op)

    def _convolution(self, op: Operation, read: tuple[int, ...]) -> int:
        made = self._call(_operator(op), read, op.out_shape, *self._kernel(op), op=op)
        self.open[made] = len(self.calls) - 1
        return made

    _conv = _depthwise = _pointwise = _linear = _convolution

    def _kernel(self, op: Operation) -> tuple[Constant, Constant]:
        out = op.out_shape[0]
        if op.read is not None:
            return self._weights((op.read.weights,), out), self._biases(out, out)
        if op.kind == "linear":
            return self._weights((out, op.in_shape[0])), self._biases(out)
        if op.kind == "depthwise":
            return self._weights((1, op.kernel, op.kernel, out), out), self._biases(out, out)
        side = (op.kernel, op.kernel, op.in_shape[0] // op.groups)
        return self._weights((out, *side), out), self._biases(out, out)

    def _pool(self, op: Operation, read: tuple[int, ...]) -> int:
        made = self._call("MEAN", read, op.out_shape, AXES, op=op)
        self.open[made] = len(self.calls) - 1
        return made

    def _flatten(self, op: Operation, read: tuple[int, ...]) -> int:
        return self._call("RESHAPE", read, op.out_shape, Constant((2,), "int32"), op=op)

    def _norm(self, op: Operation, read: tuple[int, ...]) -> int:
        """A batch norm that no convolution takes in: a product and a sum."""
        channels = self._weights((op.out_shape[0],))
        scaled = self._call("MUL", read, op.out_shape, channels, op=op)
        return self._call("ADD", (scaled,), op.out_shape, channels, op=op)

    def _gain(self, op: Operation, read: tuple[int, ...]) -> int:
        return self._call("MUL", read, op.out_shape, self._weights((op.out_shape[0],)), op=op)

    def _activation(self, op: Operation, read: tuple[int, ...]) -> int:
        if op.activation == "silu":
            gate = self._call("LOGISTIC", read, op.out_shape, op=op)
            return self._call("MUL", (*read, gate), op.out_shape, op=op)
        if op.activation == "hardsigmoid":  # relu6(x + 3) / 6
            one = self._weights(())
            raised = self._call("ADD", read, op.out_shape, one, op=op)
            self.calls[-1] = self.calls[-1]._replace(activation="relu6")
            return self._call("MUL", (raised,), op.out_shape, one, op=op)
        name = ACTIVATIONS.get(op.activation, op.activation.upper())
        return self._call(name, read, op.out_shape, op=op)

    def _add(self, op: Operation, read: tuple[int, ...]) -> int:
        """Sums of two."""
        made = read[0]
        for other in read[1:]:
            made = self._call("ADD", (made, other), op.out_shape, op=op)
        self.open[made] = len(self.calls) - 1
        return made

    def _mean(self, op: Operation, read: tuple[int, ...]) -> int:
        added = self._add(op, read)
        return self._call("MUL", (added,), op.out_shape, self._weights(()), op=op)

    def _scale(self, op: Operation, read: tuple[int, ...]) -> int:
        return self._call("MUL", (read[1], read[0]), op.out_shape, op=op)

    def _split(self, op: Operation, read: tuple[int, ...]) -> int:
        corners = [Constant((len(op.out_shape) + 1,), "int32")] * 3
        return self._call("STRIDED_SLICE", read, op.out_shape, *corners, op=op)

    def _shuffle(self, op: Operation, read: tuple[int, ...]) -> int:
        """Channels as a table of groups, which is turned over."""
        channels, *sides = op.out_shape
        table = (1, *sides, op.groups, channels // op.groups)
        turned = (1, *sides, channels // op.groups, op.groups)
        for operator, shape in (("RESHAPE", table), ("TRANSPOSE", turned)):
            made = self._append(op.path, shape, self.precision)
            constant = Constant((5,), "int32")
            self.calls.append(Call(operator, read, (made,), (constant,), op.block, op.path))
            read = (made,)
        return self._call("RESHAPE", read, op.out_shape, Constant((4,), "int32"), op=op)


AXES = Constant((2,), "int32")
OPERATORS = {
    "concat": "CONCATENATION",
    "window": "MAX_POOL_2D",
    "scores": "BATCH_MATMUL",
    "mix": "BATCH_MATMUL",
    "product": "MUL",
    "shape": "RESHAPE",
    "matmul": "BATCH_MATMUL",
}
ACTIVATIONS = {
    "relu": "RELU",
    "relu6": "RELU6",
    "hardswish": "HARD_SWISH",
    "sigmoid": "LOGISTIC",
    "softmax": "SOFTMAX",
    "gelu": "GELU",
}


def _operator(op: Operation) -> str:
    if op.kind == "linear":
        return "FULLY_CONNECTED"
    return "DEPTHWISE_CONV_2D" if op.kind == "depthwise" else "CONV_2D"


def _shape(shape: Shape) -> Shape:
    """A shape as TFLite has it: one image, channels last."""
    return (1, *shape[1:], shape[0])
