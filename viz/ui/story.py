"""A story on the pages it leads through: ``?story=start&step=7`` puts a bar above the page.

The bar has the step's question, guesses, and, after one of them, the answer. Next and Back are
links to the views of other steps; ``keys.js`` follows them by key.
"""

import os
from functools import lru_cache
from html import escape
from pathlib import Path

import streamlit as st

from viz.net.fields import ConfigError, Field, Number, Switch, Word
from viz.story.story import FOLDER, MOST_STEPS, Step, Story, StoryError, filled, read, text_of
from viz.ui import picture, query, slides
from viz.ui.admission import fragment
from viz.ui.translate import _

STORY, STEP, ANSWERS = "story", "step", "answers"
START = "start"
GUESSED = "story:guessed"  # what the reader chose at each step of this session
SHOWN = -1  # in place of a guess: the answer was asked for
CHARACTERS = 60  # of a name of a story


def files() -> dict[str, Path]:
    """Every story's file by its name: those of the operator's folder, and ours."""
    own = os.environ.get("ATLAS_STORIES")
    return {**(_listed(Path(own)) if own else {}), START: FOLDER / f"{START}.md"}


def _listed(folder: Path) -> dict[str, Path]:
    return {path.stem.lower()[:CHARACTERS]: path for path in sorted(folder.glob("*.md"))}


def fields() -> dict[str, Field]:
    """What a page's URL may say of a story."""
    return {
        STORY: Word(tuple(files())),
        STEP: Number(1, _steps(), 1),
        ANSWERS: Switch(),
    }


def _steps() -> int:
    """How many steps the story has that the URL names; the most, where it names none."""
    try:
        found = _story()
    except (StoryError, ConfigError, OSError):
        found = None
    return len(found.steps) if found else MOST_STEPS


def _story() -> Story | None:
    """The story that the URL names. Raises ``StoryError``, ``ConfigError`` and ``OSError``."""
    path = files().get(str(st.query_params.get(STORY, "")).strip().lower())
    return None if path is None else _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _read(path: Path, _changed: int) -> Story:
    return read(text_of(path), path.name)


def place(page: str) -> str:
    """What a link leads to: two steps on one page are two places."""
    step = [st.query_params.get(name, "") for name in (STORY, STEP)]
    return "/".join([page, *step]) if step[0] else page


def link_of(step: Step) -> tuple[str, dict[str, str]]:
    """The page file of a step's view, and its parameters."""
    return f"{step.view.page}.py", dict(step.view.params)


def _kept() -> dict[str, str]:
    """What the reader has chosen for all steps: theme, slide view, answers."""
    names = (slides.VIEW, picture.THEME, ANSWERS)
    return {name: st.query_params[name] for name in names if name in st.query_params}


def open_step(story: str, number: int, label: str, step: Step, **look: str) -> None:
    """A link to a step, with what the reader has chosen for all of them."""
    page, params = link_of(step)
    st.page_link(
        page,
        label=label,
        query_params={**params, **_kept(), STORY: story, STEP: str(number)},
        **look,  # type: ignore[arg-type]  # icon and help
    )


def start_button() -> None:
    """The link to the first step of our own story."""
    path = files()[START]
    first = _read(path, path.stat().st_mtime_ns).steps[0]
    with st.container(key="start"):
        open_step(START, 1, _("Start"), first, icon=":material/play_arrow:")


def show() -> bool:
    """The bar of the step that the URL names; whether there is one."""
    try:
        story = _story()
    except (StoryError, ConfigError, OSError) as error:
        st.error(query.plain(str(error).partition("\n")[0]))
        story = None
    slides.leave_room(for_bar=story is not None)
    if story is None:
        return False
    number = int(st.query_params.get(STEP, "1"))
    sheets = ["story.css", *["story-slide.css"] * slides.wanted()]
    style = "".join((slides.ASSETS / name).read_text("utf-8") for name in sheets)
    st.html(f"<style>{style}</style>")
    with st.container(key="story"):
        _show_bar(story, str(st.query_params[STORY]), number)
    return True


@fragment()
def _show_bar(story: Story, name: str, number: int) -> None:
    """Title, question and ways on; guesses, or the answer. A guess runs nothing but this."""
    step = story.steps[number - 1]
    with st.container(key="story-head", horizontal=True, vertical_alignment="top"):
        with st.container(key="story-question", width="stretch"):
            st.html(f'<h1 class="atlas">{escape(step.title)}</h1>')
            st.markdown(step.question)
        with st.container(key="story-ways", horizontal=True, width="content"):
            _show_ways(story, name, number)
    with st.container(key="story-answer", horizontal=True, vertical_alignment="center"):
        _show_answer(step, f"{name}:{number}")


def _show_ways(story: Story, name: str, number: int) -> None:
    steps = story.steps
    if number > 1:
        with st.container(key="story-back", width="content"):
            open_step(name, number - 1, _("Back"), steps[number - 2], icon=":material/arrow_back:")
    count = _("{number} of {all}").format(number=number, all=len(steps))
    with st.popover(count, type="tertiary", help=_("All steps, and notes for speakers")):
        _show_contents(story, name, number)
    if number < len(steps):
        with st.container(key="story-next", width="content"):
            open_step(name, number + 1, _("Next"), steps[number], icon=":material/arrow_forward:")
    st.page_link("home.py", label=_("End"), icon=":material/close:")


def _show_contents(story: Story, name: str, number: int) -> None:
    notes = story.steps[number - 1].notes
    if notes:
        st.markdown(notes)
    st.toggle(
        _("Show answers at once"),
        key="story:answers",
        value=_shows_answers(),
        on_change=_change_answers,
    )
    st.markdown(f"**{query.plain(story.title)}**")
    for index, step in enumerate(story.steps, start=1):
        open_step(name, index, f"{index}. {query.plain(step.title)}", step)


def _shows_answers() -> bool:
    return bool(fields()[ANSWERS].read(ANSWERS, st.query_params.get(ANSWERS, "false")))


def _change_answers() -> None:
    if st.session_state["story:answers"]:
        st.query_params[ANSWERS] = "true"
    else:
        st.query_params.pop(ANSWERS, None)


def _show_answer(step: Step, key: str) -> None:
    """Guesses as buttons, until one is taken or the answer is asked for."""
    guessed = st.session_state.setdefault(GUESSED, {})
    if key in guessed or _shows_answers():
        st.markdown(_verdict(step, guessed.get(key, SHOWN)) + step.answer)
        return

    def take(index: int) -> None:
        guessed[key] = index

    for index, guess in enumerate(step.guesses):
        st.button(filled(guess.text), key=f"guess-{index}", on_click=take, args=(index,))
    with st.container(key="story-reveal", width="content"):
        label = _("Show answer")
        st.button(label, key="reveal", type="tertiary", on_click=take, args=(SHOWN,))


def _verdict(step: Step, chosen: int) -> str:
    """What was guessed, and whether it is right."""
    if chosen == SHOWN:
        return ""
    guess = step.guesses[chosen]
    words = _("✓ {guess}.") if guess.is_right else _("✗ Not {guess}.")
    return f"**{words.format(guess=filled(guess.text))}** "
