"""Rules of the house, as tests: which way imports point, and what an import costs."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import viz

ROOT = Path(__file__).parents[2]
# Lowest first: a module may import from its own row and from those above it in this list.
ROWS = [
    ["tables", "theme", "text", "activations"],
    ["net"],
    ["facts"],
    ["hardware"],
    ["lessons"],
    ["drawing", "charts"],
    ["reading"],
    ["pytorch"],
    ["claims", "exports"],
    ["lab"],
    ["cli"],
    ["__main__"],
    ["ui"],
]
RANK = {name: rank for rank, row in enumerate(ROWS) for name in row}
SOURCES = sorted((ROOT / "viz").rglob("*.py"))
TORCH_ROOM = "pytorch"  # by any name of a folder: viz/pytorch and viz/lab/pytorch


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in SOURCES}


def layer(path: Path) -> str:
    return path.relative_to(ROOT / "viz").parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Dotted names that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def imported_modules(path: Path) -> set[str]:
    """Modules of ours that a file imports; a package counts where a name of its own is taken."""
    found = set()
    for name in imported(path):
        while name and name not in MODULES:
            name = name.rpartition(".")[0]
        found.add(name)
    return found - {"", "viz", module_name(path)}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_one_way(path):
    if layer(path) == "__init__":
        return
    for name in imported_modules(path):
        assert RANK[name.split(".")[1]] <= RANK[layer(path)], f"{path.name} imports {name}"


def test_there_are_no_circles():
    graph = {name: imported_modules(path) for name, path in MODULES.items() if name != "viz"}
    tuple(TopologicalSorter(graph).static_order())  # raises CycleError, which names the circle


def test_every_room_has_a_rank():
    assert {layer(path) for path in SOURCES} - {"__init__"} == set(RANK)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_torch_and_streamlit_stay_in_their_rooms(path):
    roots = {name.split(".")[0] for name in imported(path)}
    assert "streamlit" not in roots or layer(path) == "ui"
    if TORCH_ROOM not in path.parts and layer(path) != "__init__":
        assert not roots & {"torch", "torchvision", "torchinfo"}


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda p: p.name)
def test_pages_compute_nothing(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    arithmetic = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
    assert not [
        n for n in ast.walk(tree) if isinstance(n, ast.BinOp) and isinstance(n.op, arithmetic)
    ]


def test_importing_viz_loads_neither_torch_nor_streamlit():
    code = "import sys, viz; viz.trace('v2').params; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert not {"torch", "streamlit", "pandas", "plotly", "numpy"} & set(done.stdout.split())


def test_public_names_exist_and_are_documented():
    for name in viz.__all__:
        value = getattr(viz, name)
        assert name == "ZOO" or value.__doc__


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_stay_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
