"""An ONNX file as a trace; it is read in a process of its own, and nothing in it is run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from viz.net.config import SIZE
from viz.net.fields import Resolution, sides_of
from viz.net.trace import Trace
from viz.reading.graphs.network import trace_of
from viz.reading.graphs.nodes import from_lines
from viz.reading.process import answer, checked_format, naming
from viz.reading.tensors import ReadError

CHILD = "viz.reading.graphs.child"


def read_file(path: str | Path, size: Resolution = SIZE.default, in_channels: int = 3) -> Trace:
    """The network of an ONNX file; ``size`` and ``in_channels`` where the file leaves them open.

    Raises ``ReadError`` with one sentence that names the file.
    """
    return trace_of_lines(read_lines(path, size, in_channels))


def read_lines(
    path: str | Path, size: Resolution = SIZE.default, in_channels: int = 3
) -> dict[str, Any]:
    """The same as plain data for JSON, which ``trace_of_lines`` takes. Raises ``ReadError``."""
    file = Path(path)
    with naming(file):
        kind = checked_format(file)
        if kind != "onnx":
            held = "its graph is not read" if kind == "tflite" else "it holds weights only"
            raise ReadError(f"{held}; identify says what network its weights are")
        numbers = [str(number) for number in (*sides_of(size), in_channels)]
        return answer(file.resolve(), CHILD, *numbers)


def trace_of_lines(lines: Mapping[str, Any]) -> Trace:
    """The network of what was read. Raises ``ReadError``."""
    return trace_of(from_lines(lines))
