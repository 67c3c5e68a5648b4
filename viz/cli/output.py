"""Output of commands: target, format, atomic writes."""

import argparse
import errno
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from viz.cli.parser import UsageError
from viz.net.fields import ConfigError

LONGEST = 120  # characters of a name in a sentence


def format_wanted(options: argparse.Namespace, formats: Mapping[str, str]) -> str:
    """Format by ``--format``, else by the file's suffix, else SVG.

    ``formats`` are the formats by such ends.
    """
    suffix = Path(options.output or "").suffix.removeprefix(".")
    if options.format:
        return str(options.format)
    if not suffix and "svg" in formats:
        return "svg"
    if not suffix:
        raise UsageError(f"--format: choose one of {', '.join(dict.fromkeys(formats.values()))}.")
    if suffix.lower() not in formats:
        allowed = f"a name that ends in .{', .'.join(formats)}, or --format"
        raise ConfigError("--output", options.output, allowed)
    return formats[suffix.lower()]


def check_output(output: str, *, force: bool, option: str = "--output") -> None:
    """Check before any work that the file which ``option`` names may be written."""
    target = Path(output)
    try:
        is_folder, is_there = target.is_dir(), target.exists()
    except (OSError, ValueError) as error:  # a name that no system takes
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{option} {shown(output)}: {reason}.") from None
    if not output.strip() or not target.name or is_folder:
        raise UsageError(f"{option} {output or 'nothing'}: name a file, not a folder.")
    if is_there and not force:
        raise UsageError(f"{option} {output}: the file exists; --force overwrites it.")


def write_file(
    content: bytes, output: str | None, *, force: bool, option: str = "--output"
) -> None:
    """Write to standard output, or atomically to a file."""
    if output is None:
        sys.stdout.buffer.write(content)
        return
    check_output(output, force=force, option=option)
    target = Path(output)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        partial.write_bytes(content)
        if target.exists() and not force:
            raise FileExistsError(errno.EEXIST, "the file exists; --force overwrites it")
        partial.replace(target)
    except OSError as error:
        raise UsageError(f"{option} {shown(output)}: {error.strerror}.") from None
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def shown(name: str) -> str:
    """A file's name in a sentence, cut where it is long."""
    return name if len(name) <= LONGEST else f"{name[:LONGEST]}…"
