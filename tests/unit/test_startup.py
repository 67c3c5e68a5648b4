"""What is arranged while the server starts."""

import logging
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from streamlit import net_util
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.state import SafeSessionState, SessionState
from streamlit.web.server.server_util import is_url_from_allowed_origins

from viz.ui import headers, private
from viz.ui.faults import Repeats

ROOT = Path(__file__).parents[2]


def test_connections_send_at_once_even_where_a_socket_names_no_protocol():
    with socket.socket() as listening:  # as Streamlit makes it: protocol 0
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        private.send_at_once()
        with socket.create_connection(listening.getsockname()):
            accepted, _address = listening.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_the_first_picture_waits_for_nothing_that_reads_files_or_writes_them():
    code = "import sys, app; import importlib; from viz.ui.startup import FIRST_PAGES as first; "
    code += "[importlib.import_module(name) for name in first]; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT)
    late = {
        "viz.reading.graphs",
        "viz.ui.recipe",
        "torch",
        "matplotlib",
        "onnx",
        "prometheus_client",
    }
    assert not late & set(done.stdout.decode().split())


def test_a_file_that_a_click_made_is_there_though_other_readers_runs_end(monkeypatch):
    for name in ("execute_deferred", "remove_orphaned_files"):
        monkeypatch.setattr(MediaFileManager, name, getattr(MediaFileManager, name))
    private.keep_downloads(seconds=0.2)
    storage = MemoryMediaFileStorage("/media")
    files = MediaFileManager(storage)
    place = files.add_deferred(lambda: b"content", "text/plain", "place", "file.txt")

    def fetched(address):
        return storage.get_file(address.removeprefix("/media/")).content

    first = files.execute_deferred(place)
    for _ in range(5):
        files.remove_orphaned_files()
    assert fetched(first) == b"content"
    time.sleep(0.3)
    for _ in range(2):
        files.remove_orphaned_files()
    with pytest.raises(MediaFileStorageError):
        fetched(first)  # memory is bounded


def test_the_server_asks_no_other_host_for_its_address(monkeypatch):
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)
    monkeypatch.setattr(socket, "getaddrinfo", None)  # whoever asks a host by name, fails
    private.ask_no_other_host()
    assert is_url_from_allowed_origins("https://atlas.example") is False
    assert is_url_from_allowed_origins("http://localhost:8501") is True


def test_runs_of_one_session_that_overlap_take_turns_at_its_state(monkeypatch):
    """One would add to the state while the other looks through it."""
    looks, was_added = threading.Event(), threading.Event()
    seen: list[bool] = []

    def look(*_given: object, **_named: object) -> None:
        looks.set()
        seen.append(was_added.wait(0.3))

    monkeypatch.setattr(SessionState, "on_script_will_rerun", look)
    private.lock_sessions()
    private.lock_sessions()  # a second time changes nothing
    state = SessionState()
    one, other = (SafeSessionState(state, lambda: None) for _ in range(2))
    looking = threading.Thread(target=one.on_script_will_rerun, args=(None,))
    looking.start()
    assert looks.wait(10)
    other["key"] = 1
    was_added.set()
    looking.join()
    assert seen == [False]


def told(filtered: Repeats, error: Exception) -> bool | str:
    """What is logged of an error that is raised here, if anything."""
    try:
        raise error
    except type(error) as caught:
        about = (type(caught), caught, caught.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "It failed.", (), about)
    return record.getMessage() if filtered.filter(record) else False


def test_a_fault_is_logged_once_and_others_are_counted():
    now = [0.0]
    filtered = Repeats(every=60, clock=lambda: now[0])
    sentence = told(filtered, OSError(24, "Too many open files"))
    assert str(sentence).startswith("Too many open files: readers wait.")
    assert not any(told(filtered, OSError(24, "Too many open files")) for _ in range(1_000))
    assert told(filtered, KeyError("another")) == "It failed."
    now[0] = 61.0
    assert told(filtered, OSError(24, "again")) == f"{sentence} (1,000 more of these before)"
    plain = logging.LogRecord("x", logging.INFO, "", 0, "hello", (), None)
    assert all(filtered.filter(plain) for _ in range(3))


@pytest.mark.parametrize(
    ("said", "allowed"),
    [
        (None, ["*"]),
        ("'self' https://moodle.example:443", ["'self'", "https://moodle.example:443"]),
        ("'none'", ["'none'"]),
        ("", ["'none'"]),
        ("*; script-src *", ["*"]),
        ("a,b", ["'none'"]),
    ],
)
def test_an_operator_says_who_may_show_the_app_in_a_frame(monkeypatch, said, allowed):
    if said is None:
        monkeypatch.delenv("ATLAS_FRAMES", raising=False)
    else:
        monkeypatch.setenv("ATLAS_FRAMES", said)
    found = headers.embedders()
    assert found == allowed or (said == "*; script-src *" and ";" not in "".join(found))
