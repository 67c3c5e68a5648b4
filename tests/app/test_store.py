"""What outlives a server, in a folder that machines share and at an address of fsspec."""

import os
import subprocess
import sys
import time

import fsspec
import pytest

from viz.lab import beat, live, runs, store
from viz.lab.copies import Copies
from viz.lab.errors import RunError
from viz.lab.files import write_whole

SECONDS = 120
# A server on another machine: it has another name, and sees no process of this one's.
ELSEWHERE = """
import sys, time
from viz.lab import beat, copies, runs
beat.node = lambda: "elsewhere"
copies.EVERY = 0
run = runs.current()
until = time.monotonic() + 60
while not (run and run.state == "running"):
    assert time.monotonic() < until
    run = runs.current()
assert run.pid is None
try:
    runs.start(run.job)
except runs.RunError as error:
    print(error)
print(run.folder.name, run.job.network)
runs.stop(run)
while runs.current().state == "running":
    assert time.monotonic() < until
    time.sleep(0.2)
print(runs.current().state, runs.current().problem)
"""


@pytest.fixture(autouse=True)
def operator(data, monkeypatch):
    monkeypatch.delenv("ATLAS_RUNS")
    monkeypatch.setenv("ATLAS_DATA", str(data.parent))


def started():
    params = {"width": "0.25", "resolution": "32"}
    run = runs.start(runs.Job("flowers", "v3-small", params, epochs=20, batch=8, lr=1e-3))
    wait_for(lambda: live.losses_in(run.result))
    return run


def wait_for(condition):
    until = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


def seen_elsewhere(**environment):
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        capture_output=True,
        text=True,
        env=os.environ | environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("kind", ["a folder", "an address"])
def test_a_run_is_seen_and_stopped_by_a_server_on_another_machine(kind, tmp_path, monkeypatch):
    shared = tmp_path / "shared"
    address = str(shared) if kind == "a folder" else f"file://{shared}"
    monkeypatch.setenv("ATLAS_STORE", address)
    monkeypatch.setattr(store, "USUAL", tmp_path / "mine" / ".cache" / "mobilenet-atlas")
    monkeypatch.setenv("HOME", str(tmp_path / "mine"))  # of the run's process
    run = started()
    lines = seen_elsewhere(HOME=str(tmp_path / "theirs"))
    assert lines[0] == "Another run is in progress. Stop it or wait until it ends."
    assert lines[1] == f"{run.folder.name} v3-small"
    assert lines[2].startswith("stopped stopped in epoch"), lines[2:]
    wait_for(lambda: run.state == "stopped")  # its process ends a moment later
    held = {path.name for path in (shared / "runs" / run.folder.name / "result").iterdir()}
    assert {"checkpoint.safetensors", "losses.csv", "progress.json"} <= held


def test_a_run_whose_machine_is_gone_is_stopped_after_a_while(tmp_path, monkeypatch):
    folder = tmp_path / "20260101-000000-v2"
    (folder / "result").mkdir(parents=True)
    (folder / "result" / "checkpoint.safetensors").touch()
    write_whole(folder / "pid", b"12 elsewhere")
    beat.sign(folder)
    assert runs.Run(folder).state == "running"
    monkeypatch.setattr(time, "time", lambda now=time.time: now() + beat.LATE)
    assert runs.Run(folder).state == "stopped"


def test_what_has_changed_is_sent_and_fetched_and_nothing_else(tmp_path):
    name = f"memory://{tmp_path.name}"
    ours, theirs = Copies(name, tmp_path / "ours"), Copies(name, tmp_path / "theirs")
    for path, text in (("run/a", b"1"), ("run/in/b", b"2"), ("run/.c.12", b"half written")):
        (tmp_path / "ours" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "ours" / path).write_bytes(text)
    ours.send("run")
    theirs.fetch("run")
    got = sorted(path for path in (tmp_path / "theirs").rglob("*") if path.is_file())
    assert [path.read_bytes() for path in got] == [b"1", b"2"]
    before = [path.stat().st_mtime_ns for path in got]
    (tmp_path / "ours" / "run" / "a").write_bytes(b"11")
    ours.send("run")
    theirs.fetch("run")
    assert [path.read_bytes() for path in got] == [b"11", b"2"]
    changed = [path.stat().st_mtime_ns != at for path, at in zip(got, before, strict=True)]
    assert changed == [True, False]
    theirs.send("run")  # has what is there
    assert theirs.newest() == "run"
    assert fsspec.filesystem("memory").cat_file(f"/{tmp_path.name}/run/a") == b"11"


def test_a_store_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(RunError, match=r"^nonesuch://bucket: .*nonesuch.*\.$"):
        Copies("nonesuch://bucket", tmp_path)
    (tmp_path / "x").write_text("a file in a folder's place")
    with pytest.raises(RunError, match=r"^file:///.*/x: .*\.$"):
        Copies(f"file://{tmp_path}/x", tmp_path).send("x")
