"""An operator's limit of requests by address: ``ATLAS_RATE`` a minute, off where it is not set.

Behind proxies the address is the one that the outermost of ``ATLAS_PROXIES`` trusted ones saw. What
a sender writes into ``X-Forwarded-For`` itself stands left of that.
"""

import math
import os
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from cachetools import LRUCache
from starlette.requests import HTTPConnection

MINUTE = 60.0
MOST = 10_000  # addresses that are remembered, the last seen
NETWORK_V6 = 64  # bits: what one reader is given of IPv6
MOST_RATE, MOST_PROXIES = 1_000_000, 16


class Rate:
    """So many requests a minute for each address, which may come at once."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Read the time from ``clock``."""
        self._most, self._clock = float(a_minute), clock
        self._left: LRUCache[str, tuple[float, float]] = LRUCache(MOST)  # and when that was

    def wait(self, address: str) -> int:
        """0 where a request is taken now, else the seconds until one will be."""
        now = self._clock()
        left, since = self._left.get(address, (self._most, now))
        left = min(self._most, left + (now - since) * self._most / MINUTE)
        taken = left >= 1
        self._left[address] = (left - taken, now)
        return 0 if taken else max(1, math.ceil((1 - left) * MINUTE / self._most))


def rate() -> Rate | None:
    """The operator's limit, if there is one."""
    wanted = _number("ATLAS_RATE", MOST_RATE)
    return Rate(wanted) if wanted else None


def address_of(request: HTTPConnection) -> str:
    """Who asks: an address, or of IPv6 a reader's network."""
    peer = request.client.host if request.client else ""
    lines = request.headers.getlist("x-forwarded-for")
    hops = [hop for line in lines for hop in line.split(",")]
    proxies = _number("ATLAS_PROXIES", MOST_PROXIES)
    if proxies and hops:
        return _network(hops[-min(proxies, len(hops))]) or _network(peer)
    return _network(peer)


def _network(text: str) -> str:
    """The address, or of IPv6 its network; empty for what is none."""
    try:
        address = ip_address(text.strip().strip("[]"))
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and not address.ipv4_mapped:
        return str(ip_network((address, NETWORK_V6), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


def _number(name: str, most: int) -> int:
    """What an environment variable says; 0 where it says no number."""
    text = os.environ.get(name, "").strip()
    return min(int(text), most) if text.isascii() and text.isdecimal() else 0
