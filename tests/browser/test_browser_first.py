"""What a reader waits for goes first, in a real browser."""

import pytest
from browser import in_a_browser, settle

pytestmark = in_a_browser
PICTURE, REST = b"network-picture", b"Receptive field"
LINE = "**/drawn/*"


def _choose(page, name: str) -> None:
    page.get_by_role("combobox", name="Network").click()
    page.get_by_role("option", name=name, exact=True).click()


def _is_shown(page, text: str) -> None:
    page.locator("svg text").get_by_text(text, exact=False).first.wait_for()


@pytest.fixture
def watched(browser):
    """A page, and in which order pictures, the word that one is drawn, and the rest pass."""
    page = browser.new_page()
    passed: list[str] = []

    def received(frame: bytes | str) -> None:
        body = frame if isinstance(frame, bytes) else frame.encode()
        kinds = {"picture": PICTURE, "rest": REST}
        passed.extend([kind for kind, mark in kinds.items() if mark in body] or ["other"])

    def opened(socket) -> None:
        if "/drawn/" in socket.url:
            socket.on("framereceived", lambda _: passed.append("ahead"))
            socket.on("framesent", lambda _: passed.append("drawn"))
        else:
            socket.on("framereceived", received)

    page.on("websocket", opened)
    yield page, passed
    page.close()


def test_a_page_that_is_opened_gets_its_picture_before_the_rest(address, watched):
    page, passed = watched
    page.goto(f"{address}/architecture?network=v2")
    settle(page)
    assert [each for each in passed if each != "other"][:3] == ["picture", "drawn", "rest"]
    assert "ahead" not in passed


def test_another_picture_comes_and_is_drawn_before_anything_of_streamlits(address, watched):
    page, passed = watched
    page.goto(f"{address}/architecture?network=v2")
    settle(page)
    passed.clear()
    _choose(page, "MobileNetV1")
    _is_shown(page, "MobileNetV1 · width 1.0")
    settle(page)
    assert passed[:2] == ["ahead", "drawn"]
    assert passed.index("picture") < passed.index("rest")


def test_what_leaves_the_picture_as_it_is_waits_for_none(address, watched):
    page, passed = watched
    page.goto(f"{address}/architecture?network=v2")
    settle(page)
    passed.clear()
    page.get_by_role("tab", name="Memory").click()
    page.wait_for_url("**part=memory*")
    settle(page)
    assert "ahead" not in passed
    assert passed[0] == "other"


def test_a_browser_that_cannot_say_so_gets_the_rest_too(address, watched):
    page, passed = watched
    page.route_web_socket(LINE, lambda socket: socket.close())
    page.goto(f"{address}/architecture?network=v2")
    settle(page)
    assert page.get_by_role("slider", name="Width multiplier").is_visible()
    _choose(page, "MobileNetV1")
    _is_shown(page, "MobileNetV1 · width 1.0")
    settle(page)
    assert "ahead" not in passed
    assert {"picture", "rest"} <= set(passed)


def test_a_line_that_was_cut_is_taken_up_again(address, watched):
    page, passed = watched
    lines = []

    def through(socket) -> None:
        lines.append(socket)
        socket.connect_to_server()

    page.route_web_socket(LINE, through)
    page.goto(f"{address}/architecture?network=v2")
    settle(page)
    lines[0].close()
    for name in ("MobileNetV1", "MobileNetV3-Large"):
        passed.clear()
        _choose(page, name)
        _is_shown(page, f"{name} · width 1.0")
        settle(page)
    assert len(lines) == 2


def test_a_picture_that_was_lost_on_its_way_comes_when_the_line_is_there_again(address, watched):
    page, _passed = watched
    lines = []

    def through(socket) -> None:
        lines.append(socket)
        server = socket.connect_to_server()
        if len(lines) == 1:  # a cable that is cut: nothing arrives, and nobody is told

            def lose(_message) -> None:
                page.evaluate("setTimeout(() => window.lost = true)")

            server.on_message(lose)

    page.route_web_socket(LINE, through)
    page.goto(f"{address}/architecture?network=v2")
    settle(page)
    _choose(page, "MobileNetV1")
    page.get_by_role("slider", name="Width multiplier").wait_for()
    page.wait_for_timeout(1_000)
    assert not page.locator("svg text").get_by_text("MobileNetV1 · width").count()
    lines[0].close()
    _is_shown(page, "MobileNetV1 · width 1.0")
    assert len(lines) == 2


def test_a_change_of_width_sends_less_than_40_kib(address, browser):
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
    assert sizes
    page.close()


def test_a_picture_is_there_again_when_its_slide_is_left(address, browser):
    """What has come on the line is in no message of the page."""
    page = browser.new_page()
    page.goto(f"{address}/architecture?network=v2")
    settle(page)
    for name in ("MobileNetV1", "MobileNetV3-Large"):
        _choose(page, name)
        _is_shown(page, f"{name} · width 1.0")
        settle(page)
    for key in ("s", "Escape", "s"):
        page.keyboard.press(key)
        settle(page)
        _is_shown(page, "MobileNetV3-Large · width 1.0")
    page.close()


def test_the_line_of_nobody_is_closed(address, browser):
    page = browser.new_page()
    page.goto(address)
    opened = page.evaluate(
        """() => new Promise((done) => {
          const socket = new WebSocket(`ws://${location.host}/drawn/nonesuch`)
          socket.onopen = () => done(true)
          socket.onerror = () => done(false)
        })"""
    )
    assert not opened
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
    """Sidebar and controls come after it, and have had their places from the first."""
    page = browser.new_page()
    page.add_init_script(f"({WATCH})({key!r})")
    page.goto(f"{address}/{path}")
    settle(page)
    places = page.evaluate("window.places")
    assert places
    assert len(set(places)) == 1, list(dict.fromkeys(places))
    page.close()
