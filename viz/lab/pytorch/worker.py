"""A process that holds torch, so that the server need not: requests and answers as lines of JSON.

``python -m viz.lab.pytorch.worker`` reads one request per line from standard input until that ends,
and answers as ``wire`` says; a model's bytes go into a file. A request is {"id": n, "what": word,
"config": {...}} and what its word asks for beside: "depth" for "summary", "gate" and "seed" for
"excitations", "steps" for "frozen", "weights", "picture" and "block" for "inside", "kinds", "seed"
and "block" for "gates", "kind" for "model", "scheme" for "quantise", "block" for "weights", "how"
(arguments of ``timing``) for "time" and "operation_times". By hand, answers appear on standard
output and files among the system's temporary ones. A server gives ``--server``: an open file
descriptor to answer on, and a folder for files.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch

from viz.lab import wire
from viz.lab.errors import RunError
from viz.net.bounds import out_of_memory, process_bytes
from viz.net.config import configure
from viz.net.fields import ConfigError
from viz.net.trace import trace_config
from viz.pytorch.excitations import excitations
from viz.pytorch.files import FILES
from viz.pytorch.summary import summarise
from viz.reading.limits import limit_memory


def main() -> None:
    """Serve until standard input ends."""
    torch.set_num_threads(1)  # two threads on two cores make small networks slower
    limit_memory(process_bytes())
    server = _options().server
    if server is None:
        number = os.dup(1)
        os.dup2(2, 1)  # whatever else a library writes to standard output is no answer
        _serve(number, Path(tempfile.gettempdir()))
    else:
        _serve_and_tidy(int(server[0]), Path(server[1]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m viz.lab.pytorch.worker")
    parser.add_argument(
        "--server",
        nargs=2,
        metavar=("DESCRIPTOR", "FOLDER"),
        help="answer on this open file; put files into this folder, which is removed at the end",
    )
    return parser.parse_args()


def _serve_and_tidy(number: int, folder: Path) -> None:
    # A server that a signal ends removes nothing, and the same signal may come here as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        _serve(number, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(number: int, folder: Path) -> None:
    os.set_inheritable(number, False)  # a child would hold the line open after this process's end
    with os.fdopen(number, "wb") as answers:
        for line in sys.stdin.buffer:
            answer = _answer_in(line, folder)
            answers.write(wire.encode(answer))
            answers.flush()
            if "ended" in answer:
                return


def _answer_in(line: bytes, folder: Path) -> dict[str, Any]:
    asked = None
    try:
        request = wire.decode(line)
        asked = request.get("id")
        return {"id": asked, **_answer(request, folder)}
    except (RunError, ConfigError) as error:
        return {"id": asked, "error": str(error)}
    except Exception as error:  # whatever goes wrong must be answered, or the asker waits
        if _is_out_of_memory(error):  # what it left behind goes with the process
            return {"id": asked, "ended": out_of_memory()}
        return {"id": asked, "error": f"{type(error).__name__}: {error}"}


def _is_out_of_memory(error: Exception) -> bool:
    # torch says it in words only: its allocator's, or a C++ library's.
    words = ("allocate memory", "bad_alloc", "bad allocation")
    return isinstance(error, MemoryError) or any(word in str(error) for word in words)


def _answer(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    config = configure(**request["config"])
    if request["what"] == "summary":
        return {"answer": summarise(config, request["depth"])}
    if request["what"] == "model":
        content = FILES[request["kind"]](trace_config(config))
        return {"file": _written(content, folder, request["kind"])}
    # torchvision is loaded by the pages that need it.
    if request["what"] == "frozen":
        from viz.lab.pytorch.frozen_page import frozen_lesson

        return {"answer": frozen_lesson(config, request["steps"])}
    if request["what"] == "forgotten_eval":
        from viz.lab.pytorch.forgotten import forgotten_eval

        return {"answer": forgotten_eval(config)._asdict()}
    if request["what"] == "inside":
        from viz.lab.pytorch.inside_page import inside_answer

        return {"answer": inside_answer(config, request)}
    if request["what"] in ("quantise", "weights"):
        from viz.lab.pytorch import quantize_page

        if request["what"] == "quantise":
            return {"answer": quantize_page.quantize_answer(config, request)}
        return {"answer": quantize_page.weights_answer(config, request)}
    if request["what"] == "gates":
        from viz.lab.pytorch.gates import gates_answer

        return {"answer": gates_answer(config, request)}
    if request["what"] in ("time", "operation_times"):
        from viz.lab.pytorch.timing import one_round, operation_times

        how = request["how"]
        if request["what"] == "time":
            return {"answer": one_round(config, **how)._asdict()}
        return {"answer": operation_times(trace_config(config), **how)}
    return {"answer": excitations(trace_config(config), request["gate"], request["seed"])}


def _written(content: bytes, folder: Path, kind: str) -> str:
    with tempfile.NamedTemporaryFile(dir=folder, suffix=f".{kind}", delete=False) as target:
        try:
            target.write(content)
            target.flush()
        except OSError:  # the disk is full; otherwise who asked reads the file and removes it
            Path(target.name).unlink()
            raise
    return Path(target.name).name


if __name__ == "__main__":
    main()
