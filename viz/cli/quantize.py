"""``quantize``: a network in eight bits or fewer, and what that costs."""

import argparse
import json
from collections.abc import Iterator

from viz.cli.choices import network_params
from viz.cli.output import check_output, write_file
from viz.cli.parser import UsageError
from viz.cli.recipe import file_in, told
from viz.facts.rows import Table, aligned
from viz.facts.steps import RecipeSteps
from viz.lab.quantize.asked import Asked, asked
from viz.lab.quantize.inputs import MEASURED, PICTURES, SCORED
from viz.lab.quantize.report import OperationError, Quantized

COLUMNS = ("operation", "block", "weights", "arithmetic", "processor")


def quantize(options: argparse.Namespace) -> None:
    """Quantise, measure, write. Raises ``RunError``, ``ConfigError``, ``ReadError``."""
    if options.output is not None and options.steps:
        options.output = file_in(options.output, options.steps, ".onnx")
    if options.output is not None:
        check_output(options.output, force=options.force)
    wanted = _asked(options)
    if options.output is not None and wanted.scheme.is_simulated:
        raise UsageError(
            f"--output: {wanted.scheme.bits} bits are simulated and have no file; leave it out."
        )
    found = wanted.carry_out()
    if options.output is not None:
        write_file(found.content, options.output, force=options.force)
    steps = options.steps and measured(options.steps, found)
    if options.json:
        content = found.as_json() | ({"recipe": steps.as_json()} if steps else {})
        print(json.dumps(content, indent=2))
    else:
        print("\n\n".join([_text(found), *([told(steps)] if steps else [])]))


def measured(steps: RecipeSteps, found: Quantized) -> RecipeSteps:
    """With the accuracy in float and in whole numbers, if that was measured."""
    score = found.accuracy
    return steps.measured(score.before, score.arithmetic) if score else steps


def _asked(options: argparse.Namespace) -> Asked:
    if options.source is None:
        raise UsageError("NETWORK_OR_ONNX is missing: name one, or give --recipe.")
    return asked(
        options.steps.recipe if options.steps else options.source,
        options.scheme,
        {} if options.steps else network_params(options),
        weights=options.weights,
        by_order=options.by_order,
        calibrate=options.calibrate,
        pictures=PICTURES.read("--pictures", options.pictures),
        measure=options.measure or "",
        inputs=MEASURED.read("--inputs", options.inputs),
        accuracy=SCORED.read("--accuracy", options.accuracy),
    )


def _text(found: Quantized) -> str:
    table = Table(COLUMNS, tuple(_line(row) for row in found.operations))
    return "\n".join([*_facts(found), "", "signal to error, dB", aligned(table)])


def _facts(found: Quantized) -> Iterator[str]:
    yield f"{found.network}, weights {found.weights}, {found.scheme.text}"
    yield f"output: {decibels_text(found)}"
    if found.after:
        yield f"file: {found.before.file:,} -> {found.after.file:,} bytes"
        yield f"weights: {found.before.weights:,} -> {found.after.weights:,} bytes"
    else:
        yield f"{found.scheme.bits} bits are simulated: there is no file"
    if found.accuracy:
        score = found.accuracy
        yield (
            f"accuracy on {score.pictures:,} drawn flowers: {score.before:.1%} in float, "
            f"{score.arithmetic:.1%} in arithmetic"
            + (f", {score.processor:.1%} on this processor" if score.processor is not None else "")
        )
    yield f"calibrated with {found.calibrated}; measured on {found.measured}"


def decibels_text(found: Quantized) -> str:
    """Signal to error of the output, both ways."""
    text = f"{found.output.arithmetic:.1f} dB in arithmetic (QDQ in float)"
    if found.output.processor is None:
        return text
    how = f"{found.processor}, onnxruntime {found.runtime}"
    return f"{text}, {found.output.processor:.1f} dB on this processor ({how})"


def _line(row: OperationError) -> tuple[object, ...]:
    values = (row.weights, row.arithmetic, row.processor)
    return (row.path, row.block, *("" if v is None else round(v, 1) for v in values))
