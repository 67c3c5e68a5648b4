"""Pages under Streamlit's AppTest, as they stand after a link to them has been followed."""

import ast
from importlib import import_module
from pathlib import Path

from streamlit.testing.v1 import AppTest

import viz
from viz.net.fields import Field, Words

ROOT = Path(__file__).parents[1]
MAIN = ROOT / "pages" / "main.py"
FILES = sorted(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem != "main")


def entries() -> dict[str, set[str]]:
    """Every page in the navigation: its file, and which keywords its line has."""
    calls = [n for n in ast.walk(ast.parse(MAIN.read_text("utf-8"))) if isinstance(n, ast.Call)]
    found = [n for n in calls if isinstance(n.func, ast.Attribute) and n.func.attr == "Entry"]
    return {call.args[0].value: {word.arg for word in call.keywords} for call in found}


def menu() -> dict[str, tuple[str, str]]:
    """Every page by its file: section and title in the menu."""
    calls = ast.walk(ast.parse(MAIN.read_text("utf-8")))
    sections = next(node for node in calls if isinstance(node, ast.Dict))
    return {
        entry.args[0].value: (_text(title), _text(entry.args[1]))
        for title, listed in zip(sections.keys, sections.values, strict=True)
        for entry in listed.elts
    }


def _text(node: ast.expr) -> str:
    """A text in the source, marked for translation or not."""
    return str(node.args[0].value if isinstance(node, ast.Call) else node.value)


ENTRIES = entries()
MENU = menu()
ABOUT_A_NETWORK = [page for page, words in ENTRIES.items() if "network" in words]


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
