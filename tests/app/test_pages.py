"""What every page shows, without a browser."""

import re

import pytest

import viz
from pages import further, opened
from viz.claims import CLAIMS, QUIZ
from viz.net.zoo import ZOO


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


def test_home_has_every_network_with_its_numbers_in_one_table():
    frame = opened("home").dataframe[0].value
    assert list(frame["name"]) == [network.name for network in ZOO.values()]
    row = frame[frame["name"] == "MobileNetV2"].iloc[0]
    assert (round(row["params"], 2), round(row["macs"]), row["top1"]) == (3.50, 301, 72.0)


def test_home_names_the_source_of_every_published_point():
    frame = opened("home").dataframe[1].value
    assert len(frame) > 60
    assert frame["source"].str.len().min() > 0
    assert frame["table"].str.len().min() > 0


def test_architecture_shows_the_papers_claim_and_whose_rule_it_is():
    captions = " ".join(c.value for c in opened("architecture", width="0.75").caption)
    assert "4 M parameters" in captions
    assert "3,993,528" in captions
    assert "TF-slim" in captions


def test_architecture_says_what_the_library_lacks():
    captions = " ".join(c.value for c in opened("architecture", minimalistic="true").caption)
    assert "torchvision has no option minimalistic" in captions


@pytest.mark.parametrize("network", list(viz.ZOO)[::3])
def test_headline_is_the_traces(network):
    app = opened("architecture", network=network)
    values = {metric.label: metric.value for metric in app.metric}
    traced = viz.trace(network)
    assert values["Depth"] == str(traced.depth)
    assert values["Receptive field"] == f"{traced.receptive_field} px"
    number, unit = values["Parameters"].split()
    assert len(number.replace(".", "")) == 3  # digits
    shown = float(number) * {"K": 1e3, "M": 1e6}[unit]
    assert shown == pytest.approx(traced.params, rel=0.005)


def test_layers_are_torchinfos():
    app = opened("architecture", part="Layers", network="v2", resolution="64")
    frame = app.dataframe[0].value
    leaves = frame[frame["layer"] == "Conv2d"]
    assert len(leaves) == 52
    assert frame["path"].str.strip("\u2007").iloc[0] == "features"
    assert re.search(r"torchinfo counts [\d,]+ mult-adds", app.caption[-1].value)


def test_layers_can_be_filtered_by_link():
    link = {"types": "Linear", "levels": "3", "path": "classifier"}
    app = opened("architecture", part="Layers", resolution="64", **link)
    assert list(app.dataframe[0].value["layer"]) == ["Linear", "Linear"]


def test_printed_summary_is_torchinfos():
    app = opened("architecture", part="Printed by torchinfo", resolution="64")
    assert "Total params: 5,483,032" in app.code[0].value


def test_compare_shows_large_against_small_at_first():
    app = opened("compare")
    assert app.selectbox(key="b_network").value == "v3-small"
    assert app.metric[0].value == "2.54 M"
    assert "3×3 / 5×5" in set(app.dataframe[0].value["kernels"])


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


def test_rounding_opens_where_something_is_rounded():
    """At width 1 nothing is, but with a divisor of 16: (24 + 8) // 16 * 16 = 32."""
    app = opened("rounding")
    assert any("Width 1 rounds nothing" in each.value for each in app.markdown)
    frame = app.dataframe[0].value
    assert (frame["wanted"] != frame["given"]).any()
    app = opened("rounding", divisor="16")
    assert not any("Width 1 rounds nothing" in each.value for each in app.markdown)
    frame = app.dataframe[0].value
    assert 32 in set(frame[frame["paper"] == 24]["given"])
    assert not any("changes no channels" in each.value for each in app.caption)


def test_a_kernel_larger_than_the_side_is_said_not_drawn():
    app = opened("convolution", part="Output size", w="1", f="7", p="0")
    assert "No output" in app.info[0].value


def test_squeeze_says_which_networks_have_none():
    assert "v3-large" in opened("squeeze", network="v1", part="work").info[0].value


def test_squeeze_shows_a_block_at_work():
    app = opened("squeeze", network="v3-small", resolution="64", se_block="4")
    assert not app.warning
    assert any("rings and waves" in caption.value for caption in app.caption)


def test_scaling_marks_the_papers_sixteen_points():
    captions = " ".join(c.value for c in opened("scaling", network="v1").caption)
    assert "16 of 16" in captions


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
    next(button for button in app.button if button.label == "None").click().run()
    assert "at least one" in app.info[0].value
    assert not any(box.value for box in app.checkbox)
    app.checkbox(key="slide-costs-v2").check().run()
    assert not app.info
    assert app.checkbox(key="slide-costs-v2").label.startswith("1")


def test_slides_of_a_deck_are_ticked_on_their_thumbnails():
    app = opened("deck", about="v1,v2", topics="totals,networks")
    ticked = [box.key for box in app.checkbox if box.value]
    assert ticked == ["slide-totals", "slide-networks-v1", "slide-networks-v2"]
    app.checkbox(key="slide-networks-v1").uncheck().run()
    assert app.session_state["topics"] == ["totals", "networks-v2"]
    again = opened("deck", about="v1,v2", topics="totals,networks-v2")
    assert [box.key for box in again.checkbox if box.value] == [ticked[0], ticked[2]]
    again.checkbox(key="slide-networks-v1").check().run()
    assert again.session_state["topics"] == ["totals", "networks"]


def test_claims_can_be_filtered():
    app = opened("posts", part="Claims", posts="000", verdicts="false")
    shown = {h.value for h in app.header if re.fullmatch(r"C\d+", h.value)}
    assert shown == {"C33", "C34", "C35"}


def test_quiz_tells_right_from_wrong():
    for index, question in enumerate(QUIZ, start=1):
        app = opened("posts", part="Quiz", question=str(index))
        wrong = (question.right + 1) % len(question.answers)
        app.radio[0].set_value(question.answers[wrong]).run()
        assert not app.success
        app.radio[0].set_value(question.answers[question.right]).run()
        assert CLAIMS[question.claim].shown() in app.success[0].value


def test_compares_second_network_takes_the_first_ones_input():
    app = opened("compare", network="v2", resolution="160", classes="10", output_stride="16")
    assert "160×160" not in app.markdown[0].value.partition("compared with")[0]
    next(
        b for b in further(app, "b_").button if b.label == "Same as the first network"
    ).click().run()
    assert not app.exception
    title = next(m.value for m in app.markdown if "compared with" in m.value).partition(
        "compared with"
    )[0]
    assert "MobileNetV3-Small · width 1.0 · 160×160" in title
    assert app.query_params["b_classes"] in ("10", ["10"])
    assert app.query_params["b_output_stride"] in ("16", ["16"])


def test_does_it_fit_says_what_a_float_input_costs():
    link = {"width": "0.25", "resolution": "96", "classes": "2", "board": "microbit-v2"}
    app = opened("fit", network="v1", given="float32", **link)
    assert [metric.value for metric in app.metric] == ["168,064", "284,760", "No"]
    said = " ".join(markdown.value for markdown in app.markdown)
    assert "Smallest change that fits: **input int8" in said
    app = opened("fit", network="v1", **link)
    assert [metric.value for metric in app.metric] == ["103,376", "284,760", "Yes"]
    said = " ".join(markdown.value for markdown in app.markdown)
    assert "**55,296** bytes are alive" in said
    assert "it needs **73,728**" in said
    app.number_input(key="cuts").set_value(2).run()
    assert "multiply-adds more" in " ".join(markdown.value for markdown in app.markdown)
    app.number_input(key="first").set_value(40).run()
    assert "1 to 14 blocks" in " ".join(info.value for info in app.info)
    assert not app.exception


def test_design_space_counts_what_fits_and_names_the_best_published():
    app = opened("space", most_params="5", most_macs="300")
    said = " ".join(markdown.value for markdown in app.markdown)
    assert "of 2,340** configurations are within the budgets" in said
    assert "MobileNetV4-Conv-S" in said
    assert "73.8 % top-1; MobileNetV4 paper, arXiv:2404.10518, Table 6" in said
    app.number_input(key="most_params").set_value(0.1).run()
    said = " ".join(markdown.value for markdown in app.markdown)
    assert "**0 of 2,340**" in said
    assert not app.exception
