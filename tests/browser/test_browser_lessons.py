"""The lessons' controls: what is chosen stands in the link and in the picture."""

import re

from browser import assert_sound, in_a_browser, settle
from playwright.sync_api import expect

pytestmark = in_a_browser


def test_an_se_block_that_is_chosen_stands_in_the_link(opened):
    page = opened("squeeze?part=work&resolution=64")
    page.get_by_role("combobox", name="Block with SE").click()
    page.get_by_role("option", name="bneck 15", exact=True).click()
    page.wait_for_url(re.compile("se_block=15"))
    page.reload()
    settle(page)
    expect(page.get_by_text("960 means").first).to_be_visible()
    expect(page.locator('[data-testid="stAlert"]')).to_have_count(0)


def test_a_toggle_makes_the_shortcut_disappear(opened):
    page = opened("residual")
    skips = page.locator("g.edge.residual")
    expect(skips).to_have_count(2)
    page.get_by_text("Stride 2", exact=True).click()
    expect(skips).to_have_count(1)
    expect(page.locator("text").filter(has_text="output, no shortcut")).to_be_visible()


def test_a_click_on_the_picture_frames_what_that_position_sees(opened):
    page = opened("inside?network=v2&picture=sunflower&seen=4")
    settle(page)
    expect(page.get_by_text("receptive field of position (6, 6)")).to_be_visible()
    box = page.locator(".js-plotly-plot").first.locator(".nsewdrag").bounding_box()
    side = min(box["width"], box["height"])
    left = box["x"] + (box["width"] - side) / 2
    page.mouse.click(left + side * 0.2, box["y"] + side * 0.8)
    expect(
        page.get_by_text(re.compile(r"receptive field of position \((9|10), [12]\)"))
    ).to_be_visible()
    assert re.search(r"row=(9|10)", page.url)
    assert_sound(page)


def test_a_click_on_a_block_looks_into_it(opened):
    page = opened("inside?network=v2&picture=sunflower")
    page.get_by_role("button", name=re.compile("^bneck 7 ")).click()
    page.wait_for_url("**seen=7*")
    settle(page)
    expect(page.get_by_text("bneck 7", exact=True).last).to_be_visible()
    expect(page.get_by_text("48×6×6").first).to_be_visible()
    assert_sound(page)


PLACE_OF_A_POINT = """() => {
    const graph = document.querySelector(".js-plotly-plot"), layout = graph._fullLayout;
    const trace = graph._fullData.find((trace) => trace.name === "V2" && trace.customdata);
    const place = trace.customdata.findIndex(([, width, size]) => width === 1.5 && size === 320);
    const box = graph.getBoundingClientRect(), { xaxis, yaxis } = layout;
    return [
        box.left + xaxis._offset + xaxis.c2p(xaxis.d2c(trace.x[place])),
        box.top + yaxis._offset + yaxis.c2p(yaxis.d2c(trace.y[place])),
    ];
}"""


def test_a_click_on_a_point_of_the_space_opens_its_network(opened):
    page = opened("space?among=v2&most_macs=2000")
    settle(page)
    expect(page.locator(".js-plotly-plot .legendtext").first).to_be_visible()
    page.mouse.click(*page.evaluate(PLACE_OF_A_POINT))
    page.wait_for_url(re.compile("/architecture"))
    settle(page)
    expect(page.get_by_text("MobileNetV2 · width 1.5 · 320×320").first).to_be_visible()
    page.go_back()
    page.wait_for_url(re.compile("/space.*most_macs=2000"))
    settle(page)
    assert_sound(page)
