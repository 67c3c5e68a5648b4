"""TFLite: the operators of the first graph as TFLite Micro would run them."""

from math import prod
from pathlib import Path
from typing import Any

from tflite.BuiltinOperator import BuiltinOperator

from viz.facts.micro import BYTES, Call, Constant, Program, Value
from viz.reading import limits
from viz.reading.formats.tflite import TYPES, opened, shape_of
from viz.reading.tensors import ReadError, printable

NAMES = {code: name for name, code in vars(BuiltinOperator).items() if not name.startswith("_")}
NESTED = {"IF", "WHILE", "CALL_ONCE", "CALL"}  # these run other graphs, whose tensors live longer
PLANNED = b"OfflineMemoryAllocation"  # metadata: offsets that somebody has chosen


def read_program(path: Path) -> Program:
    """The operators, and the tensors that are no constants. Raises ``ReadError``."""
    model, graph = opened(path)
    if graph.OperatorsLength() > limits.NODES:
        most = f"more than the {limits.NODES:,} that are read"
        raise ReadError(f"it has {graph.OperatorsLength():,} operators, {most}")
    _check_plan(model)
    reader = _Reader(model, graph)
    calls = [reader.call(graph.Operators(place)) for place in range(graph.OperatorsLength())]
    return Program(
        path.name,
        tuple(reader.values),
        tuple(calls),
        tuple(reader.value(graph.Inputs(place)) for place in range(graph.InputsLength())),
        tuple(reader.value(graph.Outputs(place)) for place in range(graph.OutputsLength())),
        tuple(reader.variables),
        path.stat().st_size,
        graph.TensorsLength(),
    )


def _check_plan(model: Any) -> None:
    for place in range(model.MetadataLength()):
        if model.Metadata(place).Name() == PLANNED:
            raise ReadError("it brings a plan of its own (OfflineMemoryAllocation)")


class _Reader:
    """Numbers the tensors that the arena holds, in the file's order."""

    def __init__(self, model: Any, graph: Any) -> None:
        self.model = model
        self.tensors = [graph.Tensors(place) for place in range(graph.TensorsLength())]
        self.shapes = [_shape(tensor) for tensor in self.tensors]
        computed = [n for n, tensor in enumerate(self.tensors) if not self._is_constant(tensor)]
        self.number = {tensor: place for place, tensor in enumerate(computed)}
        self.values = [self._value(tensor) for tensor in computed]
        variable = [self.tensors[tensor].IsVariable() for tensor in computed]
        self.variables = [place for place, is_kept in enumerate(variable) if is_kept]

    def _is_constant(self, tensor: Any) -> bool:
        number = tensor.Buffer()
        if not 0 <= number < self.model.BuffersLength():
            raise ReadError("a tensor's data is missing")
        return bool(self.model.Buffers(number).DataLength())

    def value(self, tensor: int) -> int:
        """The number of a tensor that is computed. Raises ``ReadError`` for any other."""
        if tensor not in self.number:
            raise ReadError("an operator writes a tensor that is not there, or a constant")
        return self.number[tensor]

    def call(self, operator: Any) -> Call:
        """One operator; what it reads of constants is not in the arena."""
        read = [operator.Inputs(place) for place in range(operator.InputsLength())]
        written = [operator.Outputs(place) for place in range(operator.OutputsLength())]
        if any(not -1 <= tensor < len(self.tensors) for tensor in (*read, *written)):
            raise ReadError("an operator reads a tensor that is not there")
        name = self._name(operator.OpcodeIndex())
        constants = [self._constant(t) for t in read if t >= 0 and t not in self.number]
        return Call(
            name,
            tuple(self.number[tensor] for tensor in read if tensor in self.number),
            tuple(self.value(tensor) for tensor in written),
            tuple(constants),
            path=self.values[self.value(written[0])].name if written else "",
        )

    def _name(self, number: int) -> str:
        if not 0 <= number < self.model.OperatorCodesLength():
            raise ReadError("an operator has no code")
        code = self.model.OperatorCodes(number)
        name: str = NAMES.get(max(code.BuiltinCode(), code.DeprecatedBuiltinCode()), "CUSTOM")
        if name in NESTED:
            raise ReadError(f"it has {name}, which runs other graphs: these are not planned here")
        return name

    def _value(self, number: int) -> Value:
        tensor = self.tensors[number]
        names = printable((tensor.Name() or b"").decode("utf-8", "replace"))
        name = names.partition(";")[0]  # the converter lists all that it has folded
        return Value(
            name or f"tensor {number}", self.shapes[number], _dtype(tensor), _scales(tensor)
        )

    def _constant(self, number: int) -> Constant:
        tensor = self.tensors[number]
        return Constant(self.shapes[number], _dtype(tensor), _scales(tensor))


def _shape(tensor: Any) -> tuple[int, ...]:
    if tensor.ShapeLength() > limits.DIMENSIONS:
        raise ReadError(f"a tensor has {tensor.ShapeLength():,} dimensions")
    shape = tuple(shape_of(tensor))
    if any(side < 0 for side in shape) or prod(shape) > limits.ELEMENTS:
        raise ReadError(f"a tensor has the shape {shape}")
    return shape


def _dtype(tensor: Any) -> str:
    name: str = TYPES.get(tensor.Type(), "?").lower()
    if name not in BYTES:
        raise ReadError(f"a tensor has the type {name}, which TFLite Micro's arena does not hold")
    return name


def _scales(tensor: Any) -> int:
    about = tensor.Quantization()
    return int(about.ScaleLength()) if about is not None and about.ZeroPointLength() else 0
