"""The story on its pages: every step's view opens, and shows the numbers that its answer names."""

import base64
import io
import json
import re
import zlib

import pytest
from pptx import Presentation
from streamlit.testing.v1 import AppTest

from pages import MAIN, opened
from viz.cli.main import main
from viz.exports.deck import as_pptx
from viz.exports.story import StoryLecture
from viz.story.story import FOLDER, Step, filled, problems, read, text_of
from viz.ui import links
from viz.ui.menu import entries, sections

STORY = read(text_of(FOLDER / "start.md"), "start.md")
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?: [KMG]B?\b| %)?")
FACTORS = {"K": 1e3, "M": 1e6, "G": 1e9, "%": 0.01}


def at(number: int, **more: str) -> AppTest:
    step = STORY.steps[number - 1]
    return opened(step.view.page, **step.view.params, story="start", step=str(number), **more)


def words(app: AppTest) -> str:
    """All that the page shows, with what pictures and charts have."""
    found = []

    def walk(node) -> None:
        children = getattr(node, "children", None)
        if children is not None:
            for child in children.values():
                walk(child)
        else:
            found.append(str(getattr(node, "proto", "")))

    walk(app._tree)
    text = "\n".join([*found, *(frame.value.to_csv(sep=" ") for frame in app.dataframe)])
    for packed in re.findall(r"packed\W+([A-Za-z0-9+/=]{40,})", text):
        text += zlib.decompress(base64.b64decode(packed)).decode()
    return text.replace("\\\\,", ",").replace("\\,", ",")


def numbers(text: str) -> set[float]:
    found = set()
    for part in re.findall(r"\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?", text):
        try:
            found.add(float(part.replace(",", "")))
        except ValueError:
            continue
    return found


def is_shown(number: str, all_numbers: set[float]) -> bool:
    """Whether a number of the page is this one, to as many digits, in whatever unit."""
    digits, _space, unit = number.partition(" ")
    plain = digits.replace(",", "")
    places = len(plain.partition(".")[2])
    factors = {1.0, FACTORS.get(unit[:1], 1.0)}
    return any(f"{each / factor:.{places}f}" == plain for each in all_numbers for factor in factors)


def computed(step: Step) -> list[str]:
    """The numbers in bold: those that the view is to show."""
    bold = [filled(text) for text in re.findall(r"\*\*(.+?)\*\*", step.texts["answer"])]
    return [number for text in bold for number in NUMBER.findall(text) if len(number) > 2]


@pytest.mark.parametrize("number", range(1, len(STORY.steps) + 1))
def test_the_view_of_every_step_opens_and_shows_the_numbers_of_its_answer(number):
    step = STORY.steps[number - 1]
    app = at(number)
    assert not app.warning, [warning.value for warning in app.warning]
    page = words(app).replace(step.question, "")
    there = numbers(page)
    missing = [each for each in computed(step) if not is_shown(each, there)]
    assert not missing


def test_every_link_and_value_of_our_story_leads_somewhere():
    assert not problems(STORY, lambda view: links.problems(view.page, view.params))


@pytest.mark.parametrize(
    ("page", "params", "words_of_it"),
    [
        ("nowhere", {}, "page is 'nowhere'"),
        ("architecture", {"network": "v9"}, "network is 'v9'"),
        ("architecture", {"colour": "red"}, "colour is 'red'"),
        ("architecture", {"network": "v1", "width": "9"}, "width is 9"),
        ("architecture", {"network": "v1", "minimalistic": "true"}, "no such option"),
        ("architecture", {"block": "99"}, "block is '99'"),
        ("convolution", {"network": "v1"}, "parameter is 'network'"),
        ("compare", {"b_network": "v9"}, "network is 'v9'"),
        ("activations", {"curves": "relu,sine"}, "curves is 'sine'"),
    ],
)
def test_a_link_that_leads_nowhere_gets_one_sentence(page, params, words_of_it):
    (problem,) = links.problems(page, params)
    assert words_of_it in problem


def test_lessons_stand_in_the_menu_in_the_order_of_the_story():
    told = list(dict.fromkeys(step.view.page for step in STORY.steps))
    lessons = [entry.file for entry in sections()["Lessons"]]
    assert [page for page in told if page in lessons] == [p for p in lessons if p in told]
    assert set(told) <= set(entries())


def test_a_guess_brings_the_answer_and_says_whether_it_was_right():
    app = at(3)
    step = STORY.steps[2]
    assert step.answer not in " ".join(each.value for each in app.markdown)
    app.button(key="guess-0").click().run()
    shown = " ".join(each.value for each in app.markdown)
    assert f"✗ Not {step.guesses[0].text}.** {step.answer}" in shown
    app = at(3)
    app.button(key="guess-1").click().run()
    assert "✓ 1×1 pointwise.**" in " ".join(each.value for each in app.markdown)


def test_the_answer_can_be_asked_for_and_can_stand_there_at_once():
    app = at(3)
    app.button(key="reveal").click().run()
    assert STORY.steps[2].answer in [each.value for each in app.markdown]
    assert STORY.steps[2].answer in [each.value for each in at(3, answers="true").markdown]


def test_a_step_that_is_none_falls_back_with_a_note():
    app = opened("architecture", story="start", step="99")
    assert "step is 99" in app.warning[0].value.replace("\\", "")
    assert "must be a whole number from 1 to 21" in app.warning[0].value.replace("\\", "")


def test_two_steps_on_one_page_are_two_places():
    """The second one's view is what its link says, not what the first one left."""
    app = at(1)
    app.slider(key="n").set_value(100).run()
    for name, value in {**STORY.steps[1].view.params, "story": "start", "step": "2"}.items():
        app.query_params[name] = value
    app.run()
    assert (app.slider(key="m").value, app.slider(key="n").value) == (64, 64)


def test_a_story_in_the_operators_folder_is_told_and_its_mistake_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("ATLAS_STORIES", str(tmp_path))
    (tmp_path / "mine.md").write_text(
        "# Mine\n## One\nView: [V1](atlas:v1)\nQuestion: {macs v1}?\nAnswer: Yes.\n", "utf-8"
    )
    app = opened("architecture", network="v1", story="mine")
    assert "569 M?" in [each.value for each in app.markdown]
    (tmp_path / "mine.md").write_text("# Mine\n## One\nQuestion: what?\nAnswer: Yes.\n", "utf-8")
    app = AppTest.from_file(str(MAIN), default_timeout=120)
    app.query_params["story"] = "mine"
    app.run()
    assert "mine.md, line 2: the step has no View." in app.error[0].value.replace("\\", "")


def test_the_command_says_each_mistake_with_its_line(tmp_path, capsys):
    file = tmp_path / "mine.md"
    file.write_text(
        "# Mine\n## One\nView: [V1](atlas:v1?colour=red)\nQuestion: a?\nAnswer: {macs v9}\n",
        "utf-8",
    )
    assert main(["story", "check", str(file)]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert "line 3: colour is 'red', but must be one of kind, params, macs, bound." in first
    assert "line 5: in {macs v9}: network is 'v9'" in second
    assert main(["story", "check", str(FOLDER / "start.md")]) == 0
    assert json.dumps(len(STORY.steps)) in capsys.readouterr().out


def test_the_story_is_a_deck_whose_notes_have_its_words():
    deck = Presentation(io.BytesIO(as_pptx(StoryLecture(STORY))))
    assert len(deck.slides) == len(STORY.steps) + 1
    for step, slide in zip(STORY.steps, list(deck.slides)[1:], strict=True):
        assert slide.shapes.title.text_frame.text == step.title
        notes = slide.notes_slide.notes_text_frame.text
        assert step.question in notes
        assert step.answer.replace("**", "") in notes
        assert len(slide.shapes) > 1  # a picture beside the title
