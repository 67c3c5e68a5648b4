"""What only a real browser can tell: clicks, keys, the address bar, downloads, what is drawn."""

import itertools
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from urllib.request import urlopen

import pytest
from browser import browsing, chromium, in_ci, served, settle
from playwright.sync_api import Browser, Page, expect

import viz
from viz.claims import QUIZ
from viz.drawing.diagrams import Look, draw, draw_pair
from viz.net.zoo import ZOO

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        chromium() is None and not in_ci(),
        reason="no Chromium; install it, as with: apt-get install chromium",
    ),
]
MARKS = {
    "": "The MobileNet family, every layer of it",
    "architecture": "Colour by",
    "compare": "Block by block",
    "activations": "Difference of two",
    "rounding": "Wanted against given channels",
    "convolution": "Filters N",
    "scaling": "What accuracy the cost buys",
    "residual": "Expansion factor t",
    "linear": "Radius of the spiral",
    "squeeze": "At work",
    "tail": "Last map",
    "deck": "Build PowerPoint",
    "posts": "Read from each implementation",
    "check": "Printed against computed",
}
PATHS = list(MARKS)
PAPER_PAIRS = list(itertools.combinations([k for k, n in ZOO.items() if n.group == "papers"], 2))
Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as started:
        yield started


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as url:
        yield url


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opener]:
    contexts = []

    def open_page(path: str, scheme: str = "light", width: int = 1920, height: int = 1080) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{address}/{path}")
        settle(page)
        return page

    yield open_page
    for context in contexts:
        context.close()


def box(page: Page, number: int):
    return page.locator(f'[id="block-{number}"]').first


def go(page: Page, section: str, title: str) -> None:
    page.get_by_text(section, exact=True).first.click()
    page.get_by_role("menuitem", name=title, exact=True).click()


def assert_sound(page: Page) -> None:
    assert page.locator('[data-testid="stException"]').count() == 0
    assert "Traceback" not in page.inner_text("body")
    assert "fault of ours" not in page.inner_text("body")


@pytest.mark.parametrize("path", PATHS)
def test_a_link_opened_first_on_a_fresh_server_shows_its_page(browser, path):
    with served() as fresh:
        page = browser.new_page()
        page.goto(f"{fresh}/{path}?network=v2&width=0.5")
        settle(page)
        expect(page.get_by_text(MARKS[path]).first).to_be_visible()
        expect(page.get_by_text("Page not found")).to_have_count(0)
        assert_sound(page)
        page.close()


def test_the_app_asks_no_other_host(browser, address):
    page = browser.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    for path in [*PATHS, "architecture?part=Layers&block=4", "architecture?part=Downloads"]:
        page.goto(f"{address}/{path}")
        settle(page)
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    page.goto(f"{address}/compare")
    settle(page)
    assert not [text for text in console if "Content Security Policy" in text]
    local = (address, address.replace("http", "ws", 1), "data:", "blob:")
    assert not [url for url in asked if not url.startswith(local)]
    page.close()


def test_clicking_a_block_opens_it_and_stands_in_the_address(opened):
    page = opened("architecture")
    box(page, 5).click()
    page.wait_for_url(re.compile(r"[?&]block=5\b"))
    expect(page.get_by_text("Close the block")).to_be_visible()
    settle(page)
    assert page.locator('[id="features.5.block.2.fc1"]').count() == 1
    page.get_by_text("Close the block").click()
    expect(page.get_by_text("Close the block")).to_have_count(0)
    assert "block=" not in page.url


def test_blocks_can_be_reached_and_opened_by_keyboard(opened):
    page = opened("architecture")
    box(page, 0).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"[?&]block=2\b"))
    expect(page.get_by_text("Close the block")).to_be_visible()
    expect(box(page, 2)).to_be_focused()
    expect(box(page, 2)).to_have_attribute("aria-pressed", "true")
    assert box(page, 2).get_attribute("role") == "button"
    assert "16 → 64 → 24" in str(box(page, 2).get_attribute("aria-label"))


def test_arrow_keys_move_between_lines_too(opened):
    page = opened("architecture")
    box(page, 0).focus()
    for key, number in (
        ("ArrowDown", 2),
        ("ArrowDown", 4),
        ("ArrowUp", 2),
        ("End", 19),
        ("Home", 0),
    ):
        page.keyboard.press(key)
        expect(box(page, number)).to_be_focused()


def test_a_link_carries_the_whole_view(opened, browser, address):
    page = opened("architecture?network=v3-small&width=0.75&colour=MACs&block=3")
    expect(page.get_by_text("MobileNetV3-Small · width 0.75").first).to_be_visible()
    expect(page.get_by_text("Close the block")).to_be_visible()
    expect(page.get_by_text("MACs in one block").first).to_be_visible()


def test_choosing_a_network_changes_picture_and_address(opened):
    page = opened("architecture")
    page.get_by_role("combobox", name="Network").click()
    page.get_by_role("option", name="v2", exact=True).click()
    page.wait_for_url(re.compile(r"network=v2"))
    expect(page.get_by_text("MobileNetV2 · width 1.0").first).to_be_visible()


def test_the_network_goes_along_to_the_next_page_and_back(opened):
    page = opened("architecture?network=v2&width=0.5")
    go(page, "Explore", "Compare")
    expect(page.get_by_text("Block by block")).to_be_visible()
    settle(page)
    assert "network=v2" in page.url
    expect(page.get_by_text("MobileNetV2 · width 0.5").first).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Colour by")).to_be_visible()
    settle(page)
    expect(page.get_by_text("MobileNetV2 · width 0.5").first).to_be_visible()
    assert_sound(page)


def test_a_card_of_the_home_page_leads_on(opened):
    page = opened("")
    page.get_by_role("link", name="Open MobileNetV2").click()
    expect(page.get_by_text("MobileNetV2 · width 1.0").first).to_be_visible()
    settle(page)
    assert "/architecture" in page.url
    assert "network=v2" in page.url


def test_the_choice_survives_a_visit_to_the_home_page(opened):
    page = opened("architecture?network=v1&width=0.5")
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_text(MARKS[""])).to_be_visible()
    settle(page)
    go(page, "Explore", "Architecture")
    expect(page.get_by_text("MobileNetV1 · width 0.5").first).to_be_visible()


def test_pictures_can_be_enlarged_moved_and_put_back(opened):
    page = opened("architecture")
    figure = page.locator(".frame").first
    figure.get_by_role("button", name="Larger").click()
    before = figure.locator("svg").evaluate("svg => svg.style.transform")
    assert "scale(1.4)" in before
    place = figure.bounding_box()
    assert place
    page.mouse.move(place["x"] + 400, place["y"] + 300)
    page.mouse.down()
    page.mouse.move(place["x"] + 300, place["y"] + 250, steps=5)
    page.mouse.up()
    assert figure.locator("svg").evaluate("svg => svg.style.transform") != before
    assert "block=" not in page.url, "a drag is no click"
    figure.get_by_role("button", name="Whole picture").click()
    assert "scale(1)" in figure.locator("svg").evaluate("svg => svg.style.transform")


STARTS = {
    "diagram-svg": b"<?xml",
    "diagram-png": b"\x89PNG",
    "diagram-dot": b"digraph",
    "diagram-pdf": b"%PDF",
    "diagram-pptx": b"PK",
    "table-xlsx": b"PK",
    "table-md": b"| path",
    "chart-csv": b"series",
    "model-json": b"{",
    "model-safetensors": b"",
}


@pytest.mark.parametrize("key", STARTS)
def test_files_can_be_downloaded(opened, tmp_path, key):
    page = opened("architecture?network=v3-small&part=Downloads&resolution=64")
    with page.expect_download() as download:
        page.locator(f".st-key-{key} button").click()
    target = tmp_path / "file"
    download.value.save_as(target)
    data = target.read_bytes()
    assert len(data) > 100
    assert data.startswith(STARTS[key])
    if key == "diagram-svg":
        ElementTree.fromstring(data)


def test_the_address_of_a_picture_gives_that_picture(opened, address):
    page = opened("architecture?network=v3-small&width=0.5&colour=MACs&part=Downloads", "dark")
    shown = page.get_by_test_id("stCode").first.inner_text().strip()
    assert shown.startswith(f"{address}/figure/v3-small.svg?")
    with urlopen(shown) as answer:
        body = answer.read().decode()
    look = Look("dark", "macs")
    assert body == draw(viz.trace("v3-small", width=0.5), look=look).svg()
    picture = opened("").context.new_page()
    picture.goto(shown)
    assert picture.locator("svg").count() == 1


def test_parts_of_one_page_do_not_trouble_the_next(opened):
    page = opened("convolution?part=Output+size")
    for section, title, mark in (
        ("Learn", "Last stage", "Last map"),
        ("Check", "Posts and papers", "Read from each implementation"),
        ("Explore", "Architecture", "Colour by"),
        ("Learn", "Squeeze and excite", "At work"),
    ):
        go(page, section, title)
        expect(page.get_by_text(mark).first).to_be_visible()
        settle(page)
        assert_sound(page)


def test_layer_table_can_be_downloaded(opened, tmp_path):
    page = opened("architecture?network=v3-small&part=Layers&resolution=64")
    with page.expect_download() as download:
        page.get_by_role("button", name="Table as CSV").click()
    download.value.save_as(tmp_path / "layers.csv")
    text = (tmp_path / "layers.csv").read_text(encoding="utf-8")
    assert text.startswith("path,layer,kernel,in,out,params,mult_adds,share\nfeatures,")


BAD_LINKS = [
    "architecture?width=nan&network=v9&block=77&resolution=inf",
    "architecture?width=0.5&width=0.6&classes=",
    "compare?b_width=-1&b_network=%3Cscript%3E",
    "activations?curves=zig&reach=1e9",
    "rounding?rules=%00&divisor=1e9",
    "architecture?part=%F0%9F%92%A5&part=x",
]


@pytest.mark.parametrize("link", BAD_LINKS)
def test_bad_links_get_a_visible_note_and_nothing_breaks(opened, link):
    page = opened(link)
    expect(page.locator('[data-testid="stAlert"]').first).to_be_visible()
    assert_sound(page)


@pytest.mark.parametrize("path", ["nowhere", "architecture/inner", "%2e%2e/etc"])
def test_unknown_pages_lead_home_with_a_note(opened, path):
    page = opened(path)
    expect(page.get_by_text("Page not found")).to_be_visible()
    expect(page.get_by_text(MARKS[""])).to_be_visible()
    assert_sound(page)


TEXT_SIZES = """() => [...document.querySelectorAll('.st-key-slide *')]
  .flatMap(e => e.shadowRoot ? [...e.shadowRoot.querySelectorAll('text, tspan')] : [e])
  .filter(e => e.matches('tspan, text:not(:has(tspan))'))
  .filter(t => t.textContent.trim() && t.getBoundingClientRect().width)
  .map(t => { const m = t.getScreenCTM()
    return [t.textContent, parseFloat(getComputedStyle(t).fontSize) * Math.hypot(m.a, m.b)] })"""
PICTURES = [path for path in PATHS if path not in ("check", "deck")]


@pytest.mark.parametrize("path", PICTURES)
def test_slide_view_is_the_picture_alone_and_can_be_read(opened, path):
    page = opened(f"{path}?view=slide")
    cover = page.locator(".st-key-slide")
    expect(cover).to_have_count(1)
    place = cover.bounding_box()
    assert place
    assert (place["width"], place["height"]) == (1920, 1080)
    for part in ("stHeader", "stSidebar"):
        expect(page.get_by_test_id(part).first).not_to_be_visible()
    sizes = page.evaluate(TEXT_SIZES)
    assert len(sizes) > 4
    assert min(size for _text, size in sizes) >= 21.9, sorted(sizes, key=lambda s: s[1])[:3]
    assert_sound(page)


def test_a_key_leads_into_the_slide_view_and_out(opened):
    page = opened("architecture?network=v2&part=Layers")
    page.locator("body").press("s")
    page.wait_for_url(re.compile("view=slide"))
    settle(page)
    expect(page.locator(".st-key-slide")).to_have_count(1)
    page.locator("body").press("Escape")
    expect(page.locator(".st-key-slide")).to_have_count(0)
    assert "view=" not in page.url
    assert "network=v2" in page.url
    assert "part=Layers" in page.url


def test_slide_view_works_inside_an_iframe(opened, address):
    page = opened("")
    page.set_content(
        f'<iframe width="1280" height="720" src="{address}/architecture?view=slide"></iframe>'
    )
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("MobileNetV3-Large · width 1.0").first).to_be_visible(timeout=20_000)


def test_a_page_of_tables_is_a_slide_without_its_frame(opened):
    page = opened("check?view=slide")
    expect(page.get_by_text(MARKS["check"])).to_be_visible()
    expect(page.get_by_test_id("stSidebar").first).not_to_be_visible()
    expect(page.get_by_test_id("stMultiSelect").first).not_to_be_visible()
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()


def test_an_se_block_that_is_chosen_stands_in_the_link(opened):
    page = opened("squeeze?resolution=64")
    page.get_by_role("combobox", name="Block with SE").click()
    page.get_by_role("option", name="15", exact=True).click()
    page.wait_for_url(re.compile("se_block=15"))
    page.reload()
    settle(page)
    expect(page.get_by_text("squeeze: mean of 960 maps")).to_be_visible()
    expect(page.locator('[data-testid="stAlert"]')).to_have_count(0)


def test_the_quiz_remembers_every_answer(opened):
    page = opened("posts?part=Quiz")
    for number, question in enumerate(QUIZ, start=1):
        page.get_by_role("radio", name=str(number), exact=True).click()
        page.get_by_text(question.answers[question.right], exact=True).click()
        expect(page.get_by_text(f"{number} of 8 right so far.")).to_be_visible()


def test_sessions_do_not_influence_each_other(opened):
    one = opened("architecture?network=v1")
    other = opened("architecture?network=v3-small&width=0.5")
    one.reload()
    settle(one)
    expect(one.get_by_text("MobileNetV1 · width 1.0").first).to_be_visible()
    expect(other.get_by_text("MobileNetV3-Small · width 0.5").first).to_be_visible()


def test_a_cell_of_the_matrix_opens_both_blocks(opened):
    page = opened("posts")
    grid = page.get_by_test_id("stDataFrame").locator("canvas").first
    place = grid.bounding_box()
    assert place
    rows = place["height"] / 17  # a heading and sixteen points
    page.mouse.click(place["x"] + 0.95 * place["width"], place["y"] + 9.5 * rows)
    page.wait_for_url(re.compile(r"point=SE\+gate"))
    settle(page)
    expect(page.get_by_text("Post 4, V3-Large: h-swish")).to_be_visible()
    for side in (0, 1):
        gate = page.locator(f'[id="{side}-features.4.block.2.scale_activation"]')
        expect(gate).to_have_count(1)


def test_a_claim_leads_to_its_control(opened):
    page = opened("posts?part=Claims&posts=003&verdicts=false")
    page.locator('a[href*="block=4"]').first.click()
    page.wait_for_url(re.compile("architecture"))
    settle(page)
    expect(page.get_by_text("Close the block")).to_be_visible()
    assert_sound(page)


def test_a_toggle_makes_the_shortcut_disappear(opened):
    page = opened("residual")
    skips = page.locator("g.edge.residual")
    expect(skips).to_have_count(2)
    page.get_by_text("Stride 2", exact=True).click()
    expect(skips).to_have_count(1)
    expect(page.get_by_text("output, no shortcut")).to_be_visible()


@pytest.mark.parametrize(("scheme", "bright"), [("light", False), ("dark", True)])
def test_pictures_follow_the_theme(opened, scheme, bright):
    page = opened("architecture", scheme)
    colour = page.locator('[id="title"] text').first.evaluate("t => getComputedStyle(t).fill")
    red, green, blue = (int(n) for n in re.findall(r"\d+", colour)[:3])
    assert (red + green + blue > 3 * 128) == bright


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720)])
def test_nothing_is_wider_than_the_page(opened, path, width, height):
    page = opened(path, width=width, height=height)
    main = page.locator('[data-testid="stMain"]')
    assert main.evaluate("m => m.scrollWidth - m.clientWidth") <= 1


MEASURE = """() => [...document.querySelectorAll('g.cell')].flatMap(cell => {
  const box = cell.querySelector('path').getBBox()
  return [...cell.querySelectorAll('text')].map(text => {
    const t = text.getBBox()
    return [cell.id, text.textContent, box.x - t.x, t.x + t.width - box.x - box.width,
            box.y - t.y, t.y + t.height - box.y - box.height]
  })
})"""


def overflowing(page: Page, svg: str) -> list[object]:
    """Texts that stick out of their box: sideways, or up and down by more than a descender."""
    page.set_content(svg)
    return [
        row
        for row in page.evaluate(MEASURE)
        if max(row[2], row[3]) > 0.5 or max(row[4], row[5]) > 6
    ]


@pytest.fixture(scope="module")
def easel(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    yield page
    page.close()


@pytest.mark.parametrize("width", [0.25, 1.0, 1.4, 2.0])
def test_every_label_lies_within_its_box(easel, network, width):
    traced = viz.trace(network, width=width)
    assert overflowing(easel, draw(traced).svg()) == []
    for block in {0, min(5, len(traced.blocks) - 1), len(traced.blocks) - 1}:
        assert overflowing(easel, draw(traced, "operation", block).svg()) == []
        assert overflowing(easel, draw(traced, "block", block).svg()) == []


@pytest.mark.parametrize("width", [0.25, 1.0, 2.0])
@pytest.mark.parametrize(("left", "right"), PAPER_PAIRS)
def test_every_label_of_a_pair_lies_within_its_box(easel, left, right, width):
    a, b = viz.trace(left, width=width), viz.trace(right, width=width)
    assert overflowing(easel, draw_pair(a, b, (Look(), Look())).svg()) == []


def test_titles_do_not_run_into_each_other(easel):
    """The longest caption there is, with every option and every number changed."""
    chosen = {"width": 0.35, "classes": 21_843, "divisor": 16, "in_channels": 16}
    options = {"reduced_tail": True, "dilated": True, "minimalistic": True}
    traced = viz.trace("v3-large", width_rule="slim", resolution=512, **chosen, **options)
    easel.set_content(draw(traced).svg())
    sides = easel.evaluate(
        """() => ['title', 'subtitle'].map(id => {
          const b = document.getElementById(id).getBBox(); return [b.x, b.x + b.width] })"""
    )
    assert sides[0][1] < sides[1][0]
    assert sides[1][1] <= 1920


def test_pictures_follow_when_the_reader_changes_the_theme(opened):
    page = opened("architecture")
    for theme, colour in (("Dark", "rgb(242, 245, 250)"), ("Light", "rgb(22, 32, 44)")):
        page.get_by_test_id("stMainMenu").click()
        page.get_by_test_id(f"stMainMenuItem-theme-{theme}").click()
        expect(page.locator('[id="title"] text').first).to_have_css("fill", colour)
        page.keyboard.press("Escape")
    assert_sound(page)


@pytest.mark.parametrize(
    ("path", "name", "kinds"),
    [
        ("compare", "v3-large-v3-small", {"svg": b"<?xml", "pptx": b"PK"}),
        ("residual?t=3", "residual", {"pdf": b"%PDF", "png": b"\x89PNG"}),
        ("tail", "last-stage", {"svg": b"<?xml", "csv": b"series"}),
    ],
)
def test_pictures_and_charts_can_be_taken_along(opened, tmp_path, path, name, kinds):
    page = opened(path)
    page.get_by_role("button", name="Take it along").first.click()
    for kind, start in kinds.items():
        with page.expect_download() as download:
            page.locator(f".st-key-take-{name}-{kind} button").click()
        download.value.save_as(tmp_path / kind)
        assert (tmp_path / kind).read_bytes().startswith(start)
    if path != "tail":
        shown = page.get_by_test_id("stCode").first.inner_text().strip()
        with urlopen(shown) as answer:
            assert answer.read().startswith(b"<?xml")
