"""``python -m docs.screenshots``: take the pictures of README and docs anew.

Needs a Chromium.
"""

from pathlib import Path

from tests.browser import browsing, served, settle

HERE = Path(__file__).parent

SIZE = {"width": 1920, "height": 1080}
SHOTS = {
    "architecture": ("architecture?block=5", "light"),
    "compare": ("compare", "dark"),
    "slide": ("compare?view=slide", "dark"),
}


def main() -> None:
    """Write one PNG for each page."""
    with browsing() as browser, served() as address:
        for name, (link, scheme) in SHOTS.items():
            page = browser.new_page(viewport=SIZE, color_scheme=scheme)  # type: ignore[arg-type]  # words above
            page.goto(f"{address}/{link}")
            settle(page)
            page.wait_for_timeout(1500)
            page.screenshot(path=HERE / f"{name}.png")
            page.close()


if __name__ == "__main__":
    main()
