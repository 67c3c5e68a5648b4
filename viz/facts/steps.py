"""What each step of a recipe did: parameters, multiply-adds, bytes of weights, and the arena.

Bytes are those of TFLite Micro (``micro``, ``arena``), in float32 until a step says whole numbers.
What no file has, bits that are simulated and blocks that stay in float, has no bytes here.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

from viz.facts.arena import Arena, arena_of
from viz.facts.micro import Call, Program, program_of
from viz.facts.patches import patched, patches_of
from viz.facts.rows import Table, table_of
from viz.net.fields import ConfigError
from viz.net.notebook import Bundle, Sheet, bundle_of
from viz.net.recipe import Recipe, recipe_of
from viz.net.scheme import Scheme
from viz.net.trace import Trace, trace_config
from viz.text import change

COUNTED = {
    "params": "parameters",
    "macs": "MACs",
    "weight_bytes": "weights (bytes)",
    "arena_bytes": "arena (bytes)",
    "peak_bytes": "peak (bytes)",
}
CHANGED = {"params": "params", "macs": "MACs", "weight_bytes": "weights", "arena_bytes": "arena"}
ACCURACY = "accuracy"
UNKNOWN = "–"


class StepRow(NamedTuple):
    """A network after a step; the first row is the network itself.

    ``arena_bytes`` are TFLite Micro's, ``peak_bytes`` what is alive in the fullest moment. None is
    not known. ``accuracy`` is a share from 0 to 1, where it was measured. ``change`` says what
    differs from the row before.
    """

    step: str
    params: int | None
    macs: int | None
    weight_bytes: int | None
    arena_bytes: int | None
    peak_bytes: int | None
    change: str = ""
    accuracy: float | None = None


@dataclass(frozen=True)
class RecipeSteps:
    """A recipe and what each of its steps did. Build it with ``viz.recipe``.

    ``given`` (int8 or float32) is the type of the last step's input, empty for the network's own;
    ``depthwise_in_place`` is as for ``viz.arena``. ``accuracy`` is what was measured before and
    after quantising.
    """

    recipe: Recipe
    given: str = ""
    depthwise_in_place: bool = False
    accuracy: tuple[float, float] | None = None

    @property
    def text(self) -> str:
        """The recipe in its one spelling."""
        return self.recipe.text

    @property
    def file_name(self) -> str:
        """The recipe as a file's name, without suffix."""
        return self.recipe.file_name

    def trace(self) -> Trace:
        """The network as a trace: what its operations are, whatever they are computed in."""
        return trace_config(self.recipe.config)

    def arena(self) -> Arena:
        """The plan of its memory. Raises ``ConfigError`` where nothing can plan it."""
        found = _arena(self.recipe, self.given, in_place=self.depthwise_in_place)
        if found is None:
            raise ConfigError("recipe", self.text, "in 8 bits throughout: others have no arena")
        return found

    def without(self, number: int) -> "RecipeSteps":
        """The same with a step undone, counted from 1. Raises ``ConfigError``."""
        return checked(replace(self, recipe=self.recipe.without(number), accuracy=None))

    def measured(self, before: float, after: float) -> "RecipeSteps":
        """With shares of right answers (0 to 1), before and after quantising."""
        return replace(self, accuracy=(before, after))

    @cached_property
    def rows(self) -> tuple[StepRow, ...]:
        """The network, then what it is after each step."""
        count = len(self.recipe.steps) + 1
        rows = [self._row(number, last=number + 1 == count) for number in range(count)]
        told = ["", *(_change(*pair) for pair in pairwise(rows))]
        return tuple(row._replace(change=text) for row, text in zip(rows, told, strict=True))

    def as_json(self) -> dict[str, Any]:
        """As JSON's values: the name, that of files, and the rows."""
        steps = [row._asdict() for row in self.rows]
        return {"text": self.text, "file_name": self.file_name, "steps": steps}

    def _row(self, number: int, *, last: bool) -> StepRow:
        step = [self.recipe.start, *self.recipe.steps][number]
        recipe = self.recipe.first(number)
        try:
            given = self.given if bool(recipe.scheme) == bool(self.recipe.scheme) else ""
            found = _counted(recipe, given, in_place=self.depthwise_in_place)
        except ConfigError:  # a map that vanishes until a later step is done
            if last:
                raise
            found = (None, None, None, None, None)
        return StepRow(step, *found, accuracy=self._accuracy(number))

    def _accuracy(self, number: int) -> float | None:
        """Pieces change no answer; what precedes the last step in float was not measured."""
        if self.accuracy is None or self.recipe.scheme is None:
            return None
        quantised = len(self.recipe.steps) - (self.recipe.patches is not None)
        before, after = self.accuracy
        return after if number >= quantised else before if number == quantised - 1 else None

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> Bundle:
        """A line for each step."""
        table = table_of_steps(self.rows)
        lines = tuple(tuple(map(_cell, line)) for line in table.lines)
        return bundle_of(Sheet(self.text, table.headings, lines))


def recipe_steps(text: str | Recipe) -> RecipeSteps:
    """Read a recipe and check that it can be carried out. Raises ``ConfigError``."""
    return checked(RecipeSteps(text if isinstance(text, Recipe) else recipe_of(text)))


def checked(steps: RecipeSteps) -> RecipeSteps:
    """The same, if the network can be and its pieces are some of its blocks'."""
    traced = steps.trace()
    if steps.recipe.patches:
        patches_of(traced, *steps.recipe.patches)
    return steps


def table_of_steps(rows: Sequence[StepRow]) -> Table:
    """The rows with headings; accuracy only where it was measured."""
    measured = {ACCURACY: ACCURACY} if any(row.accuracy is not None for row in rows) else {}
    return table_of(rows, {"step": "step", **COUNTED, **measured, "change": "change"})


Counts = tuple[int | None, int | None, int | None, int | None, int | None]


def _counted(recipe: Recipe, given: str, *, in_place: bool) -> Counts:
    traced = trace_config(recipe.config)
    extra = patches_of(traced, *recipe.patches).extra_macs if recipe.patches else 0
    arena = _arena(recipe, given, in_place=in_place)
    if arena is None:
        return traced.params, traced.macs + extra, None, None, None
    bytes_ = (arena.flash, arena.total, arena.peak.live_bytes)
    return traced.params, traced.macs + extra, *bytes_


def _arena(recipe: Recipe, given: str, *, in_place: bool) -> Arena | None:
    """The plan; None where nobody can write the file."""
    traced, scheme = trace_config(recipe.config), recipe.scheme
    if scheme and not _is_whole(scheme, traced):
        return None
    program = program_of(traced, "int8" if scheme else "float32", given)
    if scheme and not scheme.per_channel:
        program = _with_one_scale(program)
    if recipe.patches:
        program = patched(program, traced, patches_of(traced, *recipe.patches))
    return arena_of(program, depthwise_in_place=in_place)


def _is_whole(scheme: Scheme, traced: Trace) -> bool:
    """Whether every operation is in 8 bits."""
    has_hswish = any(op.activation == "hardswish" for op in traced.operations)
    keeps = bool(scheme.kept) or (scheme.float_hswish and has_hswish)
    return not scheme.is_simulated and not keeps


def _with_one_scale(program: Program) -> Program:
    """The same with one scale for all filters of a layer."""
    return program._replace(calls=tuple(map(_one_scale, program.calls)))


def _one_scale(call: Call) -> Call:
    constants = tuple(each._replace(scales=min(each.scales, 1)) for each in call.constants)
    return call._replace(constants=constants)


def _change(before: StepRow, after: StepRow) -> str:
    """What differs, as percent."""
    found = []
    for name, label in CHANGED.items():
        old, new = getattr(before, name), getattr(after, name)
        if old and new and old != new:
            found.append(f"{label} {change(new / old)}")
    if before.arena_bytes is not None and after.arena_bytes is None:
        found.append("bytes not known")
    return ", ".join(found) or "no change"


def _cell(value: object) -> int | str:
    if isinstance(value, float):
        return f"{value:.1%}"
    return value if isinstance(value, int | str) else UNKNOWN
