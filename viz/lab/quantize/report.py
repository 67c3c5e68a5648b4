"""Measured answers about a quantised network."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from viz.net.scheme import Scheme


class Decibels(NamedTuple):
    """Signal to error in dB: in float arithmetic, and as this processor runs it (None: not run)."""

    arithmetic: float
    processor: float | None


class OperationError(NamedTuple):
    """Signal to error behind one operation; what an activation took in has the activation's.

    ``weights`` is that of its own weights; None where it has none, or keeps them in float.
    """

    path: str
    block: int
    arithmetic: float
    processor: float | None
    weights: float | None


class Accuracy(NamedTuple):
    """Share of drawn flowers that are answered right, from 0 to 1, on so many pictures."""

    pictures: int
    before: float
    arithmetic: float
    processor: float | None


class Bytes(NamedTuple):
    """Size of the ONNX file, and of the weights in it (scales and zero points count as such)."""

    file: int
    weights: int


@dataclass(frozen=True, slots=True)
class Quantized:
    """A quantised network: its ONNX file, and what was measured.

    ``content`` is empty for fewer than 8 bits, which are simulated. ``calibrated`` and ``measured``
    say on which inputs. ``runtime`` is onnxruntime's version, ``processor`` this machine's.
    """

    network: str
    weights: str
    scheme: Scheme
    content: bytes
    calibrated: str
    measured: str
    output: Decibels
    operations: tuple[OperationError, ...]
    before: Bytes
    after: Bytes | None
    runtime: str
    processor: str
    accuracy: Accuracy | None = None

    def save(self, path: str | Path) -> None:
        """Write the ONNX file."""
        Path(path).write_bytes(self.content)

    def as_json(self) -> dict[str, Any]:
        """As JSON's values, without the file itself."""
        return {
            "network": self.network,
            "weights": self.weights,
            "scheme": self.scheme.text,
            "calibrated": self.calibrated,
            "measured": self.measured,
            "output_db": self.output._asdict(),
            "operations": [row._asdict() for row in self.operations],
            "bytes_before": self.before._asdict(),
            "bytes_after": self.after and self.after._asdict(),
            "accuracy": self.accuracy and self.accuracy._asdict(),
            "onnxruntime": self.runtime,
            "processor": self.processor,
        }
