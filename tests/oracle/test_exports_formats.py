"""Every format of the registry is made for every network, and made the same again."""

import pytest
from export_helpers import made

from viz.exports import EXPORTS, NEEDS_TORCH, file_name, request_of

KINDS = [(what, kind) for what, formats in EXPORTS.items() for kind in formats]
ODD = {"width": "0.75", "resolution": "96", "theme": "dark", "scale": "1"}


@pytest.mark.parametrize(("what", "kind"), KINDS)
def test_same_input_same_bytes(what, kind):
    assert made("v3-small", what, kind, **ODD) == made("v3-small", what, kind, **ODD)


@pytest.mark.parametrize(("what", "kind"), [k for k in KINDS if k[1] not in NEEDS_TORCH])
def test_every_format_is_made_for_every_network(network, what, kind):
    content = made(network, what, kind)
    assert len(content) > 80
    name = file_name(request_of(network, {}), what, kind)
    assert name.startswith(network)
    assert name.endswith(EXPORTS[what][kind].suffix)
