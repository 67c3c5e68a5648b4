"""Files dropped on the page in a browser: read, answered, forgotten; the server stays as it is."""

import re
import tempfile
from pathlib import Path

import hostile
import pytest
import safetensors.torch
import timm
import torch
from browser import assert_sound, in_a_browser, settle
from graphs_of_others import module_named
from playwright.sync_api import expect

pytestmark = in_a_browser


@pytest.fixture(scope="module")
def dropped(tmp_path_factory):
    """timm's V3-Small at 0.75 for 5 classes, as its users keep it."""
    path = tmp_path_factory.mktemp("weights") / "mine.safetensors"
    module = timm.create_model("mobilenetv3_small_075", num_classes=5)
    safetensors.torch.save_file(module.state_dict(), path)
    return path


def drop(page, path):
    page.locator('input[type="file"]').set_input_files(path)


def test_a_dropped_file_is_named_drawn_and_can_be_opened_elsewhere(opened, dropped):
    page = opened("identify")
    drop(page, dropped)
    message = "mine.safetensors: MobileNetV3-Small · width 0.75 · 5 classes · timm widths, exactly."
    expect(page.get_by_text(message)).to_be_visible(timeout=60_000)
    settle(page)
    expect(page.get_by_text("MobileNetV3-Small · width 0.75 · 224×224").first).to_be_visible()
    code = page.locator("code").first.inner_text()
    assert "viz.build('v3-small', width=0.75, classes=5, width_rule='timm')" in code
    assert_sound(page)
    page.get_by_role("link", name="Open in Architecture").click()
    page.wait_for_url(re.compile("architecture"))
    settle(page)
    for word in ("network=v3-small", "width=0.75", "classes=5", "width_rule=timm"):
        assert word in page.url
    page.go_back()
    settle(page)
    expect(page.get_by_text(message)).to_be_visible()
    page.get_by_role("link", name="Compare with the nearest").click()
    page.wait_for_url(re.compile("compare.*b_network=v3-large"))
    settle(page)
    assert_sound(page)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """ResNet-18 as PyTorch's exporter writes it: not a network the Atlas knows."""
    path = tmp_path_factory.mktemp("model") / "theirs.onnx"
    torch.onnx.export(module_named("resnet18"), (torch.zeros(1, 3, 96, 96),), path, dynamo=False)
    return path


def test_a_dropped_model_is_drawn_and_goes_along_to_other_pages(opened, model):
    page = opened("identify", width=1280, height=720)
    drop(page, model)
    expect(page.get_by_text("theirs.onnx: Not a network the Atlas knows.")).to_be_visible(
        timeout=60_000
    )
    settle(page)
    expect(page.get_by_text("theirs · 96×96").first).to_be_visible()
    page.get_by_role("link", name="Open the file's network in Architecture").click()
    page.wait_for_url(re.compile("architecture.*network=file"))
    settle(page)
    box = page.get_by_role("button", name=re.compile("residual 5"))
    expect(box).to_be_visible()
    box.click()
    page.wait_for_url(re.compile("block=5"))
    settle(page)
    assert_sound(page)


def test_the_slide_view_shows_the_network_of_the_file_alone(opened, dropped):
    page = opened("identify")
    drop(page, dropped)
    expect(page.get_by_text("exactly").first).to_be_visible(timeout=60_000)
    settle(page)
    page.locator("body").press("s")
    page.wait_for_url(re.compile("view=slide"))
    settle(page)
    expect(page.locator(".st-key-slide")).to_have_count(1)
    assert_sound(page)


def test_a_file_with_code_is_one_sentence_and_the_next_file_is_read(opened, dropped, tmp_path):
    mark = tmp_path / "touched"
    page = opened("identify", scheme="dark", width=1280, height=720)
    drop(page, hostile.pickle_with_code(tmp_path / "evil.pt", mark))
    expect(page.get_by_text("evil.pt: it holds objects of classes")).to_be_visible(timeout=60_000)
    assert not mark.exists()
    settle(page)
    drop(page, dropped)
    expect(page.get_by_text("MobileNetV3-Small · width 0.75").first).to_be_visible(timeout=60_000)
    assert_sound(page)
    folders = Path(tempfile.gettempdir()).glob("mobilenet-atlas-*/*")
    assert not [path for path in folders if path.name in (dropped.name, "evil.pt")]
