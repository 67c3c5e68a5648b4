"""HAProxy in front of several servers: its program, its configuration, and what it is told.

``atlas serve`` and ``deploy/haproxy.cfg`` have the same configuration. Readers are told apart by a
cookie, never by their address: a lecture hall has one. Uploads and downloads carry no WebSocket; by
the cookie they reach the server that has their session.
"""

import os
import shutil
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from viz.lab.errors import RunError

BACKEND, COOKIE = "atlas", "atlas"
HEALTH = "/readyz"
MISSING = "serve needs HAProxy: apt-get install haproxy, or brew install haproxy."
PLACES = "/usr/sbin:/usr/local/sbin:/opt/homebrew/bin"  # where not everybody looks
FRAMED = "Secure; SameSite=None; Partitioned"
CONFIGURATION = """\
global
    # Connections by the limit of open files; for 20,000 where a container has a thousand million.
    fd-hard-limit 40100{control}
defaults
    mode http
    # A request that finds its server gone is sent to another one; what changes anything is not.
    retries 3
    retry-on conn-failure empty-response
    option redispatch 1
    timeout connect 2s
    timeout client 60s
    timeout server 120s
    timeout http-request 30s
    timeout http-keep-alive 10s
    timeout check 5s
    timeout tunnel 1h{resolvers}
frontend outside
    bind {bind}
    # Not for readers; who may see them asks a server itself.
    http-request deny deny_status 404 if {{ path_end /metrics }}
    default_backend {backend}{metrics}
backend {backend}
    balance leastconn
    option forwardfor
    http-request disable-l7-retry unless METH_GET
    http-request set-var(txn.tls) bool(true) if {{ ssl_fc }} or {{ hdr(X-Forwarded-Proto) https }}
    http-request set-header X-Forwarded-Proto https if {{ ssl_fc }}
    dynamic-cookie-key {backend}
    cookie {cookie} insert indirect nocache httponly dynamic
    # From a frame of another site a browser sends no other cookies, and these only under TLS.
    acl tls var(txn.tls) -m bool
    http-after-response replace-header Set-Cookie ({cookie}=.*) "\\1; {framed}" if tls
    option httpchk GET {health}
    http-check expect status 200
    # A busy server answers late, which is no reason to take its readers away.
    default-server check inter 2s fall 3 rise 1 on-marked-down shutdown-sessions
    {servers}
"""
METRICS = """
frontend metrics
    bind {bind}
    http-request use-service prometheus-exporter if {{ path /metrics }}
    http-request return status 404"""
RESOLVERS = """
resolvers names
    parse-resolv-conf
    accepted_payload_size 8192
    hold valid 5s
    hold other 5s"""


@dataclass(frozen=True, slots=True)
class Server:
    """A server by a name of ours; ``is_off`` where it is told later that it is there."""

    name: str
    address: str
    is_off: bool = False

    @property
    def line(self) -> str:
        """Its line in the configuration."""
        return f"server {self.name} {self.address}{' disabled' * self.is_off}"


@dataclass(frozen=True, slots=True)
class Servers:
    """At most ``most`` servers that a DNS name stands for; they come and go."""

    address: str
    most: int

    @property
    def line(self) -> str:
        """Its line in the configuration."""
        return f"server-template s 1-{self.most} {self.address} resolvers names init-addr none"


def program() -> str | None:
    """HAProxy, or None where it is not installed."""
    return shutil.which("haproxy", path=f"{os.environ.get('PATH', '')}:{PLACES}")


def configuration(
    bind: str,
    servers: Sequence[Server] | Servers,
    *,
    path: str = "",
    metrics: str = "",
    control: Path | None = None,
) -> str:
    """HAProxy's configuration; ``bind`` is what it listens on.

    ``path`` is what the servers are below, such as ``/course/atlas``; ``metrics`` is where HAProxy
    tells Prometheus about itself, ``control`` a socket through which it is told of servers.
    """
    is_named = isinstance(servers, Servers)
    lines = [servers.line] if isinstance(servers, Servers) else [each.line for each in servers]
    return CONFIGURATION.format(
        bind=bind,
        control=f"\n    stats socket {control} mode 600 level admin" if control else "",
        resolvers=RESOLVERS if is_named else "",
        metrics=METRICS.format(bind=metrics) if metrics else "",
        backend=BACKEND,
        cookie=COOKIE,
        framed=FRAMED,
        health=f"{path}{HEALTH}",
        servers="\n    ".join(lines),
    )


def deployed() -> str:
    """The text of ``deploy/haproxy.cfg``, for the servers that Compose starts."""
    head = "# Written by: python -m viz.serving.proxy > deploy/haproxy.cfg\n"
    return head + configuration(":8501", Servers("atlas:8501", 64), metrics=":8405")


class Control:
    """HAProxy's own socket: which servers there are, and who may come to them."""

    def __init__(self, path: Path) -> None:
        """Nothing is opened yet."""
        self.path = path

    def open(self, name: str, port: int) -> None:
        """A server answers at this port of the loopback."""
        self.tell(f"set server {BACKEND}/{name} addr 127.0.0.1 port {port}")
        self.tell(f"set server {BACKEND}/{name} state ready")

    def drain(self, name: str) -> None:
        """No new readers; those that are there stay."""
        self.tell(f"set server {BACKEND}/{name} state drain")

    def close(self, name: str) -> None:
        """Nobody."""
        self.tell(f"set server {BACKEND}/{name} state maint")

    def connections(self, name: str) -> int:
        """How many requests and WebSockets a server has now."""
        lines = [line.split(",") for line in self.tell("show stat").splitlines() if "," in line]
        columns = lines[0]
        rows = [dict(zip(columns, line, strict=False)) for line in lines[1:]]
        return sum(int(row["scur"] or 0) for row in rows if row["svname"] == name)

    def tell(self, command: str) -> str:
        """HAProxy's answer. Raises ``RunError``."""
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(5)
                line.connect(str(self.path))
                line.sendall(f"{command}\n".encode())
                return b"".join(iter(lambda: line.recv(65_536), b"")).decode()
        except OSError as error:
            raise RunError(f"HAProxy does not answer: {error.strerror or error}.") from None


if __name__ == "__main__":
    print(deployed(), end="")
