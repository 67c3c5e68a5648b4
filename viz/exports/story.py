"""A story as slides: a step's picture on each, its question, answer and notes below it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from viz.drawing.engine import Diagram
from viz.exports.figures import FIGURES, figure_of
from viz.exports.lecture import DEFAULT_ADDRESS, Page
from viz.exports.request import LOOKS, request_of
from viz.facts.rows import Table
from viz.net.config import DEPTH, NUMBERS, OPTIONS, RULE
from viz.story.story import Step, Story, filled

# The figure that a page, at one of its parts, shows first.
PICTURES = {
    ("home", ""): "ideas",
    ("convolution", ""): "convolution",
    ("convolution", "size"): "windows",
    ("scaling", ""): "scaling",
    ("rounding", ""): "staircase",
    ("linear", ""): "spirals",
    ("residual", ""): "residual",
    ("squeeze", "widths"): "squeeze",
    ("activations", ""): "activations",
    ("tail", ""): "last-stage",
    ("tail", "stem"): "stem",
    ("compound", ""): "compound",
    ("universal", ""): "faces",
    ("universal", "fused"): "fused",
    ("hardware", ""): "roofline",
    ("hardware", "ranking"): "ranking",
    ("hardware", "published"): "latency",
}
NETWORKS = ("architecture", "design")
CHOICES = ("network", RULE, DEPTH, *NUMBERS, *OPTIONS)
DEFAULT, SECOND = "v3-large", "v3-small"


@dataclass(frozen=True, slots=True)
class StoryLecture:
    """A story's pages for a deck; ``address`` is where the Atlas runs, for links."""

    story: Story
    address: str = DEFAULT_ADDRESS

    @property
    def title(self) -> str:
        """The story's own."""
        return self.story.title

    @property
    def about(self) -> str:
        """What stands below the title."""
        return self.story.about

    def pages(self) -> list[Page]:
        """A page for each step."""
        return [_page(step) for step in self.story.steps]


def _page(step: Step) -> Page:
    guesses = [f"{'✓' if guess.is_right else '–'} {filled(guess.text)}" for guess in step.guesses]
    answer = step.answer.replace("**", "")
    notes = "\n".join([step.question, *guesses, answer, *[step.notes] * bool(step.notes)])
    made = _made(step)
    if made is None:
        table = Table(("question",), ((step.question,),))
        return Page(step.title, notes, step.view.address, table=table)
    if isinstance(made, Diagram):
        return Page(step.title, notes, step.view.address, scene=made.scene)
    return Page(step.title, notes, step.view.address, chart=made.titled(step.title))


def _made(step: Step) -> Any:
    """The picture of a step's view: a diagram or a chart, or None for a page that has none."""
    page, params = step.view.page, step.view.params
    if page in NETWORKS:
        own = {name: params[name] for name in params if name in LOOKS and name != "block"}
        choices = {name: text for name, text in _choices(params).items() if name != "network"}
        return request_of(params.get("network", DEFAULT), own | choices).diagram
    if page == "compare":
        names = f"{params.get('network', DEFAULT)},{params.get('b_network', SECOND)}"
        rest = {n: t for n, t in params.items() if n.removeprefix("b_") in CHOICES}
        return figure_of(
            names, {n: t for n, t in rest.items() if not n.endswith("network")}
        ).picture
    name = PICTURES.get((page, params.get("part", "")), PICTURES.get((page, "")))
    if name is None:
        return None
    kind = FIGURES[name]
    asked = {n: text for n, text in params.items() if n in kind.fields}
    return figure_of(name, asked | (_choices(params) if kind.default else {})).picture


def _choices(params: Mapping[str, str]) -> dict[str, str]:
    """What a link says of its page's network."""
    return {name: text for name, text in params.items() if name in CHOICES}
