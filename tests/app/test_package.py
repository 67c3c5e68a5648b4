"""The package: what it asks for, what a checker knows of it, what it says where an extra lacks."""

import os
import re
import subprocess
import sys
import tomllib
from functools import partial
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import viz
from viz import extras
from viz.cli.app import script
from viz.cli.main import main
from viz.net.choices import Choices
from viz.net.config import DEPTH, NUMBERS, OPTIONS, RULE
from viz.net.design import KEY

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SNIPPET = """\
import viz

viz.trace("v3-large", width=0.75, resolution=(160, 320), minimalistic=True)
viz.trace("v3-large", widht=0.75)  # refused
viz.trace("v3-large", width="three quarters")  # refused
viz.diagram("v2", level="block", block=3, classes=10)
viz.diagram("v2", levle="block")  # refused
viz.configure("v2", width_rule="timm", divisor=None)
viz.configure("v2", with_rule="timm")  # refused
viz.compare("v2", "v3-large", width=0.5).diagram.svg()
viz.compare("v2", "v3-large", witdh=0.5)  # refused
viz.build("v2", width=0.5).eval()
viz.build("v2", clases=5)  # refused
viz.sweep(["v2"], [0.5, 1.0], [(160, 320)], rules=["slim"], classes=10)[0].peak_bytes
viz.sweep(["v2"], width=[0.5])  # refused
viz.read("model.onnx", resolution=224, in_channels=3).params
viz.read("model.onnx", chanels=3)  # refused
"""


def requirements(extra: str) -> dict[str, Requirement]:
    """What an extra asks for, other extras of ours included."""
    found: dict[str, Requirement] = {}
    for line in PROJECT["optional-dependencies"][extra]:
        asked = Requirement(line)
        if asked.name == extras.PACKAGE:
            for name in asked.extras:
                found |= requirements(name)
        else:
            found[asked.name] = asked
    return found


def test_all_extras_together_are_the_requirements_of_the_app():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    own = {line: Requirement(line) for line in PROJECT["dependencies"]}
    together = {*own.values(), *requirements("all").values()}
    assert together == set(map(Requirement, lines))


def test_each_library_is_in_the_extras_that_are_named_for_it():
    own = {"lxml"}  # which python-pptx brings
    for name, library in extras.LIBRARIES.items():
        for extra in library.extras:
            assert library.package in requirements(extra), name
    packages = {lib.package for name, lib in extras.LIBRARIES.items() if name not in own}
    assert packages == set(requirements("all"))


def test_version_is_written_once():
    assert re.fullmatch(r"\d+\.\d+\.\d+", viz.__version__)
    assert PROJECT["dynamic"] == ["version"]


def test_every_choice_of_a_network_is_a_typed_keyword():
    names = {*NUMBERS, DEPTH, RULE, KEY, *OPTIONS}
    assert set(Choices.__annotations__) == names, "viz.net.choices.Choices lacks a name"


def test_a_checker_takes_right_keywords_and_refuses_wrong_ones(tmp_path):
    snippet = tmp_path / "snippet.py"
    snippet.write_text(SNIPPET)
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml")]
    done = subprocess.run([*command, str(snippet)], capture_output=True, text=True, cwd=ROOT)
    refused = {int(number) for number in re.findall(r"snippet\.py:(\d+): error", done.stdout)}
    marked = [n for n, line in enumerate(SNIPPET.splitlines(), 1) if line.endswith("# refused")]
    assert refused == set(marked), done.stdout
    assert 'did you mean "width"?' in done.stdout


def test_no_file_changes_where_python_looks():
    files = subprocess.run(["git", "ls-files", "*.py"], capture_output=True, text=True, cwd=ROOT)
    touched = re.compile(r"\bsys\.path\b|\bsite\.addsitedir\b")
    here = str(Path(__file__).relative_to(ROOT))
    names = [name for name in files.stdout.split() if name != here]
    assert names
    assert not [name for name in names if touched.search((ROOT / name).read_text("utf-8"))]


def test_script_of_the_app_is_the_one_that_streamlit_runs():
    assert script() == ROOT / "app.py"


def test_what_is_missing_is_said_with_its_extra():
    with pytest.raises(viz.MissingExtra) as raised, extras.needed_by("build"):
        raise ModuleNotFoundError("No module named 'torch'", name="torch.nn")
    assert str(raised.value) == "build needs torch: pip install 'mobilenet-atlas[torch]'."
    assert raised.value.name == "torch"


def test_another_missing_module_stays_what_it_is():
    with pytest.raises(ModuleNotFoundError, match="frobnicate") as raised, extras.needed_by("x"):
        import frobnicate  # noqa: F401 - it is not there
    assert not isinstance(raised.value, viz.MissingExtra)


def test_a_library_of_several_extras_is_taken_from_the_one_that_is_used():
    assert extras.advice("numpy", "files").endswith("[files]'")
    assert extras.advice("numpy", "app").endswith("[export]'")
    assert extras.advice("pptx") == "needs python-pptx: pip install 'mobilenet-atlas[export]'"


def test_messages_name_the_program_that_was_typed(tmp_path):
    atlas = tmp_path / "atlas"  # as pip writes it
    atlas.write_text("import sys\nfrom viz.cli.main import main\nsys.exit(main())\n")
    for command, name, usage in (
        ([str(atlas)], "atlas", "atlas"),
        (["-m", "viz"], "viz", "python -m viz"),
    ):
        run = partial(subprocess.run, capture_output=True, text=True, cwd=ROOT)
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        refused = run([sys.executable, *command, "list", "--x"], env=environment)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr == f"{name}: unrecognized arguments: --x.\n"
        helped = run([sys.executable, *command, "--help"], env=environment)
        assert helped.stdout.startswith(f"usage: {usage} [-h]")


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_the_app_refuses_a_port_that_cannot_be(port, capsys):
    assert main(["app", "--port", port]) == 2
    assert capsys.readouterr().err.startswith("viz: --port is ")
