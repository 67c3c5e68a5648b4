"""Rules of the house, as tests: which way imports point, and what an import costs."""

import ast
import inspect
import re
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import viz
from viz.extras import LIBRARIES

ROOT = Path(__file__).parents[2]
# Lowest first: a module may import from its own row and from those above it in this list.
ROWS = [
    ["tables", "theme", "text", "activations", "extras"],
    ["net"],
    ["facts"],
    ["hardware"],
    ["lessons"],
    ["drawing", "charts"],
    ["reading"],
    ["pytorch"],
    ["claims", "story"],
    ["exports"],
    ["lab"],
    ["serving"],
    ["ui"],
    ["cli"],
    ["__main__"],
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


@cache
def imported(path: Path) -> set[str]:
    """Dotted names that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def roots(path: Path) -> set[str]:
    """Packages that a file imports from."""
    return {name.split(".")[0] for name in imported(path)}


def imported_modules(path: Path) -> set[str]:
    """Modules of ours that a file imports; a package counts where a name of its own is taken."""
    found = set()
    for name in imported(path):
        while name and name not in MODULES:
            name = name.rpartition(".")[0]
        found.add(name)
    return found - {"", "viz", module_name(path)}


def test_imports_point_one_way():
    upward = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in SOURCES
        if layer(path) != "__init__"
        for name in sorted(imported_modules(path))
        if RANK[name.split(".")[1]] > RANK[layer(path)]
    ]
    assert not upward


def test_there_are_no_circles():
    graph = {name: imported_modules(path) for name, path in MODULES.items() if name != "viz"}
    tuple(TopologicalSorter(graph).static_order())  # raises CycleError, which names the circle


def test_every_room_has_a_rank():
    assert {layer(path) for path in SOURCES} - {"__init__"} == set(RANK)


def test_streamlit_stays_in_its_room():
    assert not [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if "streamlit" in roots(path) and layer(path) != "ui"
    ]


def test_torch_stays_in_its_rooms():
    assert not [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if roots(path) & {"torch", "torchvision", "torchinfo"}
        and TORCH_ROOM not in path.parts
        and layer(path) != "__init__"
    ]


def test_onnxruntime_stays_in_the_lab():
    assert not [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if "onnxruntime" in roots(path) and layer(path) != "lab"
    ]


def test_pages_compute_nothing():
    arithmetic = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
    assert not [
        f"{path.name}:{node.lineno}"
        for path in sorted((ROOT / "pages").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.BinOp) and isinstance(node.op, arithmetic)
    ]


def test_importing_viz_loads_neither_torch_nor_streamlit():
    code = "import sys, viz; viz.trace('v2').params; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert not {"torch", "streamlit", "pandas", "plotly", "numpy"} & set(done.stdout.split())


def test_the_command_line_starts_without_any_library_of_an_extra():
    code = "import sys, viz.cli.main; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert not set(LIBRARIES) & set(done.stdout.split())


def test_a_public_function_names_the_error_that_bad_input_gets():
    """Or says whose errors it shares; each error that is named can be caught as ``viz.``'s."""
    functions = {n: getattr(viz, n) for n in viz.__all__ if inspect.isfunction(getattr(viz, n))}
    documented = {name: inspect.getdoc(function) or "" for name, function in functions.items()}
    named = {name: set(re.findall(r"``(\w+Error)``", text)) for name, text in documented.items()}
    assert not [
        name
        for name, text in documented.items()
        if not named[name] and "errors as for ``" not in text
    ]
    assert set().union(*named.values()) <= set(viz.__all__)
