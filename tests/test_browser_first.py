"""What a reader waits for goes first, in a real browser."""

import pytest
from browser import in_a_browser, settle

pytestmark = in_a_browser
PICTURE, REST = b"network-picture", b"Receptive field"


def _choose(page, name: str) -> None:
    page.get_by_role("combobox", name="Network").click()
    page.get_by_role("option", name=name, exact=True).click()


@pytest.fixture
def watched(browser):
    """A page, and in which order the picture, the word that it is drawn, and the rest pass."""
    page = browser.new_page()
    passed: list[str] = []

    def received(frame: bytes | str) -> None:
        said = frame if isinstance(frame, bytes) else frame.encode()
        passed.extend(["picture"] * (PICTURE in said) + ["rest"] * (REST in said))

    page.on("websocket", lambda socket: socket.on("framereceived", received))
    page.on("request", lambda asked: passed.extend(["drawn"] * ("/drawn/" in asked.url)))
    yield page, passed
    page.close()


def test_the_rest_is_sent_when_the_picture_is_drawn(address, watched):
    page, passed = watched
    page.goto(f"{address}/architecture?network=v2")
    settle(page)
    assert passed[:3] == ["picture", "drawn", "rest"]
    passed.clear()
    _choose(page, "MobileNetV1")
    page.get_by_text("MobileNetV1 · width 1.0", exact=False).first.wait_for()
    settle(page)
    assert passed[:3] == ["picture", "drawn", "rest"]


def test_a_browser_that_cannot_say_so_gets_the_rest_too(address, watched):
    page, passed = watched
    page.route("**/drawn/*", lambda route: route.abort())
    page.goto(f"{address}/architecture?network=v2")
    settle(page)
    assert page.get_by_role("slider", name="Width multiplier").is_visible()
    assert passed[:1] == ["picture"]
    assert "rest" in passed


def test_a_word_that_nobody_waits_for_does_nothing(address, browser):
    page = browser.new_page()
    assert page.request.post(f"{address}/drawn/nonesuch").status == 204
    page.close()


WATCH = """(key) => {
  window.places = []
  const look = () => {
    const box = document.querySelector(`.st-key-${key}`)?.getBoundingClientRect()
    if (box && box.height > 100)
      window.places.push([box.x, box.y, box.width].map(Math.round).join())
    requestAnimationFrame(look)
  }
  look()
}"""


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("architecture", "network-picture"),
        ("compare", "pair-picture"),
        ("design", "design-picture"),
    ],
)
def test_the_first_picture_stays_where_it_is_when_the_rest_arrives(address, browser, path, key):
    """Sidebar and controls come after it, and have had their places from the first."""
    page = browser.new_page()
    page.add_init_script(f"({WATCH})({key!r})")
    page.goto(f"{address}/{path}")
    settle(page)
    places = page.evaluate("window.places")
    assert places
    assert len(set(places)) == 1, list(dict.fromkeys(places))
    page.close()
