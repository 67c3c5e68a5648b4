"""Looking inside with a file of weights: what it says of itself holds, names are checked."""

import json

import torch
import torchvision
from browser import assert_sound, in_a_browser, settle
from playwright.sync_api import expect

from viz.lab.choice import shipped

pytestmark = in_a_browser
TEXT_SIZES = """() => [...document.querySelectorAll('*')].filter(e => e.shadowRoot)
  .flatMap(e => [...e.shadowRoot.querySelectorAll('svg .cell text')])
  .map(t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)"""


def test_a_file_of_weights_is_shown_as_it_learned(opened, tmp_path):
    page = opened("inside?network=v2&weights=file")  # the sidebar says width 1 and 224 pixels
    page.locator("input[type=file]").first.set_input_files(shipped()["v2"])
    message = "Network of the file: MobileNetV2 · width 0.25 · 96×96. The sidebar does not apply."
    expect(page.get_by_text(message)).to_be_visible(timeout=60_000)
    settle(page)
    curves = page.get_by_role("figure", name="One picture in MobileNetV2 · width 0.25")
    expect(curves).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Download").last.click()
    with page.expect_download() as taken:
        page.get_by_test_id("stPopoverBody").get_by_text("CSV").click()
    assert taken.value.suggested_filename.startswith("v2_width0.25_96px")
    page.keyboard.press("Escape")
    names = tmp_path / "class_indices.json"
    names.write_text(json.dumps({"0": "a", "1": "b"}))
    page.locator("input[type=file]").nth(1).set_input_files(names)
    expect(page.get_by_text("has 2 class names, but the weights have 5 classes.")).to_be_visible()
    assert_sound(page)


def test_two_files_of_weights_stand_beside_each_other(opened, tmp_path):
    torch.manual_seed(1)
    model = torchvision.models.mobilenet_v3_small(width_mult=0.5, num_classes=7)
    torch.save(model.state_dict(), tmp_path / "theirs.pth")
    page = opened("inside?network=v2&weights=file&beside=file&resolution=96")
    page.locator("input[type=file]").first.set_input_files(shipped()["v2"])
    expect(page.get_by_text("Network of the file: MobileNetV2")).to_be_visible(timeout=60_000)
    settle(page)
    page.locator("input[type=file]").nth(2).set_input_files(tmp_path / "theirs.pth")
    message = "Network of the file: MobileNetV3-Small · width 0.5 · 96×96"
    expect(page.get_by_text(message)).to_be_visible(timeout=60_000)
    settle(page)
    for name in ("MobileNetV2 · width 0.25", "MobileNetV3-Small · width 0.5"):
        curves = page.get_by_role("figure", name=f"One picture in {name}")
        expect(curves).to_be_visible(timeout=60_000)
    expect(page.get_by_text("weights from theirs.pth").first).to_be_visible()
    expect(page.get_by_text("The numbers of classes differ (5 and 7)")).to_be_visible()
    assert_sound(page)


def test_no_control_speaks_of_another_network_than_the_one_that_is_shown(opened):
    page = opened("inside", width=1280, height=720)
    expect(page.get_by_text("MobileNetV2 · width 0.25").first).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    sizes = page.evaluate(TEXT_SIZES)
    assert min(sizes) > 11  # of the network beside the picture
    page.get_by_role("radio", name="Random").click()
    expect(page.get_by_test_id("stSidebar")).to_be_visible(timeout=60_000)  # torch may be starting
    assert_sound(page)
