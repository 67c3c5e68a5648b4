"""How a network is quantised: a value that a command line, a link and Python write alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from viz.net.fields import ConfigError, Number

EIGHT = 8
BITS = Number(2, EIGHT, EIGHT)
BLOCK = Number(0, 999, None)
METHODS = ("minmax", "percentile", "entropy")
ALLOWED = (
    "words with commas: per-tensor or per-channel, symmetric or asymmetric, unsigned or signed, "
    "minmax, percentile or entropy, reduce-range, float-hswish, float=0+16 (blocks), bits=2 to 8"
)


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to quantise; the defaults are those of onnxruntime's quantiser, maps unsigned.

    ``per_channel``: weights have a scale for each output channel. ``symmetric`` weights have
    zero point 0. ``signed``: maps are int8 instead of uint8. ``method`` is how ranges of maps are
    chosen in calibration. ``reduce_range``: weights have 7 bits. ``float_hswish`` leaves h-swish,
    and the convolution before it, in float, as well as the blocks numbered in ``kept``.
    ``bits`` below 8 are simulated.
    """

    per_channel: bool = False
    symmetric: bool = True
    signed: bool = False
    method: str = "minmax"
    reduce_range: bool = False
    float_hswish: bool = False
    kept: tuple[int, ...] = ()
    bits: int = 8

    @property
    def is_simulated(self) -> bool:
        """Whether no kernel has so few bits."""
        return self.bits < EIGHT

    @property
    def words(self) -> tuple[str, ...]:
        """What differs from the defaults, and the weights' grain; without the bits."""
        return tuple(_words(self))

    @property
    def text(self) -> str:
        """As ``--scheme`` has it: what differs from the defaults, and the weights' grain."""
        words = [*self.words]
        words += [f"bits={self.bits}"] * self.is_simulated
        return ",".join(words)


def _words(scheme: Scheme) -> list[str]:
    words = ["per-channel" if scheme.per_channel else "per-tensor"]
    words += ["asymmetric"] * (not scheme.symmetric)
    words += ["signed"] * scheme.signed
    words += [scheme.method] * (scheme.method != METHODS[0])
    words += ["reduce-range"] * scheme.reduce_range
    words += ["float-hswish"] * scheme.float_hswish
    words += ["float=" + "+".join(map(str, scheme.kept))] * bool(scheme.kept)
    return words


_WORDS: dict[str, dict[str, object]] = {
    "per-tensor": {"per_channel": False},
    "per-channel": {"per_channel": True},
    "symmetric": {"symmetric": True},
    "asymmetric": {"symmetric": False},
    "unsigned": {"signed": False},
    "signed": {"signed": True},
    "reduce-range": {"reduce_range": True},
    "float-hswish": {"float_hswish": True},
    **{method: {"method": method} for method in METHODS},
}


def scheme_of(text: str, name: str = "--scheme") -> Scheme:
    """Read a scheme; an empty text is the default. Raises ``ConfigError``, which says ``name``."""
    found: dict[str, object] = {}
    for word in filter(None, (part.strip() for part in text.split(","))):
        given = _given(name, word)
        if said := given.keys() & found.keys():
            raise ConfigError(name, text, f"without two words for {said.pop()}")
        found |= given
    return _checked(replace(Scheme(), **found))  # type: ignore[arg-type]  # as the tables have them


def _given(name: str, word: str) -> dict[str, object]:
    key, equals, value = word.partition("=")
    if equals and key in _NUMBERS:
        return _NUMBERS[key](value)
    if word not in _WORDS:
        raise ConfigError(name, word, ALLOWED)
    return _WORDS[word]


def _kept(value: str) -> dict[str, object]:
    blocks = {int(BLOCK.read("float", part)) for part in value.split("+")}
    return {"kept": tuple(sorted(blocks))}


_NUMBERS: dict[str, Callable[[str], dict[str, object]]] = {
    "float": _kept,
    "bits": lambda value: {"bits": int(BITS.read("bits", value))},
}


def _checked(scheme: Scheme) -> Scheme:
    """The scheme, if its parts go together. Raises ``ConfigError``."""
    if scheme.per_channel and not scheme.symmetric:  # kernels want one zero point for all channels
        raise ConfigError("weights", "asymmetric", "symmetric where they are per-channel")
    if scheme.is_simulated:
        if scheme.method != METHODS[0]:
            raise ConfigError("method", scheme.method, "minmax with fewer than 8 bits")
        if scheme.reduce_range:
            raise ConfigError("reduce-range", "true", "left out with fewer than 8 bits")
    return scheme
