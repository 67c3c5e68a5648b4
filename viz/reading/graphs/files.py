"""An ONNX file as a trace; it is read in a process of its own, and nothing in it is run."""

from pathlib import Path

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
    file = Path(path)
    with naming(file):
        kind = checked_format(file)
        if kind != "onnx":
            held = "its graph is not read" if kind == "tflite" else "it holds weights only"
            raise ReadError(f"{held}; identify says what network its weights are")
        numbers = [str(number) for number in (*sides_of(size), in_channels)]
        graph = from_lines(answer(file.resolve(), CHILD, *numbers))
    return trace_of(graph)
