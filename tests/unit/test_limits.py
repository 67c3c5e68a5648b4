"""An operator's limit of requests by address."""

import pytest
from starlette.requests import Request

from viz.ui import limits
from viz.ui.limits import MINUTE, MOST, Rate, address_of, rate


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_requests_are_taken_at_once_and_then_one_after_the_time_that_is_told():
    clock = Clock()
    limit = Rate(6, clock)
    assert [limit.wait("a") for _ in range(6)] == [0] * 6
    assert limit.wait("a") == 10
    assert limit.wait("b") == 0
    clock.now = 9.5
    assert limit.wait("a") == 1
    clock.now = 10
    assert limit.wait("a") == 0
    assert limit.wait("a") == 10


def test_over_an_hour_no_address_gets_more_than_its_rate():
    clock = Clock()
    limit, taken = Rate(30, clock), 0
    for _ in range(60 * 60):
        clock.now += 1
        taken += limit.wait("a") == 0
    assert 60 * 30 <= taken <= 60 * 30 + 30


def test_a_million_addresses_do_not_fill_the_memory():
    clock = Clock()
    limit = Rate(60, clock)
    for number in range(2 * MOST):
        limit.wait(str(number))
    assert len(limit._left) == MOST
    clock.now += MINUTE
    assert limit.wait("0") == 0


def asked(peer: str, *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    return Request({"type": "http", "client": (peer, 1), "headers": headers})


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "address"),
    [
        ("", "192.0.2.1", ["203.0.113.9"], "192.0.2.1"),  # nobody is trusted
        ("x", "192.0.2.1", ["203.0.113.9"], "192.0.2.1"),
        ("1", "192.0.2.1", ["203.0.113.9"], "203.0.113.9"),
        ("1", "192.0.2.1", ["198.51.100.7, 203.0.113.9"], "203.0.113.9"),  # the first is invented
        ("1", "192.0.2.1", ["198.51.100.7", "203.0.113.9"], "203.0.113.9"),
        ("2", "192.0.2.1", ["6.6.6.6, 203.0.113.9, 192.0.2.2"], "203.0.113.9"),
        ("3", "192.0.2.1", ["203.0.113.9"], "203.0.113.9"),
        ("1", "192.0.2.1", [], "192.0.2.1"),
        ("1", "192.0.2.1", ["<script>"], "192.0.2.1"),
        ("", "::ffff:192.0.2.1", [], "192.0.2.1"),
        ("", "2001:db8:1:2:3:4:5:6", [], "2001:db8:1:2::/64"),  # one reader has all of it
        ("1", "::1", ["2001:db8:1:2::9"], "2001:db8:1:2::/64"),
    ],
)
def test_an_address_is_what_the_trusted_proxies_say(monkeypatch, proxies, peer, forwarded, address):
    monkeypatch.setenv("ATLAS_PROXIES", proxies)
    assert address_of(asked(peer, *forwarded)) == address


@pytest.mark.parametrize("wanted", ["", "0", "-3", "many", "²"])
def test_without_a_number_there_is_no_limit(monkeypatch, wanted):
    monkeypatch.setenv("ATLAS_RATE", wanted)
    assert rate() is None


def test_the_limit_is_what_the_operator_says(monkeypatch):
    monkeypatch.setenv("ATLAS_RATE", "2")
    limit = rate()
    assert isinstance(limit, limits.Rate)
    assert [limit.wait("a") > 0 for _ in range(3)] == [False, False, True]
