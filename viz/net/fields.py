"""What a parameter may be: read from text (a URL, a command line), written as text, and sampled.

Addresses, pages, the command line and the tests take their parameters from these records, so that
each is checked by the same rule and the same mistake gets the same sentence.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

TRUE_WORDS = frozenset({"true", "1", "yes", "on"})
FALSE_WORDS = frozenset({"false", "0", "no", "off"})
SHOWN = 40  # characters of a bad value
NEAR = 0.7  # how alike two words are of which one may be meant for the other


class ConfigError(ValueError):
    """A choice that is not allowed; the message names field, value and what is allowed."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field, self.allowed = field, allowed
        whole = isinstance(value, float) and value.is_integer()
        shown = repr(value) if isinstance(value, str) else f"{value:.0f}" if whole else f"{value}"
        super().__init__(f"{_cut(field)} is {_cut(shown)}, but must be {allowed}.")


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


Resolution = int | tuple[int, int]  # a square's side, or height and width, in pixels


def sides_of(size: Resolution) -> tuple[int, int]:
    """Height and width, in pixels."""
    return (size, size) if isinstance(size, int) else size


def size_text(value: object, cross: str = "×") -> str:
    """One number for a square, else both sides."""
    return cross.join(map(str, value)) if isinstance(value, (tuple, list)) else f"{value}"


def number_text(value: float) -> str:
    """A number in as few digits as give it back exactly."""
    return repr(value).removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Number:
    """A number from ``low`` to ``high``, both included, whole unless said otherwise.

    The default may be None: nothing is chosen. ``only`` are the numbers that there are, where
    these are few.
    """

    low: float
    high: float
    default: float | None
    step: float = 1
    whole: bool = True
    only: tuple[int, ...] = ()

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        if self.only:
            return one_of([str(number) for number in self.only])
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} from {self.low:,} to {self.high:,}"

    @property
    def samples(self) -> tuple[str, ...]:
        """Texts at both ends."""
        return number_text(self.low), number_text(self.high)

    def check(self, name: str, value: object) -> float:
        """The number, int where it must be whole. Raises ``ConfigError``."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ConfigError(name, value, self.allowed)
        if not self.low <= value <= self.high or not math.isfinite(value):
            raise ConfigError(name, value, self.allowed)
        if self.only and value not in self.only:
            raise ConfigError(name, value, self.allowed)
        if not self.whole:
            return float(value)
        if value != int(value):
            raise ConfigError(name, value, self.allowed)
        return int(value)

    def read(self, name: str, text: str) -> float:
        """The number in ``text``. Raises ``ConfigError``."""
        try:
            value = float(text)
        except ValueError:
            raise ConfigError(name, text, self.allowed) from None
        return self.check(name, value)

    def write(self, value: object) -> str:
        """The number as text."""
        assert isinstance(value, (int, float))
        return number_text(value)


@dataclass(frozen=True, slots=True)
class Size:
    """Height and width of an image in pixels: one number for a square, else two with an x between.

    The value is an int for a square, else (height, width).
    """

    low: int
    high: int
    default: int

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        whole = f"a whole number from {self.low:,} to {self.high:,}"
        return f"{whole}, or height and width such as 224x448"

    @property
    def samples(self) -> tuple[str, ...]:
        """Texts at both ends."""
        return f"{self.low}", f"{self.low}x{self.high}", f"{self.high}"

    def check(self, name: str, value: object) -> Resolution:
        """The size, an int where both sides are equal. Raises ``ConfigError``."""
        if isinstance(value, str):
            return self.read(name, value)
        both = value if isinstance(value, (tuple, list)) else (value, value)
        if len(both) != 2:
            raise ConfigError(name, value, self.allowed)
        height, width = (self._side(name, value, side) for side in both)
        return height if height == width else (height, width)

    def _side(self, name: str, value: object, side: object) -> int:
        try:
            return int(Number(self.low, self.high, None).check(name, side))
        except ConfigError:
            raise ConfigError(name, value, self.allowed) from None

    def read(self, name: str, text: str) -> Resolution:
        """The size in ``text``. Raises ``ConfigError``."""
        sides = text.lower().replace("×", "x").split("x")
        try:
            both = [float(side) for side in (sides if len(sides) == 2 else [text, text])]
            return self.check(name, both)
        except (ValueError, ConfigError):
            raise ConfigError(name, text, self.allowed) from None

    def write(self, value: object) -> str:
        """The size as text."""
        return size_text(value, "x")


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off."""

    default: bool = False

    @property
    def samples(self) -> tuple[str, ...]:
        """Both."""
        return "true", "false"

    def read(self, name: str, text: str) -> bool:
        """Raises ``ConfigError``."""
        word = text.strip().lower()
        if word in TRUE_WORDS | FALSE_WORDS:
            return word in TRUE_WORDS
        raise ConfigError(name, text, "true or false")

    def write(self, value: object) -> str:
        """The word for it."""
        return str(bool(value)).lower()


@dataclass(frozen=True, slots=True)
class Word:
    """One of some keys; capitals do not matter. ``old`` are words that links used to have.

    The default may be empty: nothing is chosen.
    """

    words: tuple[str, ...]
    default: str = ""
    old: Mapping[str, str] = field(default_factory=dict)

    @property
    def samples(self) -> tuple[str, ...]:
        """The first and the last."""
        return tuple(dict.fromkeys((self.words[0], self.words[-1]))) if self.words else ()

    def read(self, name: str, text: str) -> str:
        """The key. Raises ``ConfigError``."""
        wanted = text.strip().lower()
        for word in self.words:
            if word.lower() == wanted:
                return word
        for word, key in self.old.items():
            if word.lower() == wanted:
                return key
        raise ConfigError(name, text, one_of(self.words, text))

    def write(self, value: object) -> str:
        """The key."""
        return str(value)


@dataclass(frozen=True, slots=True)
class Words:
    """Some of the keys, separated by commas or given several times."""

    words: tuple[str, ...]
    default: tuple[str, ...] = ()
    old: Mapping[str, str] = field(default_factory=dict)

    @property
    def samples(self) -> tuple[str, ...]:
        """All, and the last alone."""
        return ",".join(self.words), self.words[-1]

    def read(self, name: str, text: str) -> tuple[str, ...]:
        """The keys, each once. Raises ``ConfigError``."""
        word = Word(self.words, old=self.old)
        return tuple(dict.fromkeys(word.read(name, part) for part in text.split(",") if part))

    def write(self, value: object) -> str:
        """The keys with commas."""
        assert isinstance(value, (tuple, list))
        return ",".join(value)


@dataclass(frozen=True, slots=True)
class Text:
    """Any text up to a length; what is longer is cut off."""

    longest: int
    default: str = ""

    @property
    def samples(self) -> tuple[str, ...]:
        """A letter, and as many as there may be."""
        return "a", "a" * self.longest

    def read(self, _name: str, text: str) -> str:
        """The text."""
        return text[: self.longest]

    def write(self, value: object) -> str:
        """The text."""
        return str(value)


Field = Number | Size | Switch | Word | Words | Text
Values = dict[str, object]


def one_of(words: Sequence[str], given: str = "", more: Sequence[str] = ()) -> str:
    """What is allowed, in words, with what comes nearest to a word that was ``given``.

    ``more`` are allowed too, but too many to be listed.
    """
    near = nearest(given, [*words, *more])
    return "one of " + ", ".join(words) + (f"; the nearest is {near}" if near else "")


def nearest(given: str, words: Sequence[str]) -> str:
    """The word that a mistyped one was meant to be; empty where none is near."""
    if not 1 < len(given) <= SHOWN:
        return ""
    return next(iter(get_close_matches(given.strip().lower(), words, 1, NEAR)), "")


def ranges(limits: Mapping[str, tuple[int, int, int]]) -> dict[str, Field]:
    """Whole numbers from name -> (lowest, highest, default)."""
    return {name: Number(*ends) for name, ends in limits.items()}


def read_all(
    fields: Mapping[str, Field], params: Mapping[str, str], others: Sequence[str] = ()
) -> Values:
    """Every field's value from texts, its default where nothing is said.

    Raises ``ConfigError``, also for a name that is no field; ``others`` are names that may be said
    beside them.
    """
    for name in params:
        if name not in fields:
            known = list(dict.fromkeys([*fields, *others]))
            raise ConfigError("option", name, one_of(known, name))
    return {
        name: field.read(name, params[name]) if name in params else field.default
        for name, field in fields.items()
    }


def write_all(fields: Mapping[str, Field], values: Mapping[str, object]) -> dict[str, str]:
    """Whatever is not the default, as text."""
    return {
        name: field.write(values[name])
        for name, field in fields.items()
        if name in values and values[name] != field.default
    }
