"""What a command writes: where it may, in which format, whole or not at all."""

import argparse
import errno
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from viz.command_line import UsageError
from viz.net.fields import ConfigError


def format_wanted(options: argparse.Namespace, formats: Mapping[str, str]) -> str:
    """What ``--format`` says, or the end of the file's name; SVG where neither says anything.

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


def check_output(output: str, *, force: bool) -> None:
    """Whether a file may be written there, before work is done for it."""
    target = Path(output)
    if not output.strip() or not target.name or target.is_dir():
        raise UsageError(f"--output {output or 'nothing'}: name a file, not a folder.")
    if target.exists() and not force:
        raise UsageError(f"--output {output}: the file exists; --force overwrites it.")


def write_file(content: bytes, output: str | None, *, force: bool) -> None:
    """To standard output, or to a file that is there whole or not at all."""
    if output is None:
        sys.stdout.buffer.write(content)
        return
    check_output(output, force=force)
    target = Path(output)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        partial.write_bytes(content)
        if target.exists() and not force:
            raise FileExistsError(errno.EEXIST, "the file exists; --force overwrites it")
        partial.replace(target)
    except OSError as error:
        raise UsageError(f"--output {output}: {error.strerror}.") from None
    finally:
        partial.unlink(missing_ok=True)
