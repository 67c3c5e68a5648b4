"""Stories: Markdown files of steps, read line by line so that each mistake has its line.

``docs/lecture.md`` shows the format; ``start.md`` is the story behind the button **Start**.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from viz.net.fields import ConfigError
from viz.net.zoo import ZOO
from viz.story.values import value_of

FOLDER = Path(__file__).parent
SCHEME = "atlas:"
TEXTS = ("question", "answer", "notes")
MOST_STEPS = 99
MOST_BYTES = 1_000_000
_KEY = re.compile(r"(view|question|answer|notes):\s*(.*)", re.IGNORECASE)
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]*)\)")
_GUESS = re.compile(r"[-*] \[([ xX])\] (.+)")
_VALUE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and in which line of the file."""

    line: int
    text: str


class StoryError(ValueError):
    """A file that is no story; the message has a sentence for each mistake, with file and line."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file, self.problems = file, problems
        super().__init__("\n".join(f"{file}, line {p.line}: {p.text}" for p in problems))


@dataclass(frozen=True, slots=True)
class View:
    """A page of the Atlas with parameters, as a link in line ``line`` names it."""

    label: str
    page: str
    params: Mapping[str, str]
    line: int

    @property
    def address(self) -> str:
        """Path and query of the page, from the app's root."""
        path = "" if self.page == "home" else self.page
        return path + (f"?{urlencode(self.params)}" if self.params else "")


@dataclass(frozen=True, slots=True)
class Guess:
    """An answer to choose."""

    text: str
    is_right: bool
    line: int


@dataclass(frozen=True, slots=True)
class Step:
    """One view with its words; texts hold values in braces until they are ``filled``."""

    title: str
    line: int
    view: View
    guesses: tuple[Guess, ...]
    texts: Mapping[str, str]
    lines: Mapping[str, int]  # where each text begins

    @property
    def question(self) -> str:
        """What is asked; values are computed."""
        return filled(self.texts.get("question", ""))

    @property
    def answer(self) -> str:
        """The answer; values are computed."""
        return filled(self.texts.get("answer", ""))

    @property
    def notes(self) -> str:
        """What a speaker says; values are computed."""
        return filled(self.texts.get("notes", ""))


@dataclass(frozen=True, slots=True)
class Story:
    """A title, what it is about, and steps."""

    title: str
    about: str
    steps: tuple[Step, ...]


def filled(text: str) -> str:
    """The text with a value in place of each pair of braces. Raises ``ConfigError``."""
    return _VALUE.sub(lambda found: value_of(found[1]).text, text)


def text_of(path: Path) -> str:
    """The text of a story's file. Raises ``ConfigError`` and ``OSError``."""
    if path.stat().st_size > MOST_BYTES:
        raise ConfigError("file", path.name, f"at most {MOST_BYTES:,} bytes")
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise ConfigError("file", path.name, "text in UTF-8") from None


def read(text: str, file: str) -> Story:
    """The story that a file holds. Raises ``StoryError``, with all mistakes of its form."""
    reader = _Reader()
    for line, content in enumerate(text.splitlines(), start=1):
        reader.take(line, content.rstrip())
    return reader.story(file)


def problems(story: Story, wrong_in: Callable[[View], list[str]]) -> list[Problem]:
    """Views that lead nowhere, by ``wrong_in``, and values that are none, in the file's order."""
    found = [Problem(step.view.line, text) for step in story.steps for text in wrong_in(step.view)]
    for step in story.steps:
        found += _bad_values(step)
    return sorted(found, key=lambda problem: problem.line)


def _bad_values(step: Step) -> Iterator[Problem]:
    texts = [(step.lines[name], text) for name, text in step.texts.items()]
    for line, text in [*texts, *((guess.line, guess.text) for guess in step.guesses)]:
        for expression in _VALUE.findall(text):
            try:
                value_of(expression)
            except ConfigError as error:
                yield Problem(line, f"in {{{expression}}}: {error}")


def view_of(label: str, target: str, line: int) -> View:
    """The view that a link names: ``atlas:PAGE?...``, or ``atlas:NETWORK?...`` on Architecture."""
    head, _mark, query = target.removeprefix(SCHEME).partition("?")
    params = dict(parse_qsl(query, keep_blank_values=True))
    if head in ZOO:
        return View(label, "architecture", {"network": head, **params}, line)
    return View(label, head, params, line)


@dataclass(slots=True)
class _Draft:
    """A step while it is read."""

    title: str
    line: int
    view: View | None = None
    guesses: list[Guess] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


class _Reader:
    """Takes lines in their order; a line goes on with the text before it, until an empty one."""

    def __init__(self) -> None:
        self.title, self.about = "", ""
        self.drafts: list[_Draft] = []
        self.found: list[Problem] = []
        self.goes_on = ""  # the text that the next line may go on with

    def take(self, line: int, content: str) -> None:
        """Read one line."""
        if not content.strip():
            self.goes_on = ""
        elif content.startswith("## "):
            self.drafts.append(_Draft(content[3:].strip(), line))
            self.goes_on = ""
        elif content.startswith("# ") and not self.drafts:
            self.title = content[2:].strip()
        elif not self.drafts:
            self.about = f"{self.about} {content}".strip()
        else:
            self._take_part(self.drafts[-1], line, content)

    def _take_part(self, draft: _Draft, line: int, content: str) -> None:
        key, guess = _KEY.match(content), _GUESS.match(content)
        if key and key[1].lower() == "view":
            self._take_view(draft, line, key[2])
        elif key:
            self.goes_on = name = key[1].lower()
            if name in draft.texts:
                self._note(line, f"the step has a second {name.capitalize()}.")
            draft.texts[name], draft.lines[name] = key[2], line
        elif guess:
            draft.guesses.append(Guess(guess[2], guess[1] != " ", line))
            self.goes_on = ""
        elif self.goes_on:
            draft.texts[self.goes_on] += f" {content.strip()}"
        else:
            self._note(
                line, "this belongs to nothing; begin it with View:, Question:, Answer: or Notes:."
            )

    def _take_view(self, draft: _Draft, line: int, content: str) -> None:
        link = _LINK.fullmatch(content)
        if link is None or not link[2].startswith(SCHEME):
            self._note(line, "a view is written as View: [words](atlas:PAGE?parameters).")
        elif draft.view is not None:
            self._note(line, "the step has a second View.")
        else:
            draft.view = view_of(link[1], link[2], line)

    def _note(self, line: int, text: str) -> None:
        self.found.append(Problem(line, text))

    def story(self, file: str) -> Story:
        """What was read. Raises ``StoryError``."""
        if not self.title:
            self._note(1, "a story begins with its title, as in # Title.")
        if not 1 <= len(self.drafts) <= MOST_STEPS:
            self._note(1, f"a story has 1 to {MOST_STEPS} steps, each with a line ## Title.")
        steps = [step for draft in self.drafts if (step := self._step(draft)) is not None]
        if self.found:
            raise StoryError(file, sorted(self.found, key=lambda problem: problem.line))
        return Story(self.title, self.about, tuple(steps))

    def _step(self, draft: _Draft) -> Step | None:
        if "question" not in draft.texts:
            self._note(draft.line, "the step has no Question.")
        if "answer" not in draft.texts:
            self._note(draft.line, "the step has no Answer.")
        right = sum(guess.is_right for guess in draft.guesses)
        if draft.guesses and (right != 1 or not 2 <= len(draft.guesses) <= 4):
            self._note(draft.guesses[0].line, "guesses are two to four, one of them with [x].")
        if draft.view is None:
            self._note(draft.line, "the step has no View.")
            return None
        return Step(
            draft.title, draft.line, draft.view, tuple(draft.guesses), draft.texts, draft.lines
        )
