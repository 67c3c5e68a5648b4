"""``fit``: what a network needs on a microcontroller, and whether a board has it."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from viz.cli.choices import setting
from viz.cli.parser import UsageError
from viz.cli.recipe import told
from viz.facts.arena import Arena, ArenaRow, arena_of
from viz.facts.micro import Program, program_of, with_input
from viz.facts.patches import Patches, patched, patches_of, read_patches
from viz.facts.rows import aligned, table_of
from viz.facts.steps import RecipeSteps
from viz.hardware.fit import Fit, room_of
from viz.hardware.shrink import TITLES, Change, Plan, changes
from viz.net.config import Config
from viz.net.trace import Trace, trace_config
from viz.net.words import config_of

NUMBERS = ("width", "resolution", "classes")
COLUMNS = {
    "tensor": "tensor",
    "kind": "kind",
    "shape": "shape",
    "bytes": "bytes",
    "offset": "offset",
    "first": "from",
    "last": "to",
    "operator": "operator",
}


def run(options: argparse.Namespace) -> int:
    """Print the plan and the verdict; 1 where the network does not fit, else 0."""
    room = room_of(options.board or "", options.sram or "", options.flash or "")
    program, pieces, traced = _program(options)
    steps = _steps(options)
    arena = steps.arena() if steps else arena_of(program, depthwise_in_place=options.in_place)
    found = room.fit(arena) if room.is_bound else None
    asks = found is not None and not found.fits and traced is not None
    enough = changes(_plan(options, traced.config), room) if asks and traced else []
    if options.json:
        content = _content(arena, found, pieces, enough)
        print(json.dumps(content | ({"recipe": steps.as_json()} if steps else {}), indent=2))
    else:
        print(_text(arena, found, pieces))
        if asks:
            print(_advice(enough))
        if steps:
            print(f"\n{told(steps)}")
    return int(found is not None and not found.fits)


def _steps(options: argparse.Namespace) -> RecipeSteps | None:
    """The recipe's steps under the same conditions as the plan."""
    steps: RecipeSteps | None = options.steps
    given, in_place = options.input or "", options.in_place
    return steps and replace(steps, given=given, depthwise_in_place=in_place)


def _plan(options: argparse.Namespace, config: Config) -> Plan:
    precision = options.precision or "int8"
    asked = read_patches(options.patches) if options.patches else None
    return Plan(config, precision, options.input or precision, options.in_place, asked)


def _advice(enough: Sequence[Change]) -> str:
    """The smallest change, and the others that are enough."""
    if not enough:
        return "No single change is enough."
    told = [f"{TITLES[c.kind]} {c.value}: {c.arena_bytes:,} bytes ({c.price})" for c in enough]
    first, *others = told
    return "\n".join([f"Smallest change that fits: {first}", *(f"or {each}" for each in others)])


def _program(options: argparse.Namespace) -> tuple[Program, Patches | None, Trace | None]:
    """The operators of a network or a file, with its first blocks in pieces where that is asked."""
    asked = read_patches(options.patches) if options.patches else None
    traced = _traced(options)
    if traced is None:
        if asked:
            raise UsageError(
                "--patches: name a network; the blocks of a TFLite file are not known."
            )
        return _tflite(options), None, None
    program = program_of(traced, options.precision or "int8", options.input or "")
    if asked is None:
        return program, None, traced
    pieces = patches_of(traced, *asked)
    return patched(program, traced, pieces), pieces, traced


def _traced(options: argparse.Namespace) -> Trace | None:
    """A network by name, with options as in an address, or that of a file; None for TFLite."""
    if options.network is None:
        raise UsageError("NETWORK_OR_FILE is missing: name one, or give --recipe.")
    name, _, query = options.network.partition("?")
    chosen = {n: getattr(options, n) for n in NUMBERS if getattr(options, n) is not None}
    chosen |= dict(map(setting, options.set))
    if not Path(options.network).is_file():
        words = dict(parse_qsl(query, keep_blank_values=True))
        return trace_config(config_of(name, words | chosen))
    if chosen:
        raise UsageError(f"--{next(iter(chosen))}: a file's network is as it is; name a network.")
    from viz.reading.process import checked_format, naming

    with naming(Path(options.network)):
        kind = checked_format(Path(options.network))
    return None if kind == "tflite" else _of_file(options, kind)


def _tflite(options: argparse.Namespace) -> Program:
    from viz.reading.programs import read_program

    if options.precision is not None:
        raise UsageError("--precision: a TFLite file has its own.")
    return with_input(read_program(options.network), options.input or "")


def _of_file(options: argparse.Namespace, kind: str) -> Trace:
    """The network of an ONNX file, or the one whose weights a file holds."""
    if kind == "onnx":
        from viz.reading.graphs.files import read_file

        return read_file(options.network)
    from viz.reading.identify import identify

    match = identify(options.network).match
    if match is None:
        raise UsageError(f"{options.network}: its weights are not a network that the Atlas knows.")
    return trace_config(match)


def _content(
    arena: Arena, found: Fit | None, pieces: Patches | None, enough: Sequence[Change]
) -> dict[str, Any]:
    content: dict[str, Any] = {
        "title": arena.title,
        "head": arena.head,
        "tail": arena.tail,
        "arena": arena.total,
        "flash": arena.flash,
        "peak": arena.peak._asdict(),
        "notes": list(arena.notes),
        "tensors": [row._asdict() for row in arena.rows],
        "steps": [row._asdict() for row in arena.steps],
    }
    if pieces is not None:
        numbers = {"macs": pieces.macs, "extra_macs": pieces.extra_macs, "extra": pieces.extra}
        content["patches"] = {"blocks": pieces.blocks, "cuts": pieces.cuts, **numbers}
    if found is not None:
        content["board"] = found._asdict() | {"fits": found.fits}
        content["changes"] = [change._asdict() for change in enough]
    return content


def _text(arena: Arena, found: Fit | None, pieces: Patches | None) -> str:
    peak = arena.peak
    tail = "not known" if arena.tail is None else f"{arena.tail:,}"
    lines = [
        aligned(table_of([_shown(row) for row in arena.rows], COLUMNS)),
        "",
        arena.title,
        f"arena: {arena.total:,} bytes: {arena.head:,} for tensors (head), {tail} records (tail)",
        f"flash: {arena.flash:,} bytes",
        f"peak: {peak.live_bytes:,} bytes in step {peak.step}, {peak.operator} {peak.path}",
        *([_told(pieces)] if pieces else []),
        *arena.notes,
    ]
    return "\n".join([*lines, *_verdict(found)])


def _told(pieces: Patches) -> str:
    size = f"{pieces.blocks} blocks in {pieces.cuts} x {pieces.cuts} pieces"
    return f"patches: {size}, {pieces.extra_macs:,} MACs more ({pieces.extra:.1%} of the network's)"


def _shown(row: ArenaRow) -> ArenaRow:
    return row._replace(shape=" x ".join(map(str, row.shape)))  # type: ignore[arg-type]


def _verdict(found: Fit | None) -> list[str]:
    if found is None:
        return []
    needs = ((found.arena_bytes, found.sram, "SRAM"), (found.flash_bytes, found.flash, "flash"))
    used = [f"{needed:,} of {there:,} bytes of {what}" for needed, there, what in needs if there]
    answer = "fits" if found.fits else "does not fit"
    source = f" ({found.source})" if found.source else ""
    return [f"It {answer} {found.board}{source}: {', '.join(used)}."]
