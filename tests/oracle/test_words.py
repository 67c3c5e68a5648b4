"""One way to say a configuration: whatever is written is read back equal."""

import math
from urllib.parse import parse_qsl, urlencode

import keras
import pytest
import timm
import torch
import torchvision
from hypothesis import given, settings
from hypothesis import strategies as st

import viz
from viz.cli import main
from viz.cli.parser import parser
from viz.exports.figures import FIGURES, figure_of, words_of_figure, words_of_pair
from viz.exports.request import LOOKS, Request, request_of
from viz.hardware.roofline import kind_rows, roof_rows
from viz.net.config import NUMBERS, numbers_of
from viz.net.fields import Number, Size, Switch, Word, Words, read_all, write_all
from viz.net.names import LIBRARY_NAMES
from viz.net.words import (
    command_of,
    config_of,
    config_of_caption,
    config_of_file_name,
    file_name_of,
    words_of,
)
from viz.net.zoo import ZOO


def numbers(field):
    if isinstance(field, Size):
        side = st.integers(32, field.high)  # below, maps vanish under Keras's rule for V1
        return st.one_of(side, st.tuples(side, side))
    if field.only:
        return st.sampled_from(field.only)
    whole = st.integers(int(field.low), int(field.high))
    return whole if field.whole else st.floats(field.low, field.high)


def offered(network):
    """Numbers that can be chosen of a network; every resolution, whatever its own."""
    return {name: NUMBERS[name] for name in numbers_of(ZOO[network]) if name in NUMBERS}


@st.composite
def configs(draw):
    network = draw(st.sampled_from(list(ZOO)))
    chosen = {name: draw(numbers(field)) for name, field in offered(network).items()}
    chosen["width_rule"] = draw(st.sampled_from([rule.name for rule in ZOO[network].rules]))
    chosen |= {option: draw(st.booleans()) for option in ZOO[network].options}
    if ZOO[network].deepens:
        chosen["depth"] = draw(st.sampled_from([1.0, 1.1, 2.2]))
    return viz.configure(network, **chosen)


def values(field):
    if isinstance(field, Number) and field.only:
        return st.sampled_from(field.only)
    if isinstance(field, Number):
        return st.integers(math.ceil(field.low), int(field.high))
    if isinstance(field, Switch):
        return st.booleans()
    if isinstance(field, Words):
        return st.lists(st.sampled_from(field.words), unique=True).map(tuple)
    assert isinstance(field, Word)
    return st.sampled_from(field.words)


@given(configs())
@settings(max_examples=150, deadline=None)
def test_a_configuration_is_read_back_from_every_form(config):
    query = dict(parse_qsl(urlencode(words_of(config))))
    assert config_of(config.variant, query) == config
    assert config_of_file_name(file_name_of(config)) == config
    assert config_of_caption(config.title) == config
    options = parser().parse_args(["summary", *command_of(config)])
    assert config_of(options.variant, main._params(options)) == config


@given(configs(), st.data())
@settings(max_examples=80, deadline=None)
def test_a_request_is_read_back(config, data):
    looks = {name: data.draw(values(field)) for name, field in LOOKS.items() if name != "block"}
    request = Request(config, **looks)
    assert request_of(config.variant, request.words()) == request


@pytest.mark.parametrize("name", FIGURES)
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_a_figures_values_are_read_back(name, data):
    kind = FIGURES[name]
    chosen = {n: data.draw(values(field)) for n, field in kind.fields.items()}
    params = words_of_figure(name, chosen)
    assert read_all(kind.fields, params) == chosen
    assert params == write_all(kind.fields, chosen)


@given(configs(), configs())
@settings(max_examples=40, deadline=None)
def test_a_pair_says_both(left, right):
    params = words_of_pair(left, right)
    first = {n: t for n, t in params.items() if not n.startswith("b_")}
    second = {n.removeprefix("b_"): t for n, t in params.items() if n.startswith("b_")}
    assert config_of(left.variant, first) == left
    assert config_of(right.variant, second) == right


def test_different_choices_have_different_file_names():
    names = [
        file_name_of(viz.configure("v3-large", **chosen))
        for chosen in (
            {},
            {"width": 0.75},
            {"width": 0.75, "width_rule": "slim"},
            {"classes": 10},
            {"divisor": 10},
            {"in_channels": 10},
            {"dilated": True},
            {"reduced_tail": True},
            {"resolution": 96},
        )
    ]
    assert len(set(names)) == len(names)


SETTINGS = {"scaling": {"metric": "params"}, "excitation": {"se_block": 5, "seed": 3}} | {
    "arena": {"values": "float32", "given": "float32", "in_place": True, "board": "pico"},
    "patches": {"first": 1, "cuts": 2},
    "memory": {"dtype": "int8", "batch": 2},
    "roofline": {"ridge": 100.3, "precision": "float16", "batch": 2},
    "time": {"ridge": 100.3, "precision": "float16", "batch": 2},
}
OTHER = {"width": 0.75, "resolution": 96, "classes": 10, "width_rule": "keras", "dilated": True}


@pytest.mark.parametrize("name", [name for name, kind in FIGURES.items() if kind.default])
def test_a_figure_about_a_network_is_about_all_of_its_choices(name):
    """The address says what the page has chosen, and its figure is made from just that."""
    config = viz.configure("v3-small", **OTHER)
    seen = []

    def excite(asked, _gate, _seed):
        seen.append(asked)
        gates = {"squeezed": [0.1], "hidden": [0.2], "gate": [0.3], "scaled": [0.4]}
        return [{"block": 5, **gates}]

    figure = figure_of(name, words_of_figure(name, SETTINGS[name], config), excite)
    assert file_name_of(config) in figure.name
    if name == "excitation":
        assert seen == [config]
    elif name in ("arena", "patches"):
        assert "96×96" in figure.picture.svg()
    elif name == "memory":
        drawn = figure.picture.data[0]["customdata"]
        live = viz.trace("v3-small", **OTHER).live_bytes(1, batch=2)
        assert [value for _path, value in drawn] == list(live)
    elif name in ("roofline", "time"):
        traced = viz.trace("v3-small", **OTHER)
        rows = [row for row in roof_rows(traced, 100.3, 2, 2) if row.macs]
        data = figure.picture.data
        if name == "roofline":
            drawn = [x for each in data if "customdata" in each for x in each["x"]]
            assert sorted(drawn) == sorted(row.intensity for row in rows)
        else:
            shares = kind_rows(roof_rows(traced, 100.3, 2, 2))
            assert data[1]["y"] == [round(row.time, 3) for row in shares]
    else:
        numbers = str(figure.picture.figure())
        assert str(viz.trace("v3-small", **OTHER).params) in numbers


# Library names


TORCHVISION = [name for name in torchvision.models.list_models() if name.startswith("mobilenet_v")]


def test_every_name_of_torchvision_is_known():
    for name in TORCHVISION:
        model = torchvision.models.get_model(name)
        assert viz.trace(name).params == sum(p.numel() for p in model.parameters())


@pytest.mark.parametrize("name", ["mnasnet0_5", "mnasnet0_75", "mnasnet1_0", "mnasnet1_3"])
def test_torchvisions_mnasnets_are_names(name):
    model = torchvision.models.get_model(name)
    assert viz.trace(name).params == sum(p.numel() for p in model.parameters())


def test_names_of_timm_are_the_networks_they_mean_there():
    theirs = {name for name in torchvision.models.list_models() if "mnasnet" in name}
    theirs.add("shufflenet_v2_x1_0")
    known = {name for name in LIBRARY_NAMES if "_" in name and not name.startswith("mobilenet_")}
    known -= theirs
    assert known <= set(timm.list_models())
    for name in sorted(known):
        with torch.device("meta"):  # nobody needs the values of its weights
            model = timm.create_model(name)
        assert viz.trace(name).params == sum(p.numel() for p in model.parameters()), name
        assert (viz.trace(name).operations[0].padding == (0, 1)) == name.startswith("tf_")


@pytest.mark.parametrize(
    "name", ["MobileNet", "MobileNetV2", "MobileNetV3Small", "MobileNetV3Large"]
)
def test_names_of_keras_are_the_networks_they_mean_there(name):
    model = getattr(keras.applications, name)(weights=None)
    trainable = sum(int(variable.numpy().size) for variable in model.trainable_variables)
    assert viz.trace(name).params == trainable
    assert viz.configure(name).width_rule == "keras"


def test_a_library_name_can_be_changed():
    config = config_of("tf_mobilenetv3_large_minimal_100", {"width": "0.5"})
    assert (config.width, config.width_rule, config.options) == (0.5, "slim", ("minimalistic",))
