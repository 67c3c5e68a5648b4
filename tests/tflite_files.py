"""TFLite files of our own making, written with the flatbuffer builders of the package ``tflite``.

``written`` turns a program into a file that TFLite Micro opens: all weights are zero, scales are
such that its kernels take them. What the interpreter's allocator then says is in ``allocated``.
"""

import re
import subprocess
import sys
from math import prod

import flatbuffers
import numpy as np
import tflite
from tflite.BuiltinOperator import BuiltinOperator
from tflite.BuiltinOptions import BuiltinOptions

TYPES = {"float32": 0, "int32": 2, "int8": 9}
ACTIVATIONS = {"": 0, "relu": 1, "relu6": 3}
# Of these TFLite Micro wants one scale and zero point, and no others.
FIXED = {"LOGISTIC": (1 / 256, -128), "SOFTMAX": (1 / 256, -128)}
OPTIONS = {
    "CONV_2D": "Conv2D",
    "DEPTHWISE_CONV_2D": "DepthwiseConv2D",
    "FULLY_CONNECTED": "FullyConnected",
    "MEAN": "Reducer",
    "ADD": "Add",
    "MUL": "Mul",
    "SOFTMAX": "Softmax",
    "RESHAPE": "Reshape",
    "CONCATENATION": "Concatenation",
    "STRIDED_SLICE": "StridedSlice",
    "TRANSPOSE": "Transpose",
    "MAX_POOL_2D": "Pool2D",
    "AVERAGE_POOL_2D": "Pool2D",
}


def written(program):
    """The bytes of a TFLite file that runs the program."""
    return _File(program).content()


def allocated(path, arena=64_000_000):
    """(head, tail) bytes that tflite-micro's recording allocator reports for a file.

    It prints them from C++, so that it runs in a process of its own.
    """
    code = (
        "import sys; from tflite_micro import runtime; "
        f"runtime.Interpreter.from_file(sys.argv[1], arena_size={arena}).print_allocations()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    found = [re.search(rf"Arena allocation {part} (\d+) bytes", said) for part in ("head", "tail")]
    assert all(found), said
    return tuple(int(match[1]) for match in found)


class _File:
    """Tensors in the order of the program: the input, then each operator's constants and output."""

    def __init__(self, program):
        self.program = program
        self.builder = flatbuffers.Builder(1 << 16)
        self.buffers = [b""]
        self.tensors = []
        self.place = {}
        self.codes = []
        self.operators = []

    def content(self):
        for value in self.program.inputs:
            self._add_value(value)
        for call in self.program.calls:
            constants = self._add_constants(call)
            for value in call.outputs:
                self._add_value(value, call.operator)
            self.operators.append(self._operator(call, constants))
        return self._model()

    def _add_value(self, number, operator=""):
        value = self.program.values[number]
        scale, zero = FIXED.get(operator, (1 / 16, 0))
        if operator in {"RESHAPE", "MAX_POOL_2D", "AVERAGE_POOL_2D", "TRANSPOSE", "STRIDED_SLICE"}:
            scale, zero = 1 / 16, 0
        self.place[number] = self._tensor(value.shape, value.dtype, value.scales, scale, zero)

    def _add_constants(self, call):
        numbers = []
        for index, constant in enumerate(call.constants):
            content = _numbers(call, index, self.program)
            self.buffers.append(content.tobytes())
            scale = 1 / 256 if constant.dtype == "int8" else 1 / 256 / 16  # of biases: both scales
            shape, dtype, scales = constant
            numbers.append(self._tensor(shape, dtype, scales, scale, 0, len(self.buffers) - 1))
        return numbers

    def _tensor(self, shape, dtype, scales, scale, zero, buffer=0):
        builder = self.builder
        channels_last = len(shape) == 4 and shape[0] == 1  # a depthwise kernel
        quantised = self._quantised(scales, scale, zero, 3 * channels_last) if scales else None
        sides = builder.CreateNumpyVector(np.asarray(shape, np.int32))
        name = builder.CreateString(f"t{len(self.tensors)}")
        tflite.TensorStart(builder)
        tflite.TensorAddShape(builder, sides)
        tflite.TensorAddType(builder, TYPES[dtype])
        tflite.TensorAddBuffer(builder, buffer)
        tflite.TensorAddName(builder, name)
        if quantised is not None:
            tflite.TensorAddQuantization(builder, quantised)
        self.tensors.append(tflite.TensorEnd(builder))
        return len(self.tensors) - 1

    def _quantised(self, scales, scale, zero, axis):
        builder = self.builder
        values = builder.CreateNumpyVector(np.full(scales, scale, np.float32))
        zeros = builder.CreateNumpyVector(np.full(scales, zero, np.int64))
        tflite.QuantizationParametersStart(builder)
        tflite.QuantizationParametersAddScale(builder, values)
        tflite.QuantizationParametersAddZeroPoint(builder, zeros)
        if scales > 1:
            tflite.QuantizationParametersAddQuantizedDimension(builder, axis)
        return tflite.QuantizationParametersEnd(builder)

    def _operator(self, call, constants):
        builder = self.builder
        code = getattr(BuiltinOperator, call.operator)
        if code not in self.codes:
            self.codes.append(code)
        read = [self.place[number] for number in call.inputs]
        read = read + constants
        outputs = builder.CreateNumpyVector(
            np.asarray([self.place[number] for number in call.outputs], np.int32)
        )
        inputs = builder.CreateNumpyVector(np.asarray(read, np.int32))
        name = OPTIONS.get(call.operator)
        options = self._options(name, call) if name else None
        tflite.OperatorStart(builder)
        tflite.OperatorAddOpcodeIndex(builder, self.codes.index(code))
        tflite.OperatorAddInputs(builder, inputs)
        tflite.OperatorAddOutputs(builder, outputs)
        if options is not None:
            tflite.OperatorAddBuiltinOptionsType(builder, getattr(BuiltinOptions, f"{name}Options"))
            tflite.OperatorAddBuiltinOptions(builder, options)
        return tflite.OperatorEnd(builder)

    def _options(self, name, call):
        builder = self.builder

        def fill(field, value):
            getattr(tflite, f"{name}OptionsAdd{field}")(builder, value)

        if name == "Reshape":
            shape = self.program.values[call.outputs[0]].shape
            new = builder.CreateNumpyVector(np.asarray(shape, np.int32))
        getattr(tflite, f"{name}OptionsStart")(builder)
        if name == "Reshape":
            fill("NewShape", new)
        if name in {"Conv2D", "DepthwiseConv2D", "Pool2D"}:
            before = self.program.values[call.inputs[0]].shape
            after = self.program.values[call.outputs[0]].shape
            fill("Padding", 0)  # SAME
            fill("StrideH", -(-before[1] // after[1]))
            fill("StrideW", -(-before[2] // after[2]))
        if name == "Pool2D":
            fill("FilterHeight", 3)
            fill("FilterWidth", 3)
        if name == "DepthwiseConv2D":
            fill("DepthMultiplier", after[3] // before[3])
        if name in {"Conv2D", "DepthwiseConv2D", "FullyConnected", "Add", "Mul"}:
            fill("FusedActivationFunction", ACTIVATIONS[call.activation])
        if name == "Reducer":
            fill("KeepDims", len(self.program.values[call.outputs[0]].shape) == 4)
        if name == "Softmax":
            fill("Beta", 1.0)
        if name == "Concatenation":
            fill("Axis", 3)
        return getattr(tflite, f"{name}OptionsEnd")(builder)

    def _vector(self, start, items):
        start(self.builder, len(items))
        for item in reversed(items):
            self.builder.PrependUOffsetTRelative(item)
        return self.builder.EndVector()

    def _model(self):
        builder, program = self.builder, self.program
        codes = []
        for code in self.codes:
            tflite.OperatorCodeStart(builder)
            tflite.OperatorCodeAddDeprecatedBuiltinCode(builder, min(code, 127))
            tflite.OperatorCodeAddBuiltinCode(builder, code)
            tflite.OperatorCodeAddVersion(builder, 1)
            codes.append(tflite.OperatorCodeEnd(builder))
        buffers = []
        for content in self.buffers:
            data = builder.CreateByteVector(content) if content else None
            tflite.BufferStart(builder)
            if data is not None:
                tflite.BufferAddData(builder, data)
            buffers.append(tflite.BufferEnd(builder))
        tensors = self._vector(tflite.SubGraphStartTensorsVector, self.tensors)
        operators = self._vector(tflite.SubGraphStartOperatorsVector, self.operators)
        ends = [
            builder.CreateNumpyVector(np.asarray([self.place[n] for n in numbers], np.int32))
            for numbers in (program.inputs, program.outputs)
        ]
        tflite.SubGraphStart(builder)
        tflite.SubGraphAddTensors(builder, tensors)
        tflite.SubGraphAddInputs(builder, ends[0])
        tflite.SubGraphAddOutputs(builder, ends[1])
        tflite.SubGraphAddOperators(builder, operators)
        graphs = self._vector(tflite.ModelStartSubgraphsVector, [tflite.SubGraphEnd(builder)])
        held = self._vector(tflite.ModelStartBuffersVector, buffers)
        listed = self._vector(tflite.ModelStartOperatorCodesVector, codes)
        tflite.ModelStart(builder)
        tflite.ModelAddVersion(builder, 3)
        tflite.ModelAddOperatorCodes(builder, listed)
        tflite.ModelAddSubgraphs(builder, graphs)
        tflite.ModelAddBuffers(builder, held)
        builder.Finish(tflite.ModelEnd(builder), b"TFL3")
        return bytes(builder.Output())


def _numbers(call, index, program):
    """Zeros; of what steers, the numbers that make the operator give the shape it has to give."""
    kinds = {"int8": np.int8, "int32": np.int32, "float32": np.float32}
    constant = call.constants[index]
    after = program.values[call.outputs[0]].shape
    steering = {
        "MEAN": [1, 2],
        "RESHAPE": after,
        "TRANSPOSE": [0, 1, 2, 4, 3],
        "STRIDED_SLICE": [[0] * len(after), after, [1] * len(after)][index % 3],
    }
    if call.operator in steering:
        return np.asarray(steering[call.operator], np.int32)
    return np.zeros(prod(constant.shape), kinds[constant.dtype])
