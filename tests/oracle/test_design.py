"""Designs: every network of the zoo as one, changed ones against timm, all ways to say them."""

import json
from functools import partial
from urllib.parse import parse_qsl, urlencode

import onnxruntime
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from timm.models._efficientnet_blocks import SqueezeExcite
from timm.models._efficientnet_builder import decode_arch_def, round_channels
from timm.models.mobilenetv3 import MobileNetV3
from torch import nn

import viz
from viz.cli.main import main
from viz.exports import EXPORTS, Request, designs, spec
from viz.net import design as own
from viz.net import timm_strings
from viz.net.blocks import Bneck, LastConv
from viz.net.config import LONGEST_DESIGN
from viz.net.design import read as design_text
from viz.net.fields import Word
from viz.net.words import config_of, words_of
from viz.net.zoo import ZOO
from viz.pytorch.files import as_onnx, module_of


def test_every_network_is_the_design_of_its_own_rows(network):
    made = viz.design(own.rows_of(ZOO[network]), network)
    for rule in ZOO[network].rules:
        chosen = {"width": 0.6, "width_rule": rule.name, "resolution": 96}
        assert viz.trace(made, **chosen).operations == viz.trace(network, **chosen).operations


CHANGED = {
    "kernel 7, no SE": (4, "bneck.7.96.40.no.hardswish.2"),
    "wider": (13, "bneck.3.1056.176.se.relu.1"),
}


def changed(place, row, start="v3-large"):
    rows = own.rows_of(ZOO[start])
    rows[place] = row
    return viz.design(rows, start)


def with_timm(strings):
    """timm's own MobileNetV3 of these strings, as it makes V3-Large."""
    squeeze = partial(
        SqueezeExcite,
        gate_layer="hard_sigmoid",
        force_act_layer=nn.ReLU,
        rd_round_fn=round_channels,
    )
    return MobileNetV3(
        decode_arch_def([[string] for string in strings]),
        num_features=1280,
        stem_size=16,
        act_layer=nn.Hardswish,
        se_layer=squeeze,
    )


@pytest.mark.parametrize("name", CHANGED)
def test_a_changed_row_is_what_timm_builds_of_its_block_string(name):
    network = changed(*CHANGED[name])
    body = [row for row in network.rows if isinstance(row, (Bneck, LastConv))]
    theirs = with_timm(timm_strings.strings_of(body, 16))
    traced = viz.trace(network, width_rule="timm")
    ours = [
        (op.kernel, op.stride, op.in_shape[0], op.out_shape[0])
        for op in traced.operations
        if op.kernel
    ]
    wanted = [
        (m.kernel_size[0], m.stride[0], m.in_channels, m.out_channels)
        for m in theirs.modules()
        if isinstance(m, nn.Conv2d)
    ]
    assert ours == wanted[: len(ours)]
    assert traced.params == sum(p.numel() for p in theirs.parameters())


def test_timms_strings_come_out_as_timm_has_them_and_go_in_again():
    """Rows of timm's own definition of V3-Large (models/mobilenetv3.py)."""
    body = [row for row in ZOO["v3-large"].rows if isinstance(row, (Bneck, LastConv))]
    strings = timm_strings.strings_of(body, 16)
    assert strings[0] == "ds_r1_k3_s1_e1_c16_nre"
    assert strings[3] == "ir_r1_k5_s2_e3_c40_se0.25_nre"
    assert strings[8] == "ir_r1_k3_s1_e2.3_c80"
    assert strings[-1] == "cn_r1_k1_s1_c960"
    channels, again = 16, []
    for string in strings:
        again += timm_strings.read(string, channels)
        channels = again[-1].out
    assert again == body
    assert len(timm_strings.read("ir_r3_k5_s2_e3_c40_se0.25_nre", 24)) == 3


# SE alone, SE in a norm's place, and blocks for which timm has no strings
BRANCHED = {"ghostnet", "shufflenet-v2-x1", "mobileone-s0", "repvit-m0-9"}
WITHOUT_STRINGS = {"post-000", "post-003-small"} | BRANCHED


def test_every_network_comes_back_from_its_block_strings(network):
    if network in WITHOUT_STRINGS:
        with pytest.raises(viz.ConfigError, match="timm's strings"):
            timm_strings.body_of(ZOO[network])
        return
    strings = timm_strings.body_of(ZOO[network])
    again = viz.design(timm_strings.with_body(ZOO[network], strings), network)
    theirs, ours = viz.trace(network, resolution=96), viz.trace(again, resolution=96)
    assert [op._replace(path="", inputs=()) for op in ours.operations if op.kernel] == [
        op._replace(path="", inputs=()) for op in theirs.operations if op.kernel
    ]


@pytest.mark.parametrize(
    "network", ["v4-conv-medium", "v4-hybrid-medium", "edgetpu-v2-s", "mnasnet-b1", "lcnet"]
)
def test_timm_builds_the_same_convolutions_of_these_strings(network):
    strings = timm_strings.body_of(ZOO[network])
    theirs = MobileNetV3(
        decode_arch_def([[string] for string in strings]), stem_size=ZOO[network].rows[0].out
    )
    wanted = [
        (m.kernel_size[0], m.stride[0], m.in_channels, m.out_channels, m.groups)
        for m in theirs.blocks.modules()
        if isinstance(m, nn.Conv2d)
    ]
    ours = [
        (op.kernel, op.stride, op.in_shape[0], op.out_shape[0], op.groups)
        for op in viz.trace(network).operations
        if op.kernel and op.block
    ]
    body = [each for each in ours if each[0] > 1 or each[3] > 1]
    assert body[: len(wanted)] == wanted


@pytest.mark.parametrize(
    "text",
    ["", "ir", "xx_r1_k3_s1_c8", "ir_r1_k3_s1_e1_c8_se0.5", "ir_r1_k3_s1_c8_nzz", "ir_rx_k3"],
)
def test_other_block_strings_are_refused_in_one_sentence(text):
    with pytest.raises(viz.ConfigError, match="block string"):
        timm_strings.read(text, 16)


def a_value(field):
    if isinstance(field, Word):
        return st.sampled_from(field.words)
    if field.only:
        return st.sampled_from(field.only).map(str)
    return st.integers(int(field.low), int(field.high)).map(str)


def a_row(word):
    """A row with all its values, or without those that may be left out."""
    values = st.tuples(*map(a_value, own.FORMS[word].values.values()))
    lengths = st.integers(own.FORMS[word].fewest, len(own.FORMS[word].values))
    rows = st.tuples(values, lengths).map(lambda both: ".".join([word, *both[0][: both[1]]]))
    return rows.filter(lambda row: not row.startswith("uib.0.0"))  # cannot have every stride


MAPS = [
    word for word, form in own.FORMS.items() if form.needs == "map" and word not in ("se", "pool")
]


@given(st.lists(st.sampled_from(MAPS).flatmap(a_row), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_whatever_is_designed_is_read_back_from_a_url_and_a_file(rows):
    network = viz.design([*rows, "pool", "classifier.dropout.no"], "v2")
    config = viz.configure(network, width=0.5)
    assert own.read(own.write(network)) == network
    sentence = dict(parse_qsl(urlencode(words_of(config))))
    assert config_of("design", sentence) == config
    assert designs.read(designs.as_json(Request(config))) == network
    assert viz.configure(config.variant, **config.arguments()) == config


def test_the_longest_design_of_v3_large_fits_a_url():
    """Every row of V3-Large with its longest values."""
    longest = {"bneck": "bneck.11.4096.4096.no.hardswish.2", "stem": "stem.4096.hardswish.2"}
    rows = [longest.get(row.partition(".")[0], row) for row in own.rows_of(ZOO["v3-large"])]
    assert len(urlencode({"design": own.write(viz.design(rows))})) < 700 < LONGEST_DESIGN


BAD = {
    "bneck.5.72": "row 1 is 'bneck.5.72', but must be of the form bneck.kernel.exp.out.se",
    "bneck.4.72.40.se.relu.2": "row 1, kernel is 4",
    "bneck.5.72.40.se.tanh.2": "row 1, nl is 'tanh'",
    "uib.0.0.72.40.2": "row 1, stride is 2, but must be 1: without a depthwise",
    "stem.16.relu.2~pool.no~classifier.no.no": "row 3 is 'classifier', but must be behind a pool",
    "block.3": "row 1 is 'block.3', but must be one of stem, conv",
    "pool": "row 1 is 'pool', but must be a convolution",
    "head.1280.relu": "row 1 is 'head', but must be behind a pool",
    "stem.16.relu.2~pool~stem.16.relu.2": "row 3 is 'stem', but must be before the pool",
    "stem.16.relu.2~pool~pool": "row 3 is 'pool', but must be the only pool",
}


@pytest.mark.parametrize("rows", BAD)
def test_a_row_that_cannot_be_is_named_in_one_sentence(rows):
    with pytest.raises(viz.ConfigError) as refused:
        viz.design(rows)
    assert str(refused.value).startswith(BAD[rows])
    assert "\n" not in str(refused.value)


def test_a_design_can_be_everything_that_the_zoo_can_be():
    config = viz.configure(changed(*CHANGED["wider"]), width=0.5, resolution=(64, 96), classes=5)
    request = Request(config)
    for what, kinds in EXPORTS.items():
        for kind in kinds:
            assert EXPORTS[what][kind].make(request), (what, kind)
    assert spec.read(spec.as_json(request)) == request.traced
    image = torch.randn(1, 3, 64, 96)
    with torch.no_grad():
        expected = module_of(request.traced)(image)
    session = onnxruntime.InferenceSession(as_onnx(request.traced))
    (given_back,) = session.run(None, {"image": image.numpy()})
    assert abs(torch.from_numpy(given_back) - expected).max() <= 1e-5 * abs(expected).max()


def test_a_design_is_named_in_the_command_line(tmp_path, capsys):
    file = tmp_path / "mine.json"
    network = changed(*CHANGED["kernel 7, no SE"])
    file.write_bytes(designs.as_json(Request(viz.configure(network))))
    assert main(["summary", "--design", str(file), "--width", "0.75", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["params"] == viz.trace(network, width=0.75).params
    for arguments, sentence in (
        (["summary"], "NETWORK is missing"),
        (["summary", "v2", "--design", str(file)], "not both"),
        (["summary", "--design", str(tmp_path / "none")], "No such file"),
        (["summary", "--design", __file__], "a design written by MobileNet Atlas"),
    ):
        assert main(arguments) == 2
        assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "abc", "bneck 3 x"])
def test_a_text_that_is_no_design_is_refused_under_its_own_name(text):
    with pytest.raises(viz.ConfigError, match=r"^design is .* must be the rows of a design"):
        design_text(text)
