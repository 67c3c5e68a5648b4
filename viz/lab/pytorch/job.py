"""``python -m viz.lab.pytorch.job FOLDER``: carry out the run that a server wrote down there.

See ``viz.lab.runs``. Whatever ends it early is one sentence in the folder.
"""

import os
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

from viz.lab import sample_data
from viz.lab.beat import Beat
from viz.lab.errors import RunError, Stopped
from viz.lab.files import write_whole
from viz.lab.pytorch.run import Wanted, train
from viz.lab.runs import DONE, FLOWERS, PROBLEM, Run, data_sets, share
from viz.net.fields import ConfigError

NICENESS = 10  # the server's pages come first


def main() -> None:
    """Train; output goes to the folder's log."""
    run = Run(Path(sys.argv[1]))
    os.nice(NICENESS)
    with Beat(run.folder, partial(share, run)):
        _train(run)


def _train(run: Run) -> None:
    try:
        train(_wanted(run))
        write_whole(run.folder / DONE, b"")
    except Stopped as stopped:
        _say(run, str(stopped).partition(":")[0] + ".")
    except (RunError, ConfigError) as error:
        _say(run, f"!{error}")
    except KeyboardInterrupt:
        _say(run, "stopped before the first step.")
    except MemoryError:
        _say(run, "!Out of memory.")


def _wanted(run: Run) -> Wanted:
    job = run.job
    data = data_sets().get(job.data)
    if data is None:
        raise RunError(f"{job.data}: the operator no longer allows this folder.")
    if job.data == FLOWERS and not data.exists():
        sample_data.draw(data, sample_data.SampleData())
    return Wanted(
        data=data,
        output=run.result,
        network=job.network,
        params=job.params,
        weights=job.weights,
        freeze=job.freeze,  # type: ignore[arg-type]  # a word of the page's field
        epochs=job.epochs,
        batch=job.batch,
        lr=job.lr,
        seed=job.seed,
        balance=job.balance,
        patience=job.patience,
        schedule=job.schedule,  # type: ignore[arg-type]  # likewise
        resume=job.resume,
    )


def _say(run: Run, problem: str) -> None:
    with suppress(RunError):  # the disk is full
        write_whole(run.folder / PROBLEM, problem.encode())


if __name__ == "__main__":
    main()
