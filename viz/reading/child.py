"""The reading process: ``python -m viz.reading.child FILE BYTES SECONDS`` prints a file's tensors.

It holds itself to so many bytes of memory and seconds of processor time, opens the file, and says
one line of JSON: the content, or an error as one sentence. Formats that need torch are read by
``viz.pytorch.checkpoints`` instead.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from viz.reading import limits
from viz.reading.isolation import isolate
from viz.reading.tensors import Content, ReadError, as_lines

Reader = Callable[[Path], Content | dict[str, Any]]  # the latter is ready to be written


def serve(reader: Callable[[Path], Reader]) -> None:
    """Read the file of the command line; ``reader`` imports and gives what can read it."""
    path, memory_bytes, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    number = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints is no answer
    try:
        read = reader(path)
        limits.limit_this_process(memory_bytes, seconds)
        isolate()
        answer = _answer(path, read)
    except MemoryError:
        needs = f"it needs more than {memory_bytes / 1e9:.1f} GB of memory to be read"
        answer = {"error": needs, "limit": True}
    line = json.dumps(answer).encode()
    with os.fdopen(number, "wb") as output:
        output.write(line)
        output.flush()
    os._exit(0)  # what a file may have left behind is not tidied, but dropped


def _answer(path: Path, read: Reader) -> dict[str, object]:
    try:
        found = read(path)
        return found if isinstance(found, dict) else as_lines(found)
    except MemoryError:
        raise
    except ReadError as error:
        return {"error": str(error)}
    except RecursionError:
        return {"error": "it is nested too deeply"}
    except Exception:  # a broken file may break its library anywhere
        return {"error": "it is damaged, cut off, or not what its first bytes say"}


def _reader(path: Path) -> Reader:
    from viz.reading.formats import reader_of

    return reader_of(path)


if __name__ == "__main__":
    serve(_reader)
