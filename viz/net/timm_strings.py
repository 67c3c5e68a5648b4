"""timm's block strings, such as ``ir_r1_k5_s2_e3_c40_se0.25_nre``: rows read from them and written.

``ir`` is an inverted residual, ``ds`` one without expansion, ``dsa`` V1's pair, ``cn`` a
convolution, ``uir`` V4's universal bottleneck, ``er`` the fused one, ``mqa`` its attention. ``r``
repeats, ``k`` is the kernel, ``a`` that of the start, ``s`` the stride of the first, ``e`` the
expansion as a factor, ``c`` the channels, ``gs`` the size of a group, ``h``, ``d`` and ``v`` heads,
their channels and the stride of keys.
"""

import re
from collections.abc import Callable, Sequence

from viz.activations import Nonlinearity
from viz.net.attention import MobileMQA
from viz.net.blocks import Bneck, Bottleneck, FullConv, LastConv, Separable
from viz.net.channels import make_divisible
from viz.net.design import write_row
from viz.net.fields import ConfigError
from viz.net.heads import Classifier, HeadConv, Hidden, Pool
from viz.net.rows import Row
from viz.net.universal import UIB, FusedIB
from viz.net.zoo import Network

WORDS: dict[str, Nonlinearity] = {
    "re": "relu",
    "r6": "relu6",
    "hs": "hardswish",
    "sw": "silu",
}
NAMES = {name: word for word, name in WORDS.items()}
QUARTER = "0.25"
NO_SKIP = "noskip"
WANTED = "a block string of timm's such as ir_r1_k3_s2_e4_c24_se0.25_nre"
PART = re.compile(r"(se|gs|[rksecahvd])([\d.]+)|(n)([a-z][a-z\d])")
NEEDED = {"mqa": {"r", "h", "d", "v", "c"}, "uir": {"r", "a", "k", "s", "c"}}
Parts = dict[str, str]


def read(text: str, channels_in: int, default: str = "hardswish") -> list[Row]:
    """The rows of one string; ``channels_in`` enter. ``default`` is the network's own activation.

    Raises ``ConfigError`` for a string that no row can say.
    """
    kind, *parts = text.strip().lower().split("_")
    found = dict(_part(text, part) for part in parts)
    if kind not in READERS or not NEEDED.get(kind, {"r", "k", "s", "c"}) <= set(found):
        raise ConfigError("block string", text, WANTED)
    if found.get("n", "re") not in WORDS or found.get("se", QUARTER) != QUARTER:
        allowed = "one with nre, nr6, nhs or nsw, and with se0.25 or no se"
        raise ConfigError("block string", text, allowed)
    found["n"] = WORDS[found["n"]] if "n" in found else default
    try:
        return _rows(READERS[kind], found, channels_in)
    except ValueError:
        raise ConfigError("block string", text, WANTED) from None


def _part(text: str, part: str) -> tuple[str, str]:
    if part == NO_SKIP:
        return NO_SKIP, part
    match = PART.fullmatch(part)
    if match is None:
        raise ConfigError("block string", text, WANTED)
    return match[1] or match[3], match[2] or match[4]


def _rows(reader: Callable[[Parts, int, int], Row], found: Parts, channels_in: int) -> list[Row]:
    rows: list[Row] = []
    for repeat in range(int(found["r"])):
        stride = int(found.get("s", 1)) if repeat == 0 else 1
        rows.append(reader(found, channels_in, stride))
        channels_in = int(found["c"])
    return rows


def _nl_of(found: Parts) -> Nonlinearity:
    return found["n"]  # type: ignore[return-value]  # one of the words


def _expanded(found: Parts, channels_in: int) -> int:
    factor = float(found.get("e", 1))
    return make_divisible(channels_in * factor) if factor != 1 else channels_in


def _read_bneck(found: Parts, channels_in: int, stride: int) -> Row:
    return Bneck(
        int(found["k"]),
        _expanded(found, channels_in),
        int(found["c"]),
        "se" in found,
        _nl_of(found),
        stride,
        skip=NO_SKIP not in found,
    )


def _read_conv(found: Parts, _channels_in: int, stride: int) -> Row:
    out, kernel = int(found["c"]), int(found["k"])
    if kernel == 1 and stride == 1:
        return LastConv(out, _nl_of(found))
    return FullConv(out, _nl_of(found), stride, kernel)


def _read_pair(found: Parts, _channels_in: int, stride: int) -> Row:
    return Separable(stride, int(found["c"]), _nl_of(found), int(found["k"]), "se" in found)


def _read_universal(found: Parts, channels_in: int, stride: int) -> Row:
    kernels = int(found["a"]), int(found["k"])
    return UIB(*kernels, _expanded(found, channels_in), int(found["c"]), stride, _nl_of(found))


def _read_fused(found: Parts, channels_in: int, stride: int) -> Row:
    shape = int(found["k"]), _expanded(found, channels_in), int(found["c"])
    return FusedIB(*shape, stride, _nl_of(found), int(found.get("gs", 0)))


def _read_attention(found: Parts, _channels_in: int, _stride: int) -> Row:
    return MobileMQA(int(found["h"]), int(found["d"]), int(found["v"]), int(found["c"]))


READERS: dict[str, Callable[[Parts, int, int], Row]] = {
    "ir": _read_bneck,
    "ds": lambda found, channels, stride: _read_bneck(found | {"e": "1"}, channels, stride),
    "dsa": _read_pair,
    "cn": _read_conv,
    "uir": _read_universal,
    "er": _read_fused,
    "mqa": _read_attention,
}


def write(row: Row, channels_in: int, default: str = "hardswish") -> str:
    """The string of one row. Raises ``ConfigError`` for a row that timm has no string for."""
    nl = _nl(getattr(row, "nl", default), default)
    if isinstance(row, LastConv) and not row.se_for_norm:
        return f"cn_r1_k1_s1_c{row.out}{nl}"
    if isinstance(row, FullConv):
        return f"cn_r1_k{row.kernel}_s{row.stride}_c{row.out}{nl}"
    if isinstance(row, Separable):
        return f"dsa_r1_k{row.kernel}_s{row.stride}_c{row.out}{_se(row.se)}{nl}"
    if isinstance(row, UIB):
        factor = _factor(row.exp, channels_in)
        kernels = f"a{row.start}_k{row.middle}"
        return f"uir_r1_{kernels}_s{row.stride}_e{factor}_c{row.out}{nl}"
    if isinstance(row, FusedIB):
        group = f"_gs{row.group_size}" if row.group_size else ""
        factor = _factor(row.exp, channels_in)
        return f"er_r1_k{row.kernel}_s{row.stride}_e{factor}{group}_c{row.out}{nl}"
    if isinstance(row, MobileMQA):
        return f"mqa_r1_k3_h{row.heads}_s1_v{row.kv_stride}_d{row.dim}_c{row.out}"
    return _write_residual(row, channels_in, nl)


def _write_residual(row: Row, channels_in: int, nl: str) -> str:
    """An inverted residual in V2's columns or in V3's."""
    if isinstance(row, Bottleneck):
        repeats, factor = row.n, f"{row.t}"
    elif isinstance(row, Bneck):
        repeats = 1
        factor = "1" if row.exp == channels_in else _factor(row.exp, channels_in)
    else:
        raise ConfigError("row", type(row).__name__.lower(), "one that timm's strings can say")
    kind = "ds" if factor == "1" else "ir"
    shape = f"r{repeats}_k{row.kernel}_s{row.stride}_e{factor}_c{row.out}"
    return f"{kind}_{shape}{_se(row.se)}{nl}" + f"_{NO_SKIP}" * (not row.skip)


def _se(has: bool) -> str:
    return f"_se{QUARTER}" if has else ""


def _factor(expanded: int, channels_in: int) -> str:
    """The shortest factor that gives these channels back."""
    for digits in range(1, 8):
        text = f"{expanded / channels_in:.{digits}g}"
        if make_divisible(channels_in * float(text)) == expanded:
            return text
    raise ConfigError("exp", expanded, "a multiple of 8, as timm rounds it")


def _nl(name: str, default: str) -> str:
    if name == default:
        return ""
    if name not in NAMES:
        raise ConfigError("nl", name, "one that timm's strings have: " + ", ".join(NAMES))
    return f"_n{NAMES[name]}"


def strings_of(rows: Sequence[Row], channels_in: int, default: str = "hardswish") -> list[str]:
    """A string for each of some rows in a line; ``channels_in`` enter the first."""
    found = []
    for row in rows:
        found.append(write(row, channels_in, default))
        channels_in = row.out  # type: ignore[attr-defined]  # what timm can say has channels
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
    inner = [_inner(row) for row in rows[:-1]]
    return [write_row(row) for row in (*inner, rows[-1], *tail)]


def _inner(row: Row) -> Row:
    """A 1x1 convolution that is not the last of the body is an ordinary one."""
    return FullConv(row.out, row.nl, 1, 1) if isinstance(row, LastConv) else row


def _maps(network: Network) -> list[Row]:
    tail = (Pool, Hidden, HeadConv, Classifier)
    return [row for row in network.rows if not isinstance(row, tail)]


def _channels(row: Row) -> int:
    return int(getattr(row, "out", 0))


def _default(network: Network) -> str:
    """The network's own activation: its stem's."""
    return str(getattr(network.rows[0], "nl", "relu6"))
