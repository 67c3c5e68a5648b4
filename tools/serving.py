"""The installed app as a server on this machine."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser import HOST, free_port, wait_for
from tools.environments import Environment


@contextmanager
def serving(env: Environment) -> Iterator[str]:
    """Run ``atlas app`` and give its address once it answers; end it afterwards."""
    port = free_port()
    flags = ("app", "--port", str(port), "--address", HOST, "--no-browser")
    with (env.folder / "app.log").open("wb") as log:
        process = subprocess.Popen(
            [env.script("atlas"), *flags], stdout=log, stderr=log, cwd=env.empty, env=env.variables
        )
    try:
        wait_for(f"http://{HOST}:{port}/_stcore/health")
        yield f"http://{HOST}:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)
