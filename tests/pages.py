"""Pages under Streamlit's AppTest, as they stand after a link to them has been followed."""

from importlib import import_module
from pathlib import Path

from streamlit.testing.v1 import AppTest

import viz
from viz.net.fields import Field, Words
from viz.ui.menu import entries, sections

ROOT = Path(__file__).parents[1]
MAIN = ROOT / "pages" / "main.py"
FILES = sorted(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem != "main")


ENTRIES = entries()
MENU = {
    entry.file: (section, entry.title) for section, listed in sections().items() for entry in listed
}
ABOUT_A_NETWORK = [page for page, entry in ENTRIES.items() if entry.network]


def fields(page: str, network: str = "v3-large") -> dict[str, Field]:
    """What a link to a page may say, beside its network."""
    part = import_module(f"viz.ui.parts.{page}")
    config = viz.configure(network)
    return {name: control.field for name, control in part.parameters(config).items()}


def opened(page: str = "home", **link: str | list[str]) -> AppTest:
    """The page as it stands after a link to it has been followed."""
    app = AppTest.from_file(str(MAIN), default_timeout=120)
    for name, value in link.items():
        app.query_params[name] = value
    if page != "home":
        app.switch_page(f"{page}.py")
    app.run()
    assert not app.exception
    assert not app.error
    return app


def further(app: AppTest, prefix: str = "") -> AppTest:
    """The page after the reader has opened the picker's further fields."""
    app.session_state[f"{prefix}further"] = True
    app.run()
    assert not app.exception
    return app


def warnings(app: AppTest) -> str:
    return " ".join(warning.value for warning in app.warning).replace("\\", "")


def samples(field: Field) -> list[str | list[str]]:
    """Values at the ends of what a field may be."""
    return [s.split(",") if isinstance(field, Words) else s for s in field.samples]
