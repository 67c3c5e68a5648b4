"""The arena of TFLite Micro: every tensor's offset, size and life, and what all of it needs.

The head holds what the planner places (``planner``): a tensor lives from the operator that writes
it to the last that reads it, both included; the input lives from before the first operator, the
answer to the end (tensorflow/lite/micro/micro_allocation_info.cc). The tail holds the interpreter's
own records (``tail``).
"""

from collections.abc import Iterator, Sequence
from math import prod
from typing import NamedTuple

from viz.facts.micro import Call, Program, Value
from viz.facts.planner import Buffer, aligned, height, offsets
from viz.facts.tail import RECORDS, tail_bytes
from viz.net.operations import Shape

IN_PLACE = "DEPTHWISE_CONV_2D"
MISSING = frozenset({"GELU"})  # no kernel in tflite-micro
WORD = 4  # bytes of an index, and of a sum while whole numbers are added up
WHOLE = frozenset({"int8", "uint8", "int16"})


class ArenaRow(NamedTuple):
    """A tensor of the arena: ``size`` is rounded up to the alignment.

    It lives from step ``first`` to ``last``: step 0 is before the first operator, step i is during
    the i-th. ``kind`` is input, map, output or scratch; ``block`` is -1 where nobody knows.
    """

    tensor: str
    kind: str
    shape: Shape
    dtype: str
    bytes: int
    size: int
    offset: int
    first: int
    last: int
    operator: str
    block: int


class StepRow(NamedTuple):
    """Bytes that are alive during one operator; step 0 has only the input."""

    step: int
    operator: str
    path: str
    block: int
    live_bytes: int


class Arena(NamedTuple):
    """What one inference of a program needs; ``head + tail`` are the arena's bytes.

    ``tail`` is what tflite-micro's Python package uses on a 64-bit processor; a 32-bit one needs
    less. None where the program has an operator whose records are not known.
    """

    title: str
    rows: tuple[ArenaRow, ...]
    steps: tuple[StepRow, ...]
    head: int
    tail: int | None
    flash: int
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Bytes of the whole arena, as far as they are known."""
        return self.head + (self.tail or 0)

    @property
    def peak(self) -> StepRow:
        """The first step with the most bytes alive."""
        return max(self.steps, key=lambda step: step.live_bytes)

    @property
    def gaps(self) -> int:
        """Bytes of the head that the planner could not fill at the peak."""
        return self.head - self.peak.live_bytes


def arena_of(program: Program, *, depthwise_in_place: bool = False) -> Arena:
    """Plan a program.

    ``depthwise_in_place`` lets a depthwise convolution write over its input, channel by channel, as
    MCUNet's TinyEngine does (arXiv:2007.10319, section 3.2) and TFLite Micro does not.
    """
    lives = _lives(program)
    shared = _shared(program, lives) if depthwise_in_place else {}
    buffers, place = _buffers(program, lives, shared)
    scratch = _scratch(program, in_place=frozenset(shared))
    buffers += [Buffer(aligned(size), step, step) for step, size in scratch]
    found = offsets(buffers)
    rows = _rows(program, lives, {value: found[at] for value, at in place.items()})
    rows += [
        _scratch_row(program.calls[step - 1], size, at, step)
        for (step, size), at in zip(scratch, found[len(found) - len(scratch) :], strict=True)
    ]
    return Arena(
        program.title,
        tuple(rows),
        _steps(program, buffers),
        height(buffers, found),
        tail_bytes(program, len(scratch)),
        program.flash_bytes,
        notes_of(program),
    )


def notes_of(program: Program) -> tuple[str, ...]:
    """What is not known of a program."""
    strange = dict.fromkeys(call.operator for call in program.calls)
    missing = [name for name in strange if name in MISSING]
    unknown = [name for name in strange if name not in RECORDS and name not in MISSING]
    found = []
    if missing:
        found.append(f"TFLite Micro has no {', '.join(missing)}.")
    if unknown:
        found.append(f"Scratch memory and records of {', '.join(unknown)} are not known.")
    return tuple(found)


def _lives(program: Program) -> list[tuple[int, int]]:
    """First and last step of each value; (-1, -1) of those that nobody writes or reads."""
    first = [-1] * len(program.values)
    last = [-1] * len(program.values)
    for value in (*program.inputs, *program.outputs):
        first[value] = last[value] = 0
    for step, call in enumerate(program.calls, start=1):
        for value in call.outputs:
            first[value] = last[value] = step
        for value in call.inputs:
            last[value] = step
    for value in program.outputs:
        last[value] = len(program.calls)
    for value, start, end in program.kept:
        first[value], last[value] = min(first[value], start), max(last[value], end)
    return list(zip(first, last, strict=True))


def _shared(program: Program, lives: Sequence[tuple[int, int]]) -> dict[int, int]:
    """The outputs of depthwise convolutions that may overwrite their inputs -> these inputs."""
    return {
        call.outputs[0]: call.inputs[0]
        for step, call in enumerate(program.calls, start=1)
        if call.operator == IN_PLACE
        and lives[call.inputs[0]][1] == step
        and program.values[call.outputs[0]].bytes <= program.values[call.inputs[0]].bytes
    }


def _buffers(
    program: Program, lives: Sequence[tuple[int, int]], shared: dict[int, int]
) -> tuple[list[Buffer], dict[int, int]]:
    """(what is planned, the number of each value's buffer); variables lie elsewhere."""
    buffers: list[Buffer] = []
    place: dict[int, int] = {}
    for number, (value, (first, last)) in enumerate(zip(program.values, lives, strict=True)):
        if number in program.variables or not value.bytes:
            continue
        if number in shared:
            place[number] = place[shared[number]]
            held = buffers[place[number]]
            buffers[place[number]] = held._replace(last=max(held.last, last))
            continue
        place[number] = len(buffers)
        buffers.append(Buffer(aligned(value.bytes), first, last))
    return buffers, place


def _scratch(program: Program, in_place: frozenset[int]) -> list[tuple[int, int]]:
    """(step, bytes) of what operators ask for beside their tensors."""
    return [
        (step, size)
        for step, call in enumerate(program.calls, start=1)
        for size in _asked(program, call, in_place)
    ]


def _asked(program: Program, call: Call, in_place: frozenset[int]) -> Iterator[int]:
    """MEAN counts along its axes, and adds whole numbers up in 32 bits.

    A depthwise convolution in place needs one channel.
    """
    value = program.values[call.outputs[0]]
    if call.operator == "MEAN":
        read = program.values[call.inputs[0]]
        yield WORD * len(read.shape)
        yield WORD * sum(prod(constant.shape) for constant in call.constants)
        if read.dtype in WHOLE:
            yield WORD * prod(value.shape)
    elif call.outputs[0] in in_place:
        yield value.bytes // value.shape[-1]


def _rows(
    program: Program, lives: Sequence[tuple[int, int]], place: dict[int, int]
) -> list[ArenaRow]:
    written = {value: call for call in program.calls for value in call.outputs}
    return [
        _row(program, number, program.values[number], at, lives[number], written.get(number))
        for number, at in place.items()
    ]


def _row(
    program: Program, number: int, value: Value, at: int, life: tuple[int, int], call: Call | None
) -> ArenaRow:
    kind = "input" if number in program.inputs else "map"
    kind = "output" if number in program.outputs else kind
    return ArenaRow(
        value.name,
        kind,
        value.shape,
        value.dtype,
        value.bytes,
        aligned(value.bytes),
        at,
        *life,
        call.operator if call else "",
        call.block if call else -1,
    )


def _scratch_row(call: Call, size: int, at: int, step: int) -> ArenaRow:
    name = f"{call.path or call.operator} scratch"
    return ArenaRow(
        name, "scratch", (size,), "", size, aligned(size), at, step, step, call.operator, call.block
    )


def _steps(program: Program, buffers: Sequence[Buffer]) -> tuple[StepRow, ...]:
    live = [0] * (len(program.calls) + 2)
    for size, first, last in buffers:
        live[max(first, 0)] += size
        live[max(last, 0) + 1] -= size
    found, now = [], 0
    for step in range(len(program.calls) + 1):
        now += live[step]
        call = program.calls[step - 1] if step else None
        about = (call.operator, call.path, call.block) if call else ("", "input", -1)
        found.append(StepRow(step, *about, now))
    return tuple(found)
