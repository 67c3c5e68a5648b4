"""What `serve` says of an order that it cannot carry out."""

import socket

import pytest

from viz.cli.main import main
from viz.serving import proxy


def refused(capsys, *arguments):
    assert main(["serve", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    return told.err


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["--workers", "0"], "--workers is 0, but must be a whole number from 1 to 64."),
        (["--workers", "two"], "--workers is 'two', but must be a whole number from 1 to 64."),
        (["--port", "65536"], "--port is 65536, but must be a whole number from 1 to 65,535."),
        (["--drain", "-1"], "--drain is -1, but must be a whole number from 0 to 86,400."),
        (["--path", "/a//b"], "--path is '/a//b', but must be letters, digits and . _ ~ - "),
        (["--path", "/a\n  bind :80"], "--path is '/a\\n  bind :80', but must be letters, "),
        (["--path", "../etc"], "--path is '../etc', but must be letters, digits and"),
        (["--address", "nowhere.invalid"], "--address nowhere.invalid: "),
    ],
)
def test_what_cannot_be_is_named_with_its_range(capsys, arguments, allowed):
    assert allowed in refused(capsys, *arguments)


def test_a_port_that_another_program_has_is_named(capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refused(capsys, "--address", "127.0.0.1", "--port", str(port))
    assert said == f"viz: --port {port}: another program listens on it.\n"


def test_without_haproxy_one_sentence_names_its_packages(capsys, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(proxy, "PLACES", "")
    said = refused(capsys)
    assert said == "viz: serve needs HAProxy: apt-get install haproxy, or brew install haproxy.\n"
