"""What TFLite Micro keeps beside the plan: the tail of its arena.

It consists of C++ structs: the allocator's own, one record a tensor and one an operator, each
kernel's data, and multiplier and shift of every channel. Their sizes are nowhere promised. Those
here were measured on tflite-micro 0.dev20261023 for x86-64 with its recording allocator, and a test
repeats it; on a 32-bit processor pointers are half as long, and there is less of everything.
"""

from collections.abc import Iterator
from typing import NamedTuple

from viz.facts.micro import Call, Program, Value
from viz.facts.planner import ALIGNMENT, aligned

START = 488  # allocator, planner, and their records
TENSOR, OPERATOR = 24, 64  # TfLiteEvalTensor, NodeAndRegistration
END_TENSOR, END_POINTER = 64, 8  # TfLiteTensor of an input or output, and what points to it
QUANTISED, WORD, POINTER = 24, 4, 8  # TfLiteAffineQuantization
SCRATCH = 8  # ScratchBufferHandle


class Record(NamedTuple):
    """Bytes of an operator's parameters (and how these are aligned) and of its kernel's data."""

    parameters: int = 0
    alignment: int = 4
    data: int = 0
    per_channel: bool = False


RECORDS = {
    "ADD": Record(8, data=60),
    "AVERAGE_POOL_2D": Record(40, data=32),
    "CONCATENATION": Record(8, data=80),
    "CONV_2D": Record(28, data=80, per_channel=True),
    "DEPTHWISE_CONV_2D": Record(28, data=80, per_channel=True),
    "DEQUANTIZE": Record(data=32),
    "FULLY_CONNECTED": Record(32, 8, data=72),
    "HARD_SWISH": Record(data=20),
    "LOGISTIC": Record(data=16),
    "MAX_POOL_2D": Record(40, data=32),
    "MEAN": Record(1, 1, data=44),
    "MUL": Record(4, data=36),
    "PACK": Record(8),
    "PAD": Record(data=56),
    "QUANTIZE": Record(data=32),
    "RELU": Record(data=28),
    "RELU6": Record(data=8),
    "RESHAPE": Record(36),
    "SHAPE": Record(4),
    "SOFTMAX": Record(4, data=80),
    "STRIDED_SLICE": Record(24, data=84),
    "TRANSPOSE": Record(),
}


def tail_bytes(program: Program, scratch: int) -> int | None:
    """Bytes of the tail with so many scratch buffers; None with an operator that is not known."""
    if any(call.operator not in RECORDS for call in program.calls):
        return None
    used = START
    for size, alignment in _allocations(program, scratch):
        used = aligned(used + size, alignment)
    return used


def _allocations(program: Program, scratch: int) -> Iterator[tuple[int, int]]:
    """Size and alignment of each allocation, in TFLite Micro's order."""
    yield TENSOR * program.tensors, POINTER
    yield OPERATOR * len(program.calls), POINTER
    records = [RECORDS[call.operator] for call in program.calls]
    for record in records:
        if record.parameters:
            yield record.parameters, record.alignment
    for record in records:
        if record.data:
            yield record.data, ALIGNMENT
    for call, record in zip(program.calls, records, strict=True):
        yield from _channels(program.values, call, record)
    if scratch:
        yield SCRATCH * scratch, POINTER
    for variable in program.variables:
        yield program.values[variable].bytes, ALIGNMENT
    for ends in (program.inputs, program.outputs):
        yield END_POINTER * len(ends), ALIGNMENT
        for number in ends:
            yield from _end(program.values[number])


def _channels(values: tuple[Value, ...], call: Call, record: Record) -> Iterator[tuple[int, int]]:
    """Multipliers and shifts, one a channel each; a float network has room for them too."""
    is_by_channel = (
        call.operator == "FULLY_CONNECTED"
        and max((constant.scales for constant in call.constants), default=0) > 1
    )
    if record.per_channel or is_by_channel:
        count = values[call.outputs[0]].shape[-1]
        yield WORD * count, ALIGNMENT
        yield WORD * count, ALIGNMENT


def _end(value: Value) -> Iterator[tuple[int, int]]:
    """An input or output: its record, and its scales and zero points where it has any."""
    yield END_TENSOR, POINTER
    if value.scales:
        yield QUANTISED, POINTER
        yield WORD * (1 + value.scales), WORD
