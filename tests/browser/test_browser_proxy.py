"""The app below a path, behind a real proxy with TLS, in a frame of another site."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import MARKS, assert_sound, browsing, in_a_browser, in_ci, served, settle
from playwright.sync_api import Browser, BrowserContext, Page, expect
from proxy import ELSEWHERE, NAME, haproxy, proxied

pytestmark = [
    *in_a_browser,
    pytest.mark.skipif(
        haproxy() is None and not in_ci(),
        reason="no HAProxy; install it, as with: apt-get install haproxy",
    ),
]
BELOW = "course/atlas"
WEIGHTS = Path(__file__).parents[2] / "viz" / "lab" / "atlas" / "v2.safetensors"


@pytest.fixture(scope="module")
def mapped() -> Iterator[Browser]:
    """A browser for which the proxy's name is this machine."""
    with browsing("--host-resolver-rules=MAP *.test 127.0.0.1") as started:
        yield started


@pytest.fixture(scope="module", params=["Streamlit's own path", "a prefix the proxy strips"])
def outside(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[str]:
    """The address that a reader sees, under both ways to serve below a path."""
    strips = "strips" in request.param
    flags = [] if strips else [f"--server.baseUrlPath={BELOW}"]
    with (
        served(Path("app.py").resolve(), *flags) as inside,
        proxied(inside, f"/{BELOW}", tmp_path_factory.mktemp("proxy"), strips=strips) as address,
    ):
        yield address


@pytest.fixture
def context(mapped: Browser) -> Iterator[BrowserContext]:
    made = mapped.new_context(
        viewport={"width": 1920, "height": 1080}, ignore_https_errors=True, accept_downloads=True
    )
    yield made
    made.close()


def fetched(page: Page, address: str) -> dict[str, Any]:
    """Status, type and text of an answer; of this page's own site."""
    found: dict[str, Any] = page.evaluate(
        """async address => {
          const answer = await fetch(address)
          const [status, type] = [answer.status, answer.headers.get('content-type')]
          return {status, type, text: await answer.text()}
        }""",
        address,
    )
    return found


def shown(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    settle(page)
    return page


def test_pages_are_reached_by_the_menu_and_by_links(context, outside):
    page = shown(context, f"{outside}/")
    expect(page.get_by_text(MARKS[""]).first).to_be_visible()
    page.get_by_text("Networks", exact=True).first.click()
    page.get_by_role("menuitem", name="Architecture", exact=True).click()
    expect(page.get_by_text(MARKS["architecture"]).first).to_be_visible(timeout=30_000)
    assert page.url.startswith(f"{outside}/architecture")
    settle(page)
    page.reload()
    settle(page)
    expect(page.get_by_text(MARKS["architecture"]).first).to_be_visible()
    linked = shown(context, f"{outside}/compare?network=v2&width=0.5")
    expect(linked.get_by_text("MobileNetV2 · width 0.5").first).to_be_visible()
    assert_sound(linked)


def test_share_names_the_address_that_the_reader_sees(context, outside):
    page = shown(context, f"{outside}/architecture?network=v2&width=0.5")
    page.get_by_role("button", name="Share").click()
    code = page.get_by_test_id("stDialog").get_by_test_id("stCode")
    expect(code).to_contain_text("network=v2")
    address = code.inner_text().strip()
    assert address.startswith(f"{outside}/architecture?")
    again = shown(context, address)
    expect(again.get_by_text("MobileNetV2 · width 0.5").first).to_be_visible()


def test_addresses_of_pictures_and_tables_open_where_they_say(context, outside):
    page = shown(context, f"{outside}/architecture?network=v3-small&part=Downloads&resolution=64")
    addresses = [code.inner_text().strip() for code in page.get_by_test_id("stCode").all()]
    found = [a for a in addresses if "/figure/" in a or "/table/" in a]
    assert len(found) == 2
    for address in found:
        assert address.startswith(outside)
        answer = fetched(page, address)
        assert answer["status"] == 200
        assert answer["type"].startswith("image/svg+xml" if "/figure/" in address else "text/")


def test_a_picture_of_a_lesson_says_its_address(context, outside):
    page = shown(context, f"{outside}/residual")
    page.get_by_role("button", name="Download").first.click()
    code = page.get_by_test_id("stCode").first
    expect(code).to_contain_text("/figure/")
    assert code.inner_text().strip().startswith(f"{outside}/figure/")


def test_files_are_downloaded_and_uploaded(context, outside, tmp_path):
    page = shown(context, f"{outside}/architecture?network=v3-small&part=Downloads&resolution=64")
    with page.expect_download() as download:
        page.locator(".st-key-diagram-svg button").click()
    download.value.save_as(tmp_path / "x.svg")
    assert (tmp_path / "x.svg").read_bytes().startswith(b"<?xml")
    page = shown(context, f"{outside}/identify")
    page.locator('input[type="file"]').set_input_files(WEIGHTS)
    expect(page.get_by_text("v2.safetensors: MobileNetV2").first).to_be_visible(timeout=60_000)


def test_the_app_works_in_a_frame_of_another_site(context, outside):
    page = context.new_page()
    page.goto(outside.replace(NAME, ELSEWHERE))
    inside = page.frame_locator("iframe")
    expect(inside.locator("svg .cell text").first).to_be_visible(timeout=60_000)


def test_what_is_not_there_is_404(context, outside):
    page = context.new_page()
    page.goto(f"{outside}/figure/v2.svg")
    for path in (
        "nonesuch",
        "nonesuch.php",
        "figure",
        "architecture/inner",
        "a/b/c",
        "static/x.js",
    ):
        assert fetched(page, f"{outside}/{path}")["status"] == 404
    for path in ("figure/v9.svg", "table/v2.svg"):
        answer = fetched(page, f"{outside}/{path}")
        assert (answer["status"], answer["text"].count("\n")) == (404, 1)
    for path in ("", "/", "/architecture", "/index.html", "/_stcore/health"):
        assert fetched(page, f"{outside}{path}")["status"] == 200


@pytest.mark.parametrize("path", ["nonesuch", "architecture/inner"])
def test_a_reader_at_an_unknown_page_is_led_home(context, outside, path):
    page = context.new_page()
    page.goto(f"{outside}/{path}")
    settle(page)
    expect(page.get_by_text("Page not found")).to_be_visible()
    expect(page.get_by_text(MARKS[""]).first).to_be_visible()
