"""A process that holds torch, so that the server need not: requests and answers as lines of JSON.

``python -m viz.worker`` reads {"config": {...}, "depth": n} and answers {"summary": {...}} or
{"error": "..."}; the first line it writes, {"ready": true}, says that torch is loaded.
"""

import json
import sys
from typing import Any

from viz.config import configure


def main() -> None:
    """Serve until standard input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints is no answer
    import torch

    from viz.summary import summarise

    torch.set_num_threads(1)  # two threads on two cores make small networks slower
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        try:
            request: dict[str, Any] = json.loads(line)
            summary = summarise(configure(**request["config"]), request["depth"])
            answer: dict[str, Any] = {"summary": summary}
        except Exception as error:  # whatever goes wrong must be answered, or the asker waits
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
