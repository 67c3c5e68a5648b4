"""A real proxy with TLS before a server, as a lecture's host has one: HAProxy."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from browser import HOST, free_port, wait_for_port

from viz.serving.proxy import program as haproxy

# Names that the browser maps to this machine; at the second a page shows the app in a frame.
NAME, ELSEWHERE = "lecture.test", "elsewhere.test"
FRAME = "<!doctype html><iframe width=1280 height=720 src=https://{name}:{port}{prefix}/{page}></iframe>"
CONFIG = """
global
    maxconn 200
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout tunnel 1h
frontend outside
    bind {host}:{port} ssl crt {certificate}
    acl elsewhere hdr(host) -m beg {elsewhere}
    http-request return status 200 content-type text/html string "{frame}" if elsewhere
    http-request deny deny_status 404 unless {{ path_beg {prefix}/ }} or {{ path {prefix} }}
    http-request set-header X-Forwarded-Proto https
    default_backend atlas
backend atlas
    {rewrite}
    server atlas {inside}
"""
STRIPPED = r"http-request replace-path {prefix}/?(.*) /\1"


@contextmanager
def proxied(address: str, prefix: str, folder: Path, *, strips: bool) -> Iterator[str]:
    """The server at ``address`` behind TLS and a prefix, which is left out inside or not."""
    program = haproxy()
    if program is None:
        raise RuntimeError("no HAProxy: install it, as with apt-get install haproxy")
    port = free_port()
    config = folder / "haproxy.cfg"
    config.write_text(
        CONFIG.format(
            host=HOST,
            port=port,
            certificate=_certificate(folder),
            prefix=prefix,
            rewrite=STRIPPED.format(prefix=prefix) if strips else "",
            inside=urlsplit(address).netloc,
            elsewhere=ELSEWHERE,
            frame=FRAME.format(name=NAME, port=port, prefix=prefix, page="architecture?view=slide"),
        )
    )
    process = subprocess.Popen([program, "-f", str(config), "-db", "-q"])
    try:
        wait_for_port(port)
        yield f"https://{NAME}:{port}{prefix}"
    finally:
        process.terminate()
        process.wait(10)


def _certificate(folder: Path) -> Path:
    """A certificate that nobody has signed, with its key in one file."""
    key, certificate, both = (folder / name for name in ("key.pem", "cert.pem", "both.pem"))
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", f"/CN={NAME}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    both.write_text(certificate.read_text() + key.read_text())
    return both
