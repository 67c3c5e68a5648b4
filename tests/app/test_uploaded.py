"""A network that a reader brought in a file, on every page and in the shell."""

import json
import subprocess
import sys

import pytest
import torchvision
from graphs_of_others import module_named
from streamlit.testing.v1 import AppTest
from torch import nn

import viz
from pages import ABOUT_A_NETWORK, ENTRIES, MAIN, opened, warnings
from viz.cli.main import main
from viz.drawing.comparison import pair_diagram
from viz.exports import EXPORTS, Request
from viz.ui import uploaded

READS = [page for page, entry in ENTRIES.items() if entry.reads]


@pytest.fixture(scope="module")
def theirs():
    """ResNet-18, which has nothing of a MobileNet."""
    return viz.read(module_named("resnet18"))


@pytest.fixture(scope="module")
def odd():
    """GoogLeNet: branches, pools with windows, and concatenations."""
    return viz.read(torchvision.models.googlenet(init_weights=False, aux_logits=False), 96)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("onnx") / "mine.onnx"
    config = viz.configure("v3-small", width=0.5, resolution=96)
    path.write_bytes(EXPORTS["model"]["onnx"].make(Request(config)))
    return path


def page_with(traced, page, **link):
    """The page in a session that has read a network, which is chosen."""
    app = AppTest.from_file(str(MAIN), default_timeout=120)
    app.session_state[uploaded.HELD] = traced.config.network
    for name, value in {"network": uploaded.KEY, **link}.items():
        app.query_params[name] = value
    app.switch_page(f"{page}.py")
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize("page", [page for page in ABOUT_A_NETWORK if page not in READS])
def test_a_page_that_cannot_show_it_says_why(theirs, page):
    app = page_with(theirs, page)
    assert "a file holds one as it is" in app.info[0].value
    assert not app.error


@pytest.mark.parametrize("part", ["costs", "taps", "memory", "files"])
def test_architecture_shows_it_with_every_tab_that_can(theirs, odd, part):
    for traced in (theirs, odd):
        app = page_with(traced, "architecture", part=part, block="2", colour="bound", taps="true")
        assert not app.error
        values = {metric.label: metric.value for metric in app.metric}
        assert values["Depth"] == str(traced.depth)
        assert not [s.label for s in app.sidebar.slider]
        assert "Read from the module" in app.sidebar.caption[0].value
        tabs = [tab.label for tab in app.tabs]
        assert tabs == ["Cost by block", "Feature levels", "Memory", "Downloads"]


@pytest.mark.parametrize("part", ["roofline", "ranking", "published"])
def test_hardware_shows_it(odd, part):
    assert not page_with(odd, "hardware", part=part).error


def test_does_it_fit_plans_it_without_a_recipe(theirs):
    app = page_with(theirs, "fit")
    assert app.metric[0].value == f"{viz.arena(theirs.config.network).total:,}"
    assert not [button for button in app.button if str(button.key).startswith("undo-")]


def test_compare_takes_it_on_either_side(theirs):
    for link in ({"b_network": "v2"}, {"network": "v2", "b_network": uploaded.KEY}):
        app = page_with(theirs, "compare", **link)
        assert not app.error
        assert len(app.metric) == 5


@pytest.mark.parametrize("layers", [(nn.ReLU(), nn.MaxPool2d(2)), (nn.BatchNorm2d(3),)])
def test_a_network_without_weights_or_multiply_adds_breaks_nothing(layers):
    """No share and no ratio divides by nothing."""
    bare = viz.read(nn.Sequential(*layers), 16)
    assert bare.macs == 0
    for colour in ("params", "macs", "bound"):
        assert not page_with(bare, "architecture", colour=colour, part="memory").error
    assert not page_with(bare, "hardware").error
    for link in ({"b_network": "v2"}, {"network": "v2", "b_network": uploaded.KEY}):
        assert not page_with(bare, "compare", **link).error
    for what, kind in (("diagram", "png"), ("table", "csv"), ("chart", "svg")):
        assert EXPORTS[what][kind].make(Request(bare.config))


def test_a_link_to_it_in_another_session_says_what_is_missing():
    app = opened("architecture", network=uploaded.KEY)
    assert "dropped on Identify again" in warnings(app)
    assert app.selectbox(key="network").value == "v3-large"


@pytest.mark.parametrize(
    ("what", "kind"),
    [(w, k) for w, kinds in EXPORTS.items() if w != "model" for k in kinds],
)
def test_every_format_that_needs_no_rows_can_be_taken(odd, what, kind):
    for rows in ("operation", "block", "stage") if what == "table" else ("operation",):
        made = EXPORTS[what][kind].make(Request(odd.config, rows=rows))
        assert len(made) > 100


@pytest.mark.parametrize("kind", list(EXPORTS["model"]))
def test_no_model_is_made_of_what_came_from_one(theirs, kind):
    with pytest.raises(viz.ConfigError, match="diagram, table or chart"):
        EXPORTS["model"][kind].make(Request(theirs.config))


def test_two_that_were_read_stand_side_by_side(theirs, odd):
    picture = pair_diagram(theirs, odd, Request(theirs.config).look)
    assert "residual" in picture.svg()


# In the shell


def test_summary_counts_a_file(file, capsys):
    assert main(["summary", "--onnx", str(file), "--format", "json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["macs"] == viz.trace("v3-small", width=0.5, resolution=96).macs
    assert content["config"] == {}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["summary", "v2", "--onnx", "F"], "give one network only"),
        (["summary", "--onnx", "F", "--width", "0.5"], "width is '0.5', but must be left out"),
        (["summary", "--onnx", "F", "--resolution", "0"], "resolution is '0'"),
        (["summary", "--onnx", "nowhere.onnx"], "nowhere.onnx: no such file"),
        (["export", "--onnx", "F", "--what", "deck", "--format", "pptx"], "a deck is about"),
        (["export", "--onnx", "F", "--what", "model", "--format", "onnx"], "read from its own"),
        (["export", "--onnx", "F", "--what", "chart", "--chart", "width"], "has one width"),
        (["diagram", "--onnx", "F", "--block", "99"], "a whole number from 0 to"),
    ],
)
def test_what_cannot_be_is_one_sentence(file, capsys, arguments, sentence):
    arguments = [str(file) if word == "F" else word for word in arguments]
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert error.count("\n") == 1


def test_a_picture_of_a_file_from_the_shell(file):
    command = [sys.executable, "-m", "viz", "diagram", "--onnx", str(file)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert "mine · 96×96" in done.stdout
    assert "bneck 11" in done.stdout
