"""Reading a file in a process of its own, which is limited, and isolated where Linux can do it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from viz.extras import advice
from viz.reading import limits
from viz.reading.formats import LIBRARIES, MODULES, format_of
from viz.reading.isolation import environment
from viz.reading.tensors import Content, LimitError, ReadError, from_lines, printable

PADDLE = (
    "it is a PaddlePaddle file, which is a pickle: load it with paddle.load and give names with "
    "arrays, each as .numpy()"
)
BUSY = 10  # times as long as it may compute a reader may take, where others use the processor
ROOT = Path(__file__).resolve().parents[2]


def read(path: str | Path) -> Content:
    """The tensors of a file: names, shapes and types; no weights are read.

    Torch checkpoints, safetensors, ONNX, Keras (.h5, .weights.h5, .keras) and TFLite are known by
    their first bytes. Raises ``ReadError`` with one sentence that names the file.
    """
    file = Path(path)
    with naming(file):
        kind = checked_format(file)
        if file.suffix == ".pdparams":
            raise ReadError(PADDLE)
        return with_shard_note(file, from_lines(answer(file.resolve(), MODULES[kind])))


def with_shard_note(file: Path, content: Content) -> Content:
    """The content with a note where the file is one of several that make a network."""
    found = re.search(r"-(\d{5})-of-(\d{5})\.", file.name)
    if not found or int(found[2]) < 2:
        return content
    note = f"It is part {int(found[1])} of {int(found[2])}: the other files hold the other layers."
    return replace(content, notes=(*content.notes, note))


@contextmanager
def naming(file: Path) -> Iterator[None]:
    """Put the file's name before the sentence about it, and a full stop behind."""
    try:
        yield
    except ReadError as error:
        raise type(error)(printable(f"{file.name}: {error}.")) from None


def checked_format(file: Path) -> str:
    """The format of a file that is not too large. Raises ``ReadError``."""
    try:
        size = _size(file)
        if not file.is_file():
            raise ReadError("name a file, not a folder")
        if size > limits.FILE_BYTES:
            most = limits.FILE_BYTES / 2**30
            raise ReadError(f"it has {size / 2**30:.1f} GB, more than the {most:.0f} that are read")
        with file.open("rb") as opened:
            return _readable(format_of(opened.read(512)))
    except OSError as error:
        raise ReadError((error.strerror or "it cannot be opened").lower()) from None


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except ValueError:  # a zero in it, or half of a character
        raise ReadError("no file can have this name") from None


def _readable(kind: str) -> str:
    if find_spec(LIBRARIES[kind]) is None:
        raise ReadError(f"reading it {advice(LIBRARIES[kind], 'files')}")
    return kind


def answer(file: Path, module: str, *more: str) -> dict[str, Any]:
    """What a reading module says of a file, in a process of its own. Raises ``ReadError``."""
    allowed = (str(limits.MEMORY_BYTES), str(limits.SECONDS))
    command = [sys.executable, "-m", module, str(file), *allowed, *more]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=environment(),
    ) as process:
        try:
            answer, _ = process.communicate(timeout=BUSY * limits.SECONDS)
        except subprocess.TimeoutExpired:
            took = f"reading it took more than {BUSY * limits.SECONDS:.0f} seconds"
            raise LimitError(took) from None
        finally:
            process.kill()
    return _checked(answer)


def _checked(answer: bytes) -> dict[str, Any]:
    if not answer:
        raise LimitError("it took too much time or memory, or broke the library that reads it")
    if len(answer) > limits.ANSWER_BYTES:
        raise LimitError("its names and shapes alone are too long")
    found: dict[str, Any] = json.loads(answer)
    if "error" in found:
        raise (LimitError if found.get("limit") else ReadError)(str(found["error"]))
    return found
