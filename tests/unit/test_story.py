"""Stories: files that are read line by line, and numbers that are computed where they are shown."""

import json
import re

import pytest

from viz.net.fields import ConfigError
from viz.net.zoo.published import FILE
from viz.story.story import FOLDER, StoryError, filled, problems, read, text_of, view_of
from viz.story.values import NAMES, value_of

STEP = """## One
View: [V1](atlas:v1?colour=macs)
Question: Which?
- [ ] this
- [x] that
Answer: That.
"""
GOOD = f"# Title\n\nAbout it.\n\n{STEP}"


def test_a_story_has_a_title_what_it_is_about_and_steps():
    story = read(f"{GOOD}Notes: Say so,\nslowly.\n", "mine.md")
    (step,) = story.steps
    assert (story.title, story.about, step.title) == ("Title", "About it.", "One")
    assert step.view.address == "architecture?network=v1&colour=macs"
    assert [(guess.text, guess.is_right) for guess in step.guesses] == [
        ("this", False),
        ("that", True),
    ]
    assert (step.question, step.answer, step.notes) == ("Which?", "That.", "Say so, slowly.")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (STEP, 1, "begins with its title"),
        ("# Title\n", 1, "1 to 99 steps"),
        (GOOD.replace("View: [V1](atlas:v1?colour=macs)\n", ""), 5, "no View"),
        (GOOD.replace("atlas:v1?colour=macs", "https://example.org"), 6, "a view is written as"),
        (GOOD.replace("Question: Which?\n", ""), 5, "no Question"),
        (GOOD.replace("Answer: That.\n", ""), 5, "no Answer"),
        (GOOD.replace("[x]", "[ ]"), 8, "one of them with [x]"),
        (GOOD.replace("[ ]", "[x]"), 8, "one of them with [x]"),
        (GOOD.replace("- [ ] this\n", ""), 8, "two to four"),
        (f"{GOOD}\nA stray line.\n", 12, "belongs to nothing"),
        (f"{GOOD}Answer: Again.\n", 11, "second Answer"),
        (f"{GOOD}View: [V2](atlas:v2)\n", 11, "second View"),
    ],
)
def test_a_file_that_is_no_story_names_the_line(text, line, words):
    with pytest.raises(StoryError) as caught:
        read(text, "mine.md")
    assert f"mine.md, line {line}: " in str(caught.value)
    assert words in str(caught.value)


def test_every_mistake_of_a_file_is_named_in_its_order():
    with pytest.raises(StoryError) as caught:
        read("# Title\n## One\nQuestion: a\n## Two\nAnswer: b\n", "mine.md")
    lines = [problem.line for problem in caught.value.problems]
    assert lines == sorted(lines)
    assert len(lines) == 4


@pytest.mark.parametrize(
    "expression",
    ["masc v1", "macs", "macs v9", "macs v1 nothing", "macs v1 width=9", "percent macs v1", ""],
)
def test_a_value_that_is_none_is_a_problem_of_its_line(expression):
    story = read(GOOD.replace("That.", f"It is {{{expression}}}."), "mine.md")
    (found,) = problems(story, lambda _view: [])
    assert found.line == 10
    assert f"in {{{expression}}}: " in found.text


def test_a_link_that_leads_nowhere_is_a_problem_of_its_line():
    story = read(GOOD, "mine.md")
    (found,) = problems(story, lambda view: [view.address])
    assert (found.line, found.text) == (6, "architecture?network=v1&colour=macs")


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_every_named_value_is_a_value(name):
    assert NAMES[name].example.split()[0] == name
    assert value_of(NAMES[name].example).text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{rounded 18} and {rounded 12}", "24 and 16"),  # TF-slim's make_divisible
        ("{convolution standard m=3 n=4 k=3 size=14}", f"{3 * 3 * 3 * 4 * 14 * 14:,}"),
        ("{percent macs v1 pointwise / macs v1}", "94.9 %"),  # V1's paper, Table 2: 94.86
        ("{percent params v1 classifier / params v1}", "24.2 %"),  # there: 24.33
        ("{exact params v3-large}", "5,483,032"),  # torchvision
        ("{exact params v2}", "3,504,872"),  # likewise
    ],
)
def test_values_are_what_papers_and_libraries_have(text, shown):
    assert filled(text) == shown


@pytest.mark.parametrize("key", ["v1", "v2", "v3-large", "v3-small", "v4-conv-medium"])
def test_published_accuracy_stands_in_the_file_of_published_figures(key):
    shown = value_of(f"top1 {key}")
    records = json.loads(FILE.read_text("utf-8"))
    own = [r for r in records if r["network"] == key and r["top1"] == shown.number]
    assert any(f"{r['source']}, {r['table']}" in shown.text for r in own)


def test_a_resolution_that_nobody_published_has_no_accuracy():
    with pytest.raises(ConfigError, match="published"):
        value_of("top1 v1 resolution=225")


def test_our_own_story_types_no_result_that_it_could_compute():
    story = read(text_of(FOLDER / "start.md"), "start.md")
    texts = [text for step in story.steps for text in step.texts.values()]
    typed = [re.findall(r"\d[\d.,]*\d (?:M|K|%|MB|G)\b", re.sub(r"\{.*?\}", "", t)) for t in texts]
    assert not [found for found in typed if found and found not in (["50 M"], ["10 %"])]


def test_a_network_is_an_address_and_so_is_a_page():
    assert view_of("", "atlas:v2?width=0.5", 1).params == {"network": "v2", "width": "0.5"}
    assert view_of("", "atlas:tail", 1).address == "tail"
    assert view_of("", "atlas:home", 1).address == ""
