"""Every format of the registry is made, and made the same again."""

import pytest
from export_helpers import made

from viz.exports import EXPORTS, NEEDS_TORCH, file_name, request_of
from viz.net.zoo import ZOO

KINDS = [(what, kind) for what, formats in EXPORTS.items() for kind in formats]
ODD = {"width": "0.75", "resolution": "96", "theme": "dark", "scale": "1"}


@pytest.mark.parametrize(("what", "kind"), KINDS)
def test_same_input_same_bytes(what, kind):
    assert made("v3-small", what, kind, **ODD) == made("v3-small", what, kind, **ODD)


QUICK = [kind for kind in KINDS if kind[1] not in NEEDS_TORCH]
EVERY = 4  # of all pairs of a network and a format
PAIRS = [
    (network, *kind)
    for row, network in enumerate(ZOO)
    for column, kind in enumerate(QUICK)
    if (row + column) % EVERY == 0
]


def test_every_network_meets_formats_and_every_format_networks():
    least = min(len(QUICK), len(ZOO)) // EVERY
    for network in ZOO:
        assert sum(pair[0] == network for pair in PAIRS) >= least
    for kind in QUICK:
        assert sum(pair[1:] == kind for pair in PAIRS) >= least


@pytest.mark.parametrize(("network", "what", "kind"), PAIRS)
def test_a_format_is_made_for_a_network(network, what, kind):
    content = made(network, what, kind, **({"scale": "1"} if kind == "png" else {}))
    assert len(content) > 80
    name = file_name(request_of(network, {}), what, kind)
    assert name.startswith(network)
    assert name.endswith(EXPORTS[what][kind].suffix)
