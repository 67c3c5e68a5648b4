"""The server asks no other host for anything, not even for its own address."""

import os
import socket
import subprocess
import sys
from contextlib import closing

from browser import HOST, ROOT, free_port, wait_for


def test_a_server_without_a_browser_asks_no_host_who_it_is(tmp_path):
    """Whatever it asked by HTTP would come to this proxy."""
    with closing(socket.create_server((HOST, 0))) as proxy:
        address = f"http://{HOST}:{proxy.getsockname()[1]}"
        own = os.environ | dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY"), address)
        port = free_port()
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
        with (tmp_path / "log").open("wb") as log:
            server = subprocess.Popen(
                [*command, f"--server.port={port}"], cwd=ROOT, stdout=log, stderr=log, env=own
            )
        try:
            wait_for(f"http://{HOST}:{port}/healthz")
            proxy.settimeout(0.5)
            asked = True
            try:
                proxy.accept()[0].close()
            except TimeoutError:
                asked = False
        finally:
            server.terminate()
            server.wait(20)
    assert not asked
    assert f"http://localhost:{port}" in (tmp_path / "log").read_text()
