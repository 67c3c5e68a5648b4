"""timm's block strings, such as ``ir_r1_k5_s2_e3_c40_se0.25_nre``: rows read from them and written.

Of the strings that timm's MobileNets use, ``ir`` is an inverted residual, ``ds`` V3's first block
without expansion, ``dsa`` V1's pair, ``cn`` the last 1x1 convolution. ``r`` repeats, ``k`` is the
kernel, ``s`` the stride of the first, ``e`` the expansion as a factor, ``c`` the channels.
"""

import re
from collections.abc import Sequence

from viz.net.blocks import Bneck, LastConv, Row, Separable
from viz.net.channels import make_divisible
from viz.net.design import write_row
from viz.net.fields import ConfigError
from viz.net.heads import Classifier, Hidden, Pool
from viz.net.zoo import Network

WORDS = {"re": "relu", "r6": "relu6", "hs": "hardswish"}
NAMES = {name: word for word, name in WORDS.items()}
KINDS = ("ir", "ds", "dsa", "cn")
QUARTER = "0.25"
WANTED = "a block string of timm's such as ir_r1_k3_s2_e4_c24_se0.25_nre"
PART = re.compile(r"(se|[rksec])([\d.]+)|(n)([a-z][a-z\d])")


def read(text: str, channels_in: int, default: str = "hardswish") -> list[Row]:
    """The rows of one string; ``channels_in`` enter. ``default`` is the network's own activation.

    Raises ``ConfigError`` for a string that no row can say.
    """
    kind, *parts = text.strip().lower().split("_")
    found = dict(_part(text, part) for part in parts)
    if kind not in KINDS or not {"r", "k", "s", "c"} <= set(found):
        raise ConfigError("block string", text, WANTED)
    if found.get("n", "re") not in WORDS or found.get("se", QUARTER) != QUARTER:
        raise ConfigError(
            "block string", text, "one with nre, nr6 or nhs, and with se0.25 or no se"
        )
    nl = WORDS[found["n"]] if "n" in found else default
    try:
        return _rows(kind, found, channels_in, nl)
    except ValueError:
        raise ConfigError("block string", text, WANTED) from None


def _part(text: str, part: str) -> tuple[str, str]:
    match = PART.fullmatch(part)
    if match is None:
        raise ConfigError("block string", text, WANTED)
    return match[1] or match[3], match[2] or match[4]


def _rows(kind: str, found: dict[str, str], channels_in: int, nl: str) -> list[Row]:
    rows: list[Row] = []
    for repeat in range(int(found["r"])):
        stride = int(found["s"]) if repeat == 0 else 1
        rows.append(_row(kind, found, channels_in, stride, nl))
        channels_in = int(found["c"])
    return rows


def _row(kind: str, found: dict[str, str], channels_in: int, stride: int, nl: str) -> Row:
    out, kernel = int(found["c"]), int(found["k"])
    if kind == "cn":
        return LastConv(out, nl)  # type: ignore[arg-type]  # one of the words
    if kind == "dsa":
        return Separable(stride, out, nl)  # type: ignore[arg-type]  # likewise
    factor = float(found.get("e", 1)) if kind == "ir" else 1.0
    expanded = make_divisible(channels_in * factor) if factor != 1 else channels_in
    return Bneck(kernel, expanded, out, "se" in found, nl, stride)  # type: ignore[arg-type]  # likewise


def write(row: Row, channels_in: int, default: str = "hardswish") -> str:
    """The string of one row. Raises ``ConfigError`` for a row that timm has no string for."""
    if isinstance(row, LastConv) and not row.se_for_norm:
        return f"cn_r1_k1_s1_c{row.out}{_nl(row.nl, default)}"
    if isinstance(row, Separable):
        return f"dsa_r1_k3_s{row.stride}_c{row.out}{_nl(row.nl, default)}"
    if not isinstance(row, Bneck):
        raise ConfigError("row", type(row).__name__.lower(), "one that timm's strings can say")
    se = f"_se{QUARTER}" if row.se else ""
    shape = f"r1_k{row.kernel}_s{row.stride}"
    if row.exp == channels_in:
        return f"ds_{shape}_e1_c{row.out}{se}{_nl(row.nl, default)}"
    return f"ir_{shape}_e{_factor(row.exp, channels_in)}_c{row.out}{se}{_nl(row.nl, default)}"


def _factor(expanded: int, channels_in: int) -> str:
    """The shortest factor that gives these channels back."""
    for digits in range(1, 8):
        text = f"{expanded / channels_in:.{digits}g}"
        if make_divisible(channels_in * float(text)) == expanded:
            return text
    raise ConfigError("exp", expanded, "a multiple of 8, as timm rounds it")


def _nl(name: str, default: str) -> str:
    return "" if name == default else f"_n{NAMES[name]}"


def strings_of(rows: Sequence[Row], channels_in: int, default: str = "hardswish") -> list[str]:
    """A string for each of some rows in a line; ``channels_in`` enter the first."""
    found = []
    for row in rows:
        found.append(write(row, channels_in, default))
        channels_in = row.out  # type: ignore[union-attr]  # what timm can say has channels
    return found


def body_of(network: Network) -> list[str]:
    """The strings of the rows between the stem and the pool. Raises ``ConfigError``."""
    stem, *rows = _maps(network)
    return strings_of(rows, _channels(stem), _default(network))


def with_body(network: Network, texts: Sequence[str]) -> list[str]:
    """The network's rows as texts, those between the stem and the pool read from block strings."""
    stem = _maps(network)[0]
    channels, rows = _channels(stem), [stem]
    for text in texts:
        rows += read(text, channels, _default(network))
        channels = _channels(rows[-1])
    tail = network.rows[len(_maps(network)) :]
    return [write_row(row) for row in (*rows, *tail)]


def _maps(network: Network) -> list[Row]:
    tail = (Pool, Hidden, Classifier)
    return [row for row in network.rows if not isinstance(row, tail)]


def _channels(row: Row) -> int:
    return int(getattr(row, "out", 0))


def _default(network: Network) -> str:
    """The network's own activation: its stem's."""
    return str(getattr(network.rows[0], "nl", "relu6"))
