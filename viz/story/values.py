"""Numbers in a story's sentences: ``{macs v1}`` is computed, or cited, where it is shown.

One table of named values, and three ways to join them: ``{exact macs v1}`` writes all digits,
``{percent A / B}`` and ``{ratio A / B}`` compare two.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod

from viz.hardware.devices import BYTES
from viz.hardware.roofline import KINDS, KindRow, kind_rows, roof_rows
from viz.lessons.convolution import convolution_cost
from viz.lessons.squeeze import se_blocks, se_operations
from viz.lessons.tail import last_stage
from viz.lessons.universal import FUSED_LIMITS, crossing, fused_and_separable, fused_points
from viz.net import cost
from viz.net.channels import make_divisible
from viz.net.fields import ConfigError, Number, Word, one_of, ranges, read_all
from viz.net.operations import PRODUCTS, Operation
from viz.net.trace import Trace, trace_config
from viz.net.words import config_of
from viz.net.zoo import ZOO
from viz.text import short_bytes, short_count, times

Words = Sequence[str]
Chosen = Mapping[str, str]
DIVISOR = 8


@dataclass(frozen=True, slots=True)
class Value:
    """A number, and how it is written in a sentence."""

    number: float
    text: str


PARTS: dict[str, Callable[[Operation], bool]] = {
    "standard": lambda op: op.kind == "conv",
    "depthwise": lambda op: op.kind == "depthwise",
    "pointwise": lambda op: op.kind == "pointwise",
    "classifier": lambda op: op.kind == "linear" and not se_operations([op]),
    "se": lambda op: bool(se_operations([op])),
    "attention": lambda op: op.kind in PRODUCTS,
}
CONVOLUTION = {"m": (1, 512, 3), "n": (1, 512, 4), "k": (1, 7, 3), "size": (1, 224, 14)}
DEVICE = {"ridge": Number(0.0, 500.0, 31.2, 0.1, whole=False)}


def _count(number: float) -> Value:
    return Value(number, short_count(number))


def _whole(number: float) -> Value:
    return Value(number, f"{number:,.0f}")


def _share(ratio: float) -> Value:
    """A share with one decimal, as tables have it."""
    return Value(ratio, f"{100 * ratio:.1f} %")


def _traced(words: Words, chosen: Chosen) -> Trace:
    key = Word(tuple(ZOO)).read("network", words[0])
    return trace_config(config_of(key, chosen))


def _operations(words: Words, chosen: Chosen) -> Iterable[Operation]:
    """All operations of a network, or those of one part of it."""
    found = _traced(words, chosen).operations
    if len(words) == 1:
        return found
    return filter(PARTS[Word(tuple(PARTS)).read("part", words[1])], found)


def _whole_numbers(limits: Mapping[str, tuple[int, int, int]], chosen: Chosen) -> list[int]:
    """Whole numbers by name -> (lowest, highest, default), in that order."""
    return [int(f"{value}") for value in read_all(ranges(limits), chosen).values()]


def _macs(words: Words, chosen: Chosen) -> Value:
    return _count(sum(map(cost.macs, _operations(words, chosen))))


def _params(words: Words, chosen: Chosen) -> Value:
    return _count(sum(map(cost.params, _operations(words, chosen))))


def _peak(words: Words, chosen: Chosen) -> Value:
    """The most activations alive at once, in bytes of int8."""
    peak = _traced(words, chosen).peak_bytes(1)
    return Value(peak, short_bytes(peak))


def _peak_map(words: Words, chosen: Chosen) -> Value:
    """The largest map of the operation with that peak: channels, height, width."""
    traced = _traced(words, chosen)
    live = traced.live_bytes(1)
    op = traced.operations[live.index(max(live))]
    shape = max((*op.in_shapes, op.out_shape), key=prod)
    return Value(prod(shape), "×".join(map(str, shape)))


def _blocks(words: Words, chosen: Chosen) -> Value:
    """All blocks of a network, or those of one kind."""
    kinds = [block.kind for block in _traced(words, chosen).blocks]
    if len(words) == 1:
        return _whole(len(kinds))
    return _whole(kinds.count(Word(tuple(dict.fromkeys(kinds))).read("kind", words[1])))


def _with_se(words: Words, chosen: Chosen) -> Value:
    return _whole(len(se_blocks(_traced(words, chosen))))


def _top1(words: Words, chosen: Chosen) -> Value:
    """The accuracy that a paper prints, with its source."""
    config = _traced(words, chosen).config
    asked = (config.width, config.resolution, ())
    for claim in config.network.claims:
        is_paper = claim.usable and "paper" in claim.source
        if claim.top1 and is_paper and (claim.width, claim.resolution, claim.options) == asked:
            return Value(claim.top1, f"{claim.top1:g} % ({claim.citation})")
    raise ConfigError("network", words[0], "one with an accuracy published for this configuration")


def _convolution(words: Words, chosen: Chosen) -> Value:
    """MACs of one of the convolutions on the page Convolution cost."""
    costs = convolution_cost(*_whole_numbers(CONVOLUTION, chosen))
    rows = dict(zip(("standard", "depthwise", "pointwise", "separable"), costs.rows(), strict=True))
    return _whole(rows[Word(tuple(rows)).read("convolution", words[0])].macs)


def _rounded(words: Words, _chosen: Chosen) -> Value:
    wanted = Number(0.5, 4096, None, whole=False).read("channels", words[0])
    return _whole(make_divisible(wanted, DIVISOR))


def _tail(words: Words, _chosen: Chosen) -> Value:
    """MACs of V3's last stage before and after, or what is saved."""
    before, after = last_stage().macs
    found = {"before": before, "after": after, "saved": before - after}
    return _count(found[Word(tuple(found)).read("stage", words[0])])


def _by_kind(words: Words, chosen: Chosen) -> KindRow:
    """The row of the page Hardware, at int8 and batch 1."""
    own = {name: text for name, text in chosen.items() if name not in DEVICE}
    ridge = read_all(DEVICE, {name: chosen[name] for name in DEVICE if name in chosen})["ridge"]
    assert isinstance(ridge, float)  # its field has seen to it
    rows = kind_rows(roof_rows(_traced(words, own), ridge, BYTES["int8"]))
    kind = KINDS[Word(tuple(KINDS)).read("kind", words[1])]
    return next(row for row in rows if row.kind == kind)


def _time(words: Words, chosen: Chosen) -> Value:
    return _share(_by_kind(words, chosen).time / 100)


def _work(words: Words, chosen: Chosen) -> Value:
    return _share(_by_kind(words, chosen).macs / 100)


def _fused(_words: Words, chosen: Chosen) -> Value:
    """MACs of the fused block over those of the separable one."""
    fused, separable = fused_and_separable(*_whole_numbers(FUSED_LIMITS, chosen))
    ratio = fused.macs / separable.macs
    return Value(ratio, times(ratio))


def _crossing(_words: Words, chosen: Chosen) -> Value:
    """The first ridge point at which the fused block is at least as fast."""
    found = crossing(fused_points(fused_and_separable(*_whole_numbers(FUSED_LIMITS, chosen))))
    if found is None:
        raise ConfigError("fused", "slower everywhere", "a block that is faster at some ridge")
    return _whole(found)


@dataclass(frozen=True, slots=True)
class Named:
    """A named value: what computes it, how many words it takes, an example, what it is."""

    compute: Callable[[Words, Chosen], Value]
    words: tuple[int, int]  # fewest, most
    example: str
    about: str


NAMES: dict[str, Named] = {
    "macs": Named(_macs, (1, 2), "macs v1 pointwise", "multiply-adds, or those of one part"),
    "params": Named(_params, (1, 2), "params v1 classifier", "parameters, or those of one part"),
    "peak": Named(_peak, (1, 1), "peak v2", "most activation memory, int8"),
    "peak_map": Named(_peak_map, (1, 1), "peak_map v2", "the largest map at that moment"),
    "blocks": Named(_blocks, (1, 2), "blocks v1 separable", "blocks, or those of one kind"),
    "with_se": Named(_with_se, (1, 1), "with_se v3-large", "blocks with SE"),
    "top1": Named(_top1, (1, 1), "top1 v2", "published accuracy, with its source"),
    "convolution": Named(
        _convolution,
        (1, 1),
        "convolution standard m=3 n=4",
        "multiply-adds on the page Convolution cost; also depthwise, pointwise, separable",
    ),
    "rounded": Named(_rounded, (1, 1), "rounded 18", "channels in multiples of 8"),
    "tail": Named(_tail, (1, 1), "tail saved", "V3's last stage; also before, after"),
    "work": Named(_work, (2, 2), "work v1 depthwise", "share of multiply-adds, as on Hardware"),
    "time": Named(_time, (2, 2), "time v1 depthwise ridge=31.2", "share of time there, int8"),
    "fused": Named(_fused, (0, 0), "fused", "multiply-adds of the fused block over the separable"),
    "crossing": Named(_crossing, (0, 0), "crossing", "ridge point from which it is faster"),
}
JOINED = ("percent", "ratio")


@cache
def value_of(expression: str) -> Value:
    """The value of what stands between braces. Raises ``ConfigError``."""
    first, _space, rest = expression.strip().partition(" ")
    if first == "exact":
        value = value_of(rest)
        return Value(value.number, f"{value.number:,.0f}")
    if first not in JOINED:
        return _named(expression.split())
    left, slash, right = rest.partition("/")
    if not slash:
        raise ConfigError(first, rest, "two values with a slash between")
    ratio = value_of(left).number / value_of(right).number
    return _share(ratio) if first == "percent" else Value(ratio, times(ratio))


def _named(parts: Words) -> Value:
    name, *rest = parts or [""]
    if name not in NAMES:
        raise ConfigError("value", name, one_of([*NAMES, "exact", *JOINED]))
    words = [part for part in rest if "=" not in part]
    fewest, most = NAMES[name].words
    if not fewest <= len(words) <= most:
        raise ConfigError(name, " ".join(words), f"written as in {{{NAMES[name].example}}}")
    return NAMES[name].compute(words, dict(part.split("=", 1) for part in rest if "=" in part))
