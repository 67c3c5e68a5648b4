"""The posts' matrix, claims and quiz: every click leads where it says."""

import re

from browser import assert_sound, in_a_browser, settle
from playwright.sync_api import expect

from viz.claims import QUIZ

pytestmark = in_a_browser


def test_the_quiz_remembers_every_answer(opened):
    page = opened("posts?part=Quiz")
    for number, question in enumerate(QUIZ, start=1):
        page.get_by_role("radio", name=str(number), exact=True).click()
        page.get_by_text(question.answers[question.right], exact=True).click()
        expect(page.get_by_text(f"{number} of 8 right at the first try.")).to_be_visible()


def test_a_cell_of_the_matrix_opens_both_blocks(opened):
    page = opened("posts")
    page.get_by_text("All differences as a table").click()
    grid = page.get_by_test_id("stDataFrame").locator("canvas").first
    for across, row in ((0.02, 3.5), (0.95, 9.5)):  # a heading, then a cell
        grid.scroll_into_view_if_needed()
        place = grid.bounding_box()
        assert place
        height = place["height"] / 17  # a heading and sixteen points
        page.mouse.click(place["x"] + across * place["width"], place["y"] + row * height)
        settle(page)
        assert_sound(page)
    page.wait_for_url(re.compile(r"point=se-gate"))
    settle(page)
    expect(page.get_by_text("V3-Large with h-swish gates (blog code): h-swish")).to_be_visible()
    for side in (0, 1):
        gate = page.locator(f'[id="{side}-features.4.block.2.scale_activation"]')
        expect(gate).to_have_count(1)


def test_the_page_opens_on_telling_differences_with_their_pictures(opened):
    page = opened("posts", width=1280, height=720)
    page.get_by_role("radio", name="V3-Large (post 4): SE inner activation").click()
    page.wait_for_url("**point=se-activation*")
    settle(page)
    assert "in=post-004" in page.url
    expect(page.locator('[id^="1-"]').first).to_be_visible()


def test_a_claim_leads_to_its_control(opened):
    page = opened("posts?part=Claims&posts=003&verdicts=false")
    page.locator('a[href*="block=4"]').first.click()
    page.wait_for_url(re.compile("architecture"))
    settle(page)
    expect(page.get_by_text("Close the block")).to_be_visible()
    assert_sound(page)


def test_only_the_first_answer_counts_and_a_reload_keeps_the_score(opened):
    page = opened("posts?part=quiz")
    wrong, right = "It must not be clipped.", "The division by 6 is missing."
    for answer in (wrong, right):
        page.get_by_text(answer, exact=True).click()
        settle(page)
    expect(page.get_by_text("0 of 8 right at the first try.")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    page.wait_for_url("**question=2*")
    page.reload()
    settle(page)
    assert "score=w-------" in page.url
    expect(page.get_by_text("0 of 8 right at the first try.")).to_be_visible()


def test_one_post_gathers_its_networks_and_claims(opened):
    page = opened("posts?part=post&about=004")
    expect(page.get_by_role("link", name="Open V3-Large with h-swish gates")).to_be_visible()
    expect(page.get_by_role("cell", name="C51")).to_be_visible()
    assert_sound(page)
