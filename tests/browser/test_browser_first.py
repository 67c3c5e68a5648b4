"""How pictures come to a page, in a real browser."""

import pytest
from browser import in_a_browser, settle

pytestmark = in_a_browser


def _choose(page, name: str) -> None:
    page.get_by_role("combobox", name="Network").click()
    page.get_by_role("option", name=name, exact=True).click()


def _is_shown(page, text: str) -> None:
    page.locator("svg text").get_by_text(text, exact=False).first.wait_for()


def test_a_change_of_width_sends_less_than_40_kib_in_fewer_than_40_messages(address, browser):
    page = browser.new_page()
    sizes: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda f: sizes.append(len(f))))
    page.goto(f"{address}/architecture?network=v3-large")
    settle(page)
    slider = page.get_by_role("slider", name="Width multiplier")
    for _ in range(3):
        sizes.clear()
        slider.focus()
        page.keyboard.press("ArrowRight")
        settle(page)
        assert sum(sizes) < 40 * 1024
        assert len(sizes) < 40  # 63 where all of the page runs
    assert sizes
    page.close()


def test_keys_that_are_quicker_than_pictures_end_at_the_last(address, browser):
    page = browser.new_page()
    page.goto(f"{address}/architecture?network=v2&width=0.5")
    settle(page)
    slider = page.get_by_role("slider", name="Width multiplier")
    slider.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    settle(page)
    assert slider.get_attribute("aria-valuetext") == "0.62"
    _is_shown(page, "MobileNetV2 · width 0.62")
    assert "width=0.62" in page.url
    page.close()


def test_pictures_follow_when_the_connection_was_lost(address, browser):
    """The new connection counts its pictures from the start."""
    page = browser.new_page()
    streams = []

    def through(socket) -> None:
        streams.append(socket)
        socket.connect_to_server()

    page.route_web_socket("**/_stcore/stream", through)
    page.goto(f"{address}/architecture?network=v2")
    settle(page)
    for name in ("MobileNetV1", "MobileNetV3-Large", "MobileNetV1"):
        _choose(page, name)
        _is_shown(page, f"{name} · width")
        settle(page)
    streams[0].close()
    page.wait_for_timeout(1_500)
    settle(page)
    assert len(streams) > 1
    for name in ("MobileNetV2", "MobileNetV3-Small"):
        _choose(page, name)
        _is_shown(page, f"{name} · width")
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
    page = browser.new_page()
    page.add_init_script(f"({WATCH})({key!r})")
    page.goto(f"{address}/{path}")
    settle(page)
    places = page.evaluate("window.places")
    assert places
    assert len(set(places)) == 1, list(dict.fromkeys(places))
    page.close()
