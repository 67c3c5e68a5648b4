"""``python -m tools.empty_envs``: the wheel in environments that hold only what it asks for.

* ``core``, on every Python of this machine: what traces and diagrams need, neither torch nor
  Streamlit; what lacks an extra says so in one sentence.
* ``app``: the app without torch, started by ``atlas app`` and opened in a browser.
* ``all``: every extra. torch has gigabytes, so nothing is installed again: the environment is made
  of links to those distributions of the one that runs this that ``[all]`` asks for, directly or
  not, and to no others. pip checks it.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.browser import MARKS, browsing, settle
from tools.environments import Environment, built_wheel, linked, made, pythons
from tools.serving import serving

VERSIONS = ("3.11", "3.12", "3.13", "3.14")
CORE = {"mobilenet-atlas", "graphviz", "graphviz-pure"}
TRACES = """
import importlib.metadata, json, sys, viz
traced, picture = viz.trace("v3-large", width=0.75), viz.diagram("v2")
viz.compare("v2", "v3-large")._repr_mimebundle_()
said = []
for lacking in (lambda: viz.build("v2"), lambda: __import__("viz.ui"), lambda: viz.load(None, "x")):
    try:
        lacking()
    except viz.MissingExtra as error:
        said.append(str(error))
print(json.dumps({
    "params": traced.params,
    "svg": picture.svg()[-7:],
    "png": list(picture.png()[:4]),
    "said": said,
    "versions": [viz.__version__, importlib.metadata.version("mobilenet-atlas")],
    "file": viz.__file__,
    "loaded": sorted({"torch", "streamlit", "numpy"} & set(sys.modules)),
}))
"""
LACKING = {
    ("app",): "app needs streamlit: pip install 'mobilenet-atlas[app]'.",
    ("predict", "x.jpg", "--network", "v2"): "predict needs pillow: pip install "
    "'mobilenet-atlas[torch]'.",
    ("export", "v2", "--format", "pdf"): "export needs typst: pip install "
    "'mobilenet-atlas[export]'.",
    ("export", "v2", "--format", "pptx"): "export needs python-pptx: pip install "
    "'mobilenet-atlas[export]'.",
}
WITHOUT_TORCH = "This needs torch: pip install 'mobilenet-atlas[torch]'."
BUILDS = """
import torch, viz
model = viz.build("v3-small", width=0.5).eval()
assert model(torch.zeros(1, 3, 224, 224)).shape == (1, 1000)
assert viz.read(model).params == viz.trace("v3-small", width=0.5).params
assert viz.identify(model.state_dict()).match.variant == "v3-small"
"""
EXPORTS = (
    ("diagram", "pdf"),
    ("diagram", "pptx"),
    ("table", "xlsx"),
    ("chart", "svg"),
    ("model", "onnx"),
    ("model", "safetensors"),
)


def main() -> None:
    """Check all three. A failed check ends it with code 1 and the check's own words."""
    with tempfile.TemporaryDirectory(prefix="atlas-environments-") as name:
        folder = Path(name)
        wheel = built_wheel(folder)
        found = pythons(VERSIONS)
        for version, python in found.items():
            check_core(made(folder / f"core-{version}", python, str(wheel)))
            print(f"core on Python {version}: sound", flush=True)
        if missing := [version for version in VERSIONS if version not in found]:
            print(f"left out, not on this machine: Python {', '.join(missing)}", flush=True)
        check_app(
            made(folder / "app", sys.executable, f"{wheel}[app]"),
            {"architecture": [], "squeeze": [WITHOUT_TORCH]},
        )
        print("app without torch: sound", flush=True)
        check_all(linked(folder / "all", wheel))
        print("all: sound", flush=True)


def check_core(env: Environment) -> None:
    """Traces, diagrams and comparisons; no more packages than these need."""
    assert env.packages() - {"pip", "setuptools", "wheel"} == CORE, env.packages()
    said = json.loads(env.run("-I", "-c", TRACES).stdout)
    assert Path(said["file"]).is_relative_to(env.folder), said
    assert said["params"] == 3_377_576, said  # torchvision's (viz/net/zoo/published.json)
    assert (said["svg"], said["png"]) == ("</svg>\n", list(b"\x89PNG")), said
    assert said["said"] == [
        "build needs torch: pip install 'mobilenet-atlas[torch]'.",
        "viz.ui needs streamlit: pip install 'mobilenet-atlas[app]'.",
        "load needs torch: pip install 'mobilenet-atlas[torch]'.",
    ], said
    assert len(set(said["versions"])) == 1, said
    assert said["loaded"] == [], said
    summary = env.atlas("summary", "v3-large", "--width", "0.75").stdout
    assert "3,377,576 parameters" in summary, summary
    for arguments, sentence in LACKING.items():
        _check_refusal(env.atlas(*arguments, code=2), sentence)


def _check_refusal(done: "subprocess.CompletedProcess[str]", sentence: str) -> None:
    assert done.stderr == f"atlas: {sentence}\n", done.stderr


def check_app(env: Environment, complaints: Mapping[str, list[str]]) -> None:
    """``atlas app`` answers; these pages are drawn, with these complaints and no others."""
    with serving(env) as address, browsing() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        for path, expected in complaints.items():
            page.goto(f"{address}/{path}")
            settle(page)
            page.get_by_text(MARKS[path]).first.wait_for()
            found = page.get_by_test_id("stAlert").all_inner_texts()
            assert found == expected, (path, found)


def check_all(env: Environment) -> None:
    """Modules, files of every kind, and a page that asks torch."""
    env.pip("check")
    env.run("-I", "-c", BUILDS)
    for what, kind in EXPORTS:
        file = env.folder / f"{what}.{kind}"
        named = ("--what", what, "--format", kind, "--output", str(file))
        env.atlas("export", "v3-small", *named)
        assert file.stat().st_size > 1_000, file
    for kind in ("onnx", "safetensors"):
        answer = env.atlas("identify", str(env.folder / f"model.{kind}"), "--json").stdout
        assert '"v3-small"' in answer, answer
    check_app(env, {"architecture": [], "squeeze": []})


if __name__ == "__main__":
    main()
