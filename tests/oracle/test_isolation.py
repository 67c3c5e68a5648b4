"""What a file is read by can reach nothing, where Linux can hold it to that."""

import os
import subprocess
import sys

import pytest

from viz.reading import isolation
from viz.reading.process import ROOT, answer

ALLOWED = {"read", "thread"}


def can_isolate() -> bool:
    """Whether this system can, asked in a process that ends with it."""
    asked = "import sys; from viz.reading.isolation import isolate; sys.exit(not isolate())"
    return subprocess.run([sys.executable, "-c", asked], cwd=ROOT, check=False).returncode == 0


@pytest.fixture
def tried(tmp_path, monkeypatch):
    """What a reading process could do."""
    monkeypatch.setenv("ATLAS_SECRET", "a token")
    (tmp_path / "given").write_bytes(b"content")
    return answer(tmp_path / "given", "tests.escaping")


def test_the_reading_process_knows_nothing_of_the_servers_environment(tried):
    known = {*isolation.KEPT, *isolation.SET, "LC_CTYPE"}  # the last: Python's own
    assert set(tried.pop("environment")) <= known


@pytest.mark.skipif(not can_isolate(), reason="needs Linux with libseccomp")
def test_the_reading_process_reaches_no_network_no_program_and_no_file(tried, tmp_path):
    del tried["environment"]
    assert {what for what, outcome in tried.items() if outcome == "done"} == ALLOWED
    assert [path.name for path in tmp_path.iterdir()] == ["given"]
    assert (tmp_path / "given").read_bytes() == b"content"


def test_continuous_integration_holds_reading_processes():
    if os.environ.get("CI", "").lower() != "true" or sys.platform != "linux":
        pytest.skip("elsewhere the limits are all there is")
    assert can_isolate()
