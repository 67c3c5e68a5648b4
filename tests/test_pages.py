"""Every page opened cold from a shared link, good and bad, without a browser."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import viz
from viz.claims import CLAIMS, QUIZ
from viz.net.zoo import ZOO

MAIN = str(Path(__file__).parents[1] / "pages" / "main.py")
PAGES = ["architecture", "compare", "activations", "rounding", "scaling", "squeeze", "check"]
# Pages with controls of their own only, at both ends of every range.
LESSONS = {
    "convolution": [
        {"m": "1", "n": "1", "k": "1", "size": "1"},
        {"m": "512", "n": "512", "k": "7", "size": "224"},
        {"part": "Output size", "w": "1", "f": "7", "p": "0", "s": "4"},
        {"part": "Output size", "w": "24", "f": "1", "p": "3", "s": "1"},
    ],
    "residual": [
        {"channels": "8", "t": "1", "size": "7", "stride2": "true", "same": "false"},
        {"channels": "160", "t": "10", "size": "112", "stride2": "false", "same": "true"},
    ],
    "linear": [
        {"activation": "relu6", "seed": "0", "radius": "1"},
        {"activation": "hardswish", "seed": "999", "radius": "10"},
    ],
    "tail": [
        {"map": "1", "classes": "1"},
        {"map": "16", "classes": "2000"},
        {"part": "Stem", "filters": "8", "image": "32"},
        {"part": "Stem", "filters": "32", "image": "512"},
    ],
    "deck": [
        {"about": "post-000", "topics": "pair"},
        {"about": ["v1", "v2"], "topics": ["family", "totals"]},
    ],
    "posts": [
        {"part": "Differences", "point": "SE gate", "in": "post-000"},
        {"part": "Claims", "posts": "004", "verdicts": ["true", "false"]},
        {"part": "Quiz", "question": "8"},
    ],
}


def opened(page: str = "home", **link: str | list[str]) -> AppTest:
    """The page as it stands after a link to it has been followed."""
    app = AppTest.from_file(MAIN, default_timeout=120)
    for name, value in link.items():
        app.query_params[name] = value
    if page != "home":
        app.switch_page(f"{page}.py")
    app.run()
    assert not app.exception
    assert not app.error
    return app


def warnings(app: AppTest) -> str:
    return " ".join(warning.value for warning in app.warning).replace("\\", "")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_for_every_network(page, network):
    app = opened(page, network=network, width="0.35", resolution="96")
    assert app.selectbox(key="network").value == network
    assert app.slider(key="width").value == 0.35
    assert not app.warning


@pytest.mark.parametrize(
    ("page", "link"), [(page, link) for page, links in LESSONS.items() for link in links]
)
def test_lessons_open_at_the_ends_of_their_ranges(page, link):
    app = opened(page, **link)
    assert not app.warning


def test_home_shows_every_network_with_the_papers_accuracy():
    text = " ".join(markdown.value for markdown in opened("home").markdown)
    for network, top1 in (
        ("V1", "70.6"),
        ("V2", "72.0"),
        ("V3-Large", "75.2"),
        ("V3-Small", "67.4"),
    ):
        assert f"MobileNet{network}" in text
        assert f"**{top1} %** top-1" in text


def test_home_names_the_source_of_every_published_point():
    frame = opened("home").dataframe[0].value
    assert len(frame) > 60
    assert frame["Source"].str.len().min() > 0
    assert frame["Table"].str.len().min() > 0


EXTREMES = {
    "width": ["0.1", "2.0"],
    "resolution": ["32", "512"],
    "classes": ["1", "21843"],
    "divisor": ["1", "32"],
    "in_channels": ["1", "64"],
}


@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_survives_the_ends_of_every_range(page, end, network):
    link = {name: ends[end] for name, ends in EXTREMES.items()}
    options = dict.fromkeys(ZOO[network].options, "true")
    app = opened(page, network=network, **link, **options)
    assert not app.warning
    assert app.number_input(key="divisor").value == int(EXTREMES["divisor"][end])


BAD = ["nan", "-1", "1e9", "inf", "-inf", "", "0x10", "<b>x</b>", "1,5", "9" * 400]


@pytest.mark.parametrize("value", BAD)
@pytest.mark.parametrize("name", [*EXTREMES, "network", "width_rule", "dilated"])
def test_bad_values_fall_back_with_a_note(name, value):
    app = opened("architecture", **{name: value})
    assert name in warnings(app)
    assert app.slider(key="width").value == 1.0
    assert app.number_input(key="resolution").value == 224
    assert app.selectbox(key="network").value == "v3-large"


def test_repeated_values_fall_back_with_a_note():
    app = opened("architecture", width=["0.5", "0.75"])
    assert "2 times" in warnings(app)
    assert app.slider(key="width").value == 1.0


def test_several_bad_values_are_all_named():
    app = opened("architecture", width="nan", resolution="7", network="v9")
    for name in ("width", "resolution", "network"):
        assert name in warnings(app)


@pytest.mark.parametrize(
    ("link", "named"),
    [
        ({"network": "v1", "minimalistic": "true"}, "minimalistic"),
        ({"network": "v1", "width_rule": "torchvision"}, "width_rule"),
        ({"network": "v2", "dilated": "1"}, "dilated"),
    ],
)
def test_choices_that_the_network_lacks_are_named(link, named):
    app = opened("architecture", **link)
    assert named in warnings(app)


def test_networks_are_known_in_upper_case_too():
    app = opened("architecture", network="V3-Small")
    assert app.selectbox(key="network").value == "v3-small"
    assert not app.warning


def test_notes_can_be_dismissed():
    app = opened("architecture", width="nan")
    app.button[0].click().run()
    assert not app.warning


OWN_PARAMETERS = {
    "architecture": {"block": "99", "colour": "red", "part": "Nowhere"},
    "compare": {"b_network": "v7", "b_width": "nan", "metric": "joules"},
    "activations": {"curves": "tanhh", "reach": "0", "first": "x", "top": "inf", "bits": "3.5"},
    "convolution": {
        "m": "0",
        "n": "1e9",
        "k": "nan",
        "size": "",
        "w": "25",
        "f": "x",
        "p": "-1",
        "s": "0",
        "part": "3",
    },
    "scaling": {"network": "v9", "width": "0", "resolution": "1e9"},
    "residual": {"channels": "7", "t": "0", "size": "inf", "stride2": "2", "same": "maybe"},
    "linear": {"activation": "tanh", "seed": "-1", "radius": "0x1"},
    "squeeze": {"gate": "softmax", "seed": "1e3", "se_block": "1", "part": "none"},
    "tail": {"part": "Nose", "map": "0", "classes": "0", "filters": "64", "image": "8"},
    "deck": {"about": "v9", "topics": "weather"},
    "posts": {
        "part": "7",
        "point": "SE",
        "in": "v2",
        "posts": "005",
        "verdicts": "perhaps",
        "question": "9",
    },
    "check": {"checked": "v8", "only_differing": "perhaps"},
    "rounding": {"networks": "v8", "rules": "caffe", "of": "bytes", "up_to": "1e99"},
}


@pytest.mark.parametrize("page", OWN_PARAMETERS)
def test_bad_values_of_a_pages_own_controls_fall_back_with_a_note(page):
    app = opened(page, **OWN_PARAMETERS[page])
    for name in OWN_PARAMETERS[page]:
        assert name in warnings(app)


def test_architecture_shows_the_papers_claim_and_whose_rule_it_is():
    captions = " ".join(c.value for c in opened("architecture", width="0.75").caption)
    assert "4 M parameters" in captions
    assert "3,993,528" in captions
    assert "TF-slim" in captions


def test_architecture_says_what_the_library_lacks():
    captions = " ".join(c.value for c in opened("architecture", minimalistic="true").caption)
    assert "torchvision has no option minimalistic" in captions


def test_headline_is_the_traces(network):
    app = opened("architecture", network=network)
    values = {metric.label: metric.value for metric in app.metric}
    traced = viz.trace(network)
    assert values["Depth"] == str(traced.depth)
    assert values["Receptive field"] == f"{traced.receptive_field} px"
    short = f"{traced.params / 1e6:.2f} M" if traced.params >= 1e6 else "4.10 K"
    assert values["Parameters"] == short


def test_layers_are_torchinfos():
    app = opened("architecture", part="Layers", network="v2", resolution="64")
    frame = app.dataframe[0].value
    leaves = frame[frame["layer"] == "Conv2d"]
    assert len(leaves) == 52
    assert frame["path"].str.strip("\u2007").iloc[0] == "features"
    assert re.search(r"torchinfo counts [\d,]+ mult-adds", app.caption[-1].value)


def test_layers_can_be_filtered_by_link():
    link = {"types": "Linear", "depth": "3", "path": "classifier"}
    app = opened("architecture", part="Layers", resolution="64", **link)
    assert list(app.dataframe[0].value["layer"]) == ["Linear", "Linear"]


def test_printed_summary_is_torchinfos():
    app = opened("architecture", part="Printed by torchinfo", resolution="64")
    assert "Total params: 5,483,032" in app.code[0].value


def test_compare_shows_large_against_small_at_first():
    app = opened("compare")
    assert app.selectbox(key="b_network").value == "v3-small"
    assert app.metric[0].value == "2.54 M"
    assert "3×3 ≠ 5×5" in set(app.dataframe[0].value["kernel"])


def test_compare_can_show_only_what_differs():
    app = opened("compare", b_network="v3-large", only_different="true")
    assert not app.dataframe
    assert "same blocks" in app.info[0].value


def test_activations_without_a_choice_ask_for_one():
    app = opened("activations")
    app.multiselect(key="curves").set_value([]).run()
    assert not app.exception
    assert app.info


def test_rounding_shows_paper_wanted_and_given():
    frame = opened("rounding", width="0.5").dataframe[0].value
    row = frame[(frame["name"] == "bneck 2") & (frame["part"] == "out")].iloc[0]
    assert (row["paper"], row["wanted"], row["given"]) == (24, 12.0, 16)
    assert row["change"] == pytest.approx(33.33, abs=0.01)


def test_a_kernel_larger_than_the_side_is_said_not_drawn():
    app = opened("convolution", part="Output size", w="1", f="7", p="0")
    assert "No output" in app.info[0].value


def test_squeeze_says_which_networks_have_none():
    assert "v3-large" in opened("squeeze", network="v1").info[0].value


def test_squeeze_shows_a_block_at_work():
    app = opened("squeeze", network="v3-small", resolution="64", se_block="4")
    assert not app.warning
    assert any("rings and waves" in caption.value for caption in app.caption)


def test_scaling_marks_the_papers_sixteen_points():
    captions = " ".join(c.value for c in opened("scaling", network="v1").caption)
    assert "16 pairs" in captions


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=lambda claim: claim.key)
def test_every_claim_leads_to_a_page_that_opens(claim):
    app = opened(claim.page, **claim.link)
    assert not app.warning


def test_a_deck_is_built_on_a_click():
    app = opened("deck", about="post-000", topics="totals")
    assert not app.get("download_button")
    app.button(key="build-pptx").click().run()
    assert not app.exception
    assert app.get("download_button")


def test_a_deck_about_nothing_asks_for_something():
    app = opened("deck")
    app.multiselect(key="topics").set_value([]).run()
    assert "at least one" in app.info[0].value


def test_claims_can_be_filtered():
    app = opened("posts", part="Claims", posts="000", verdicts="false")
    shown = {m.value.strip("*") for m in app.markdown if re.fullmatch(r"\*\*C\d+\*\*", m.value)}
    assert shown == {"C33", "C34", "C35"}


def test_quiz_tells_right_from_wrong():
    for index, question in enumerate(QUIZ, start=1):
        app = opened("posts", part="Quiz", question=str(index))
        wrong = (question.right + 1) % len(question.answers)
        app.radio[0].set_value(question.answers[wrong]).run()
        assert not app.success
        app.radio[0].set_value(question.answers[question.right]).run()
        assert CLAIMS[question.claim].shown() in app.success[0].value
