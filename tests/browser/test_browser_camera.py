"""The camera of the page Look inside, by Chromium's camera of its own making."""

import pytest
from browser import assert_sound, browsing, in_a_browser, settle
from playwright.sync_api import expect

pytestmark = in_a_browser
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture(scope="module")
def browser():
    with browsing(*CAMERA) as started:
        yield started


def test_a_photo_goes_through_the_network(opened):
    """Our headers let the camera in, and what it takes is answered like any picture."""
    page = opened("inside?network=v2&source=camera")
    answer = page.get_by_text("receptive field of position (6, 6)")
    expect(page.get_by_role("button", name="Take Photo")).to_be_enabled(timeout=30_000)
    expect(answer).to_have_count(0)
    page.get_by_role("button", name="Take Photo").click()
    expect(answer).to_be_visible(timeout=60_000)
    settle(page)
    assert "source=camera" in page.url
    assert_sound(page)
