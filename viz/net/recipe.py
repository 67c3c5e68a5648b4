"""A network's whole name: where it starts, and each step that makes it what runs.

``v2 | width 0.35 | int8 per-channel | patches 4x3`` is a configuration with a scheme of quantising
and the pieces in which its first blocks run. The order says what is done to what: rows of one's
own, then what is chosen of the network (in any order), then whole numbers, then pieces. A name is
written in one way: default choices left out, choices in the order of ``fields_of``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, NoReturn

from viz.net.config import DEPTH, NUMBERS, OPTIONS, RULE, Config, fields_of
from viz.net.design import BETWEEN_ROWS, KEY, design, rows_of, write
from viz.net.fields import ConfigError, Switch, one_of
from viz.net.names import LIBRARY_NAMES, meaning
from viz.net.scheme import Scheme, scheme_of
from viz.net.words import config_of, config_of_file_name, file_name_of, words_of
from viz.net.zoo import ZOO

BETWEEN = "|"
LONGEST = 2_500  # characters; a design has up to 1,800
INT8, PATCHES = "int8", "patches"
CHOICES = (*NUMBERS, DEPTH, RULE, *OPTIONS)
ORDER = {KEY: 0, **dict.fromkeys(CHOICES, 1), INT8: 2, PATCHES: 3}  # ranks of steps
IN_ORDER = f"first {KEY}, then what is chosen of the network, then {INT8}, then {PATCHES}"
PIECES = "KxN: the first K blocks in N x N pieces, such as patches 4x3"
_BITS = re.compile(r"int([2-8])")
_PIECES = re.compile(r"(\d{1,3}) ?[x×] ?(\d{1,3})")
_FILE = re.compile(r"(.+?)(?:_(int[2-8])-([^_]+))?(?:_patches(\d+x\d+))?")
_KEPT = re.compile(r"\bfloat(?=\d)")


@dataclass(frozen=True, slots=True)
class Recipe:
    """A configuration, how it is quantised (None: float32), and its pieces: (blocks, cuts)."""

    config: Config
    scheme: Scheme | None = None
    patches: tuple[int, int] | None = None

    @property
    def start(self) -> str:
        """The network of the zoo that the first step is done to."""
        return self.config.design.start if self.config.design else self.config.variant

    @property
    def steps(self) -> tuple[str, ...]:
        """Each step as it is written."""
        own, words = self.config.design, words_of(self.config)
        rows = [f"{KEY} {BETWEEN_ROWS.join(rows_of(own))}"] if own else []
        chosen = [_written(self.config, name, text) for name, text in words.items() if name != KEY]
        quantised = [_scheme_text(self.scheme, " ", ",")] if self.scheme else []
        return (*rows, *chosen, *quantised, *_patches_text(self.patches, " "))

    @property
    def text(self) -> str:
        """The name, which ``recipe_of`` reads back."""
        return _joined(self.start, self.steps)

    @property
    def file_name(self) -> str:
        """The name for files, without suffix; that of a design cannot be read back."""
        quantised = [_scheme_text(self.scheme, "-", ".")] if self.scheme else []
        words = [*quantised, *_patches_text(self.patches, "")]
        return "_".join([file_name_of(self.config), *(word.replace("=", "") for word in words)])

    def first(self, count: int) -> "Recipe":
        """What it is after so many steps."""
        return recipe_of(_joined(self.start, self.steps[:count]))

    def without(self, number: int) -> "Recipe":
        """The same with a step undone, counted from 1. Raises ``ConfigError``."""
        left = [step for at, step in enumerate(self.steps, start=1) if at != number]
        return recipe_of(_joined(self.start, left))


def _joined(start: str, steps: Sequence[str]) -> str:
    return f" {BETWEEN} ".join([start, *steps])


def _written(config: Config, name: str, text: str) -> str:
    return name if isinstance(fields_of(config.network)[name], Switch) else f"{name} {text}"


def _scheme_text(scheme: Scheme, space: str, comma: str) -> str:
    return f"int{scheme.bits}{space}{comma.join(scheme.words)}"


def _patches_text(patches: tuple[int, int] | None, space: str) -> list[str]:
    return [f"{PATCHES}{space}{patches[0]}x{patches[1]}"] if patches else []


# Reading


class _Step(NamedTuple):
    """A step of a text: ``word`` says what it is about, ``rest`` what it makes of that."""

    number: int
    text: str
    word: str
    rest: str

    def refuse(self, allowed: str) -> NoReturn:
        raise ConfigError(f"step {self.number}", self.text, allowed)


def recipe_of(text: str) -> Recipe:
    """Read a recipe. Raises ``ConfigError`` that names the step and says what is allowed."""
    if len(text) > LONGEST:
        raise ConfigError("recipe", text, f"at most {LONGEST:,} characters long")
    name, *parts = (" ".join(part.split()) for part in text.split(BETWEEN))
    _check_network(name)
    steps = [_read(number, part) for number, part in enumerate(parts, start=1)]
    _check_order(steps)
    found = {step.word: step for step in steps}
    own = _design(name, found.pop(KEY, None))
    quantised, pieces = found.pop(INT8, None), found.pop(PATCHES, None)
    config = config_of(KEY if own else name, own | {w: _value(s) for w, s in found.items()})
    return Recipe(config, quantised and _scheme(quantised), pieces and _pieces(pieces))


def _check_network(name: str) -> None:
    if name == KEY:
        allowed = f"a network, with the rows of its design as a step: v2 {BETWEEN} {KEY} ROWS"
        raise ConfigError("network", name, allowed)
    if meaning(name)[0] not in ZOO:
        raise ConfigError("network", name, one_of(tuple(ZOO), name, tuple(LIBRARY_NAMES)))


def _read(number: int, part: str) -> _Step:
    word, _, rest = part.partition(" ")
    step = _Step(number, part, INT8 if _BITS.fullmatch(word) else word, rest)
    if step.word not in ORDER:
        step.refuse(one_of(tuple(ORDER), word))
    return step


def _check_order(steps: Sequence[_Step]) -> None:
    """Each once, and none before what it is done to."""
    said: dict[str, int] = {}
    for step in steps:
        if step.word in said:
            step.refuse(f"left out: step {said[step.word]} says {step.word} already")
        said[step.word] = step.number
    for before, step in pairwise(steps):
        if ORDER[step.word] < ORDER[before.word]:
            step.refuse(f"before {before.word}: {IN_ORDER}")


def _design(name: str, step: _Step | None) -> dict[str, str]:
    """The words of a design that starts from a network; none where there is no such step."""
    if step is None:
        return {}
    if name not in ZOO:
        step.refuse(f"done to {meaning(name)[0]}, with width and options as steps behind it")
    return {KEY: write(design(step.rest, name))}


def _value(step: _Step) -> str:
    """What is chosen, as text. An option is on by being said."""
    if step.word not in OPTIONS:
        return step.rest
    if step.rest:
        step.refuse(f"{step.word} alone; left out it is off")
    return "true"


def _scheme(step: _Step) -> Scheme:
    word = step.text.partition(" ")[0]
    words = [*step.rest.replace(",", " ").split(), f"bits={word[3:]}"]
    return scheme_of(",".join(words), f"step {step.number}, {word}")


def _pieces(step: _Step) -> tuple[int, int]:
    found = _PIECES.fullmatch(step.rest)
    if found is None:
        step.refuse(PIECES)
    return int(found[1]), int(found[2])


def recipe_of_file_name(name: str) -> Recipe:
    """The recipe that a file name says, without suffix. Raises ``ConfigError``."""
    found = _FILE.fullmatch(name)
    config = config_of_file_name(found[1] if found else name)
    _, word, scheme, pieces = found.groups() if found else ("", "", "", "")
    said = [f"{word} {_KEPT.sub('float=', scheme.replace('.', ','))}"] if word else []
    said += [f"{PATCHES} {pieces}"] if pieces else []
    return recipe_of(_joined(config.variant, [*Recipe(config).steps, *said]))
