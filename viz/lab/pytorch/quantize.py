"""A network with its weights, quantised by onnxruntime and measured."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from onnx import ModelProto

from viz.lab.errors import RunError
from viz.lab.machine import this_machine
from viz.lab.pictures import open_picture
from viz.lab.preparation import COLOURS, POST, Preparation
from viz.lab.pytorch.fake_quantize import Simulation, one_thread
from viz.lab.pytorch.files import as_onnx
from viz.lab.pytorch.pictures import for_answers
from viz.lab.pytorch.weights import Loaded
from viz.lab.quantize import runtime
from viz.lab.quantize.inputs import NOISE, Inputs, flower
from viz.lab.quantize.report import Accuracy, Decibels, OperationError, Quantized
from viz.lab.quantize.runtime import Array, Probed, Ranges, Runner, Session
from viz.lab.sample_data import KINDS, SampleData, jpeg
from viz.net.bounds import check_run
from viz.net.scheme import Scheme
from viz.net.trace import Trace

KEPT = 64  # drawn flowers
VAL = 1  # the split of pictures that are measured
SIDE = SampleData().side


@dataclass(frozen=True, slots=True)
class Source:
    """A network to quantise: its float ONNX file, its trace, and how it takes pictures.

    ``classes`` are the names of its classes, empty where they are not known.
    """

    content: bytes
    traced: Trace
    weights: str
    preparation: Preparation = POST
    classes: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one input: (1, C, H, W)."""
        return (1, *self.traced.operations[0].in_shape)


def source_of(loaded: Loaded, weights: str) -> Source:
    """A network of the Atlas with its weights."""
    return Source(as_onnx(loaded), loaded.traced, weights, loaded.preparation, loaded.classes)


def source_in(path: Path, traced: Trace) -> Source:
    """The network of an ONNX file, which was read as ``traced``. Raises ``RunError``."""
    check_run(traced.params, traced.macs, traced.peak_bytes())
    return Source(path.read_bytes(), traced, path.name)


def quantize(
    source: Source, scheme: Scheme, calibrated: Inputs, measured: Inputs, flowers: int = 0
) -> Quantized:
    """Quantise and measure; ``flowers`` of each kind are answered before and after (0: none).

    Raises ``RunError``.
    """
    for inputs in (calibrated, measured):
        _check_inputs(source, inputs)
    _check_flowers(source, flowers)
    model = runtime.prepared(source.content)
    given = list(arrays(source, calibrated))
    made = runtime.quantised(model, given, scheme, kept_nodes(model, source.traced, scheme))
    ranges = runtime.ranges(model, given) if scheme.is_simulated else None
    work = _Work(model, made, scheme, ranges)
    with one_thread():
        found = work.decibels(list(arrays(source, measured)))
        accuracy = _accuracy(source, work, flowers) if flowers else None
    return Quantized(
        network=source.traced.config.title,
        weights=source.weights,
        scheme=scheme,
        content=b"" if ranges else made.SerializeToString(),
        calibrated=calibrated.text,
        measured=measured.text,
        output=found.output,
        operations=tuple(_rows(source.traced, work, found.values)),
        before=runtime.sizes(model),
        after=None if ranges else runtime.sizes(made),
        runtime=runtime.VERSION,
        processor=this_machine().processor,
        accuracy=accuracy,
    )


@dataclass(frozen=True, slots=True)
class _Work:
    """A network in float and quantised; ``ranges`` where fewer bits are simulated."""

    model: ModelProto
    made: ModelProto
    scheme: Scheme
    ranges: Ranges | None

    def ways(self, made: ModelProto) -> list[Runner]:
        """In float arithmetic, and as this processor runs it; of fewer bits the former only."""
        if self.ranges:
            return [Simulation(self.model, made, self.scheme, self.ranges)]
        return [Session(made, optimised=False), Session(made, optimised=True)]

    def decibels(self, inputs: Sequence[Array]) -> "_Found":
        """Signal to error of the output, and of every value of the network in float."""
        exact = runtime.float_probed(self.model)
        probed = runtime.quantised_probed(self.made, list(exact.outputs))
        values = runtime.measured(exact, probed, self.ways(probed.model), inputs)
        output = self.model.graph.output[0].name
        plain = runtime.measured(*self._plain(output), self.ways(self.made), inputs)
        found = [each[output] for each in plain]
        # Some schemes are fused in another way where values are looked at: these are another run's.
        is_same = [each[output] == there for each, there in zip(values, found, strict=True)]
        return _Found(
            Decibels(found[0], found[1] if len(found) > 1 else None),
            [each for each, same in zip(values, is_same, strict=True) if same],
        )

    def _plain(self, output: str) -> tuple[Probed, Probed]:
        """Both networks as they are, of which the output alone is looked at."""
        return Probed(self.model, {output: output}), Probed(self.made, {output: output})


class _Found(NamedTuple):
    """Decibels of the output, and of every value: in arithmetic, and on the processor if known."""

    output: Decibels
    values: list[dict[str, float]]


def kept_nodes(model: ModelProto, traced: Trace, scheme: Scheme) -> list[str]:
    """Names of the nodes of the blocks that stay in float. Raises ``RunError``."""
    count = len(traced.blocks)
    if scheme.kept and max(scheme.kept) >= count:
        raise RunError(f"float={max(scheme.kept)}: blocks are numbered from 0 to {count - 1}.")
    wanted = {op.path for op in traced.operations if op.block in scheme.kept}
    found = [str(n.name) for n in model.graph.node if _belongs(str(n.name), wanted)]
    if wanted and not found:
        raise RunError("float=: the nodes of this file have other names than its blocks.")
    return found


def _belongs(name: str, paths: set[str]) -> bool:
    """Whether a node is an operation's, or a step of one that takes several nodes."""
    return name in paths or name.rpartition(".")[0] in paths


def _rows(
    traced: Trace, work: _Work, found: Sequence[dict[str, float]]
) -> Iterator[OperationError]:
    """One row an operation that is a node of the file; folded norms and the like are none."""
    stands = runtime.standing_for(work.model, found[0])
    weights = runtime.weight_errors(work.model, work.made) if work.ranges is None else {}
    values = {str(node.name): node.output[0] for node in work.model.graph.node}
    for op in traced.operations:
        value = values.get(op.path, "")
        if value not in stands:
            continue
        arithmetic, *processor = (each[stands[value]] for each in found)
        yield OperationError(
            op.path, op.block, arithmetic, next(iter(processor), None), weights.get(value)
        )


# Inputs


def _check_inputs(source: Source, inputs: Inputs) -> None:
    channels = source.shape[1]
    if inputs.source != NOISE and channels != COLOURS:
        raise RunError(f"in_channels is {channels}, but pictures have three: take {NOISE}.")


def arrays(source: Source, inputs: Inputs) -> Iterator[Array]:
    """Inputs of (1, C, H, W), float32. Raises ``RunError`` for a picture that cannot be read."""
    if inputs.source == NOISE:
        random = np.random.default_rng(inputs.purpose)
        for _ in range(inputs.number):
            yield random.standard_normal(source.shape, dtype=np.float32)
    elif inputs.paths:
        yield from (_prepared(source, path) for path in inputs.paths)
    else:
        for number in range(inputs.number):
            kind, index = flower(number)
            yield _flower(source, kind, inputs.purpose, index)


def _flower(source: Source, kind: str, split: int, number: int) -> Array:
    side = max(SIDE, *source.shape[2:])
    return _prepared(source, io.BytesIO(_drawn(kind, split, number, side)))


@lru_cache(maxsize=KEPT)
def _drawn(kind: str, split: int, number: int, side: int) -> bytes:
    """A flower; the next scheme is measured on the same ones."""
    return jpeg(kind, split, number, side)


def _prepared(source: Source, file: Path | io.BytesIO) -> Array:
    height, width = source.shape[2:]
    picture = for_answers((height, width), source.preparation)(open_picture(file))
    values: Array = picture[None].numpy()
    return values


# Accuracy


def _check_flowers(source: Source, flowers: int) -> None:
    """Raise ``RunError`` for a network whose classes are no flowers."""
    outputs = source.traced.operations[-1].out_shape
    if flowers and (outputs != (len(KINDS),) or source.classes not in ((), KINDS)):
        raise RunError(f"--accuracy: its classes are not {', '.join(KINDS)}.")


def _accuracy(source: Source, work: _Work, flowers: int) -> Accuracy:
    """Answers on pictures that neither training nor calibration has seen."""
    ways = [Session(work.model, optimised=False), *work.ways(work.made)]
    right = [0] * len(ways)
    for label, kind in enumerate(KINDS):
        for number in range(flowers):
            values = _flower(source, kind, VAL, number)
            for place, way in enumerate(ways):
                (scores,) = way.run(values).values()
                right[place] += int(scores.argmax()) == label
    count = flowers * len(KINDS)
    before, arithmetic, *processor = (each / count for each in right)
    return Accuracy(count, before, arithmetic, next(iter(processor), None))
