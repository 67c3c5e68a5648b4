"""A process that holds torch, so that the server need not: requests and answers as lines of JSON.

``python -m viz.pytorch.worker`` reads {"what": "summary", "config": {...}, "depth": n}, {"what":
"excitations", "config": {...}, "gate": name, "seed": n} or {"what": "model", "config": {...},
"kind": format} and answers {"answer": ...} or {"error":
"..."}; the first line it writes, {"ready": true}, says that torch is loaded.
"""

import json
import sys
from base64 import b64encode
from typing import Any

from viz.net.config import configure
from viz.net.trace import trace_config


def main() -> None:
    """Serve until standard input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints is no answer
    import torch

    from viz.pytorch.excitations import excitations
    from viz.pytorch.files import FILES
    from viz.pytorch.summary import summarise

    def answer_to(request: dict[str, Any]) -> Any:
        config = configure(**request["config"])
        if request["what"] == "summary":
            return summarise(config, request["depth"])
        if request["what"] == "model":
            return b64encode(FILES[request["kind"]](trace_config(config))).decode()
        return excitations(trace_config(config), request["gate"], request["seed"])

    torch.set_num_threads(1)  # two threads on two cores make small networks slower
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        try:
            answer: dict[str, Any] = {"answer": answer_to(json.loads(line))}
        except Exception as error:  # whatever goes wrong must be answered, or the asker waits
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
