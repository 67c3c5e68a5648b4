"""Servers behind HAProxy, asked over HTTP; the configurations, by HAProxy itself."""

import signal
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from browser import ROOT, in_ci
from serving import fleet

from viz.serving.proxy import Server, configuration, deployed, program

DEPLOYED = ROOT / "deploy" / "haproxy.cfg"
SECONDS = 60
pytestmark = pytest.mark.skipif(
    program() is None and not in_ci(),
    reason="no HAProxy; install it, as with: apt-get install haproxy",
)


def assert_taken(file: Path):
    """HAProxy takes the configuration, without a warning."""
    done = subprocess.run([str(program()), "-c", "-f", str(file)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_deployed_configuration_is_the_one_that_serve_uses(tmp_path):
    assert DEPLOYED.read_text() == deployed(), "python -m viz.serving.proxy > deploy/haproxy.cfg"
    assert_taken(DEPLOYED)
    own = tmp_path / "haproxy.cfg"
    places = [Server("s1", "127.0.0.1:4001"), Server("s2", "127.0.0.1:4002", is_off=True)]
    own.write_text(configuration("*:8501", places, path="/a/b", control=tmp_path / "control"))
    assert_taken(own)
    differs = set(own.read_text().splitlines()) - set(deployed().splitlines())
    assert len(differs) == 5  # socket, bind, health below the path, two servers


def wait_for(condition):
    until = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


def assert_answered(servers):
    """By the server that a cookie names, as often as it is asked."""
    with httpx.Client(base_url=servers.address) as reader:
        first = reader.get("/figure/v2.svg")
        assert first.status_code == 200
        assert first.headers["set-cookie"].endswith("; path=/; HttpOnly")
        assert not any("set-cookie" in reader.get("/figure/v2.svg").headers for _ in range(3))
        assert reader.get("/metrics").status_code == 404
        framed = reader.get("/", headers={"X-Forwarded-Proto": "https", "Cookie": "atlas=0"})
    assert framed.headers["set-cookie"].endswith("; Secure; SameSite=None; Partitioned")


def test_servers_are_replaced_when_they_end_and_on_demand_and_end_with_a_signal(tmp_path):
    with fleet(tmp_path, "--workers=2", "--drain=0", path="/course/atlas") as servers:
        assert_answered(servers)
        first = servers.servers()
        assert len(first) == 2
        servers.kill(min(first))
        assert_answered(servers)  # at once: by the other one
        wait_for(lambda: len(servers.servers()) == 2)
        assert "a server ended, with exit code -9; another one takes its place." in servers.log
        wait_for(lambda: servers.ready() == 2)
        second = servers.servers()
        servers.process.send_signal(signal.SIGHUP)
        while "all servers have been started anew." not in servers.log:
            assert httpx.get(f"{servers.address}/figure/v2.svg").status_code == 200
        third = servers.servers()
        assert len(third) == 2
        assert not set(third) & set(second)
        servers.process.terminate()
        assert servers.process.wait(SECONDS) == 0
        assert not [pid for pid in third.values() if Path(f"/proc/{pid}").exists()]
    assert [path.name for path in tmp_path.iterdir()] == ["log"]
