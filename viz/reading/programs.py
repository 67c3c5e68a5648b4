"""A TFLite file as the operators that run; it is read in a process of its own."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from viz.facts.micro import Call, Constant, Program, Value
from viz.reading.process import answer, checked_format, naming
from viz.reading.tensors import ReadError

CHILD = "viz.reading.program_child"


def read_program(path: str | Path) -> Program:
    """The operators of a TFLite file. Raises ``ReadError`` with a sentence that names the file."""
    file = Path(path)
    with naming(file):
        kind = checked_format(file)
        if kind != "tflite":
            raise ReadError("it is no TFLite file")
        return program_of_lines(answer(file.resolve(), CHILD))


def program_of_lines(lines: Mapping[str, Any]) -> Program:
    """The program of what was read, from plain data of JSON."""
    numbers = {name: tuple(lines[name]) for name in ("inputs", "outputs", "variables")}
    found = {
        "values": tuple(_of(Value, line) for line in lines["values"]),
        "calls": tuple(_call(line) for line in lines["calls"]),
    }
    return Program(**{**lines, **numbers, **found})


def _call(line: Iterable[Any]) -> Call:
    operator, inputs, outputs, constants, *more = line
    held = tuple(_of(Constant, constant) for constant in constants)
    return Call(operator, tuple(inputs), tuple(outputs), held, *more)


def _of(kind: type[Any], line: Iterable[Any]) -> Any:
    made = kind(*line)
    return made._replace(shape=tuple(made.shape))
