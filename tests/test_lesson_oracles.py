"""The lessons' numbers against torch, torchvision, Keras and the papers."""

import numpy as np
import pytest
import torch
import torchvision
from hypothesis import given, settings
from hypothesis import strategies as st
from svg import Drawing
from torch.utils.flop_counter import FlopCounterMode

import viz
from viz.drawing.diagrams import Look, draw_blocks, draw_residuals, draw_windows
from viz.lessons.dialects import COUNTERPARTS, POINTS, matrix_rows, sides
from viz.lessons.manifold import DIMENSIONS, passage, passages, spiral
from viz.lessons import squeeze
from viz.lessons.residual import cost_rows, inverted_residual, resnet_bottleneck
from viz.lessons.scaling import grid_rows, paper_claims
from viz.lessons.squeeze import GATES, squeeze_rows
from viz.lessons.tail import last_stage, stem
from viz.lessons.windows import pytorch_windows, tensorflow_windows
from viz.net.trace import trace
from viz.pytorch import excitations as forward
from viz.pytorch.modules import build_trace

# Windows


def touched(layer, size: int) -> tuple[int, set[int]]:
    """How many outputs a one-dimensional layer has, and the inputs that they depend on."""
    inputs = torch.zeros(1, 1, size, requires_grad=True)
    out = layer(inputs)
    out.sum().backward()
    return out.shape[-1], set(inputs.grad[0, 0].nonzero().flatten().tolist())


@settings(deadline=None)
@given(st.integers(1, 24), st.integers(1, 7), st.integers(0, 3), st.integers(1, 4))
def test_windows_fall_where_torchs_do(size, kernel, padding, stride):
    ours = pytorch_windows(size, kernel, stride, padding)
    if kernel > size + 2 * padding:
        assert ours.out == 0
        return
    layer = torch.nn.Conv1d(1, 1, kernel, stride, padding, bias=False)
    torch.nn.init.ones_(layer.weight)
    out, seen = touched(layer, size)
    assert ours.out == out
    assert set(range(size)) - set(ours.missed) == seen


@pytest.mark.parametrize("size", [1, 2, 7, 8, 24])
@pytest.mark.parametrize("kernel", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("stride", [1, 2, 3, 4])
def test_same_padding_falls_where_keras_does(size, kernel, stride):
    keras = pytest.importorskip("keras")
    layer = keras.layers.Conv1D(
        1, kernel, stride, padding="same", use_bias=False, kernel_initializer="ones"
    )
    each = np.asarray(layer(np.eye(size)[:, :, None]).detach().cpu())[:, :, 0]
    ours = tensorflow_windows(size, kernel, stride)
    windows = [
        {i for i in range(size) if start <= i + ours.before < start + kernel}
        for start in ours.starts
    ]
    assert [set(np.flatnonzero(column)) for column in each.T] == windows


@pytest.mark.parametrize("setting", [(1, 1, 1, 0), (24, 1, 1, 3), (24, 7, 1, 3), (8, 3, 2, 1)])
def test_picture_of_windows_can_be_read(setting):
    size, kernel, stride, padding = setting
    rules = [
        ("PyTorch", pytorch_windows(size, kernel, stride, padding)),
        ("TensorFlow same", tensorflow_windows(size, kernel, stride)),
    ]
    picture = Drawing(draw_windows(rules, Look()).svg())
    assert min(picture.font_sizes()) >= 22
    assert len(picture.boxes("bar")) == sum(windows.out for _, windows in rules)
    missed = sum(not w.seen(i) for _, w in rules for i in range(w.padded))
    assert len(picture.boxes("missed")) == missed


# Inverted residual


def counted(module, shape) -> tuple[int, int]:
    """(parameters, multiply-adds) of a module."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        module.eval()(torch.zeros(1, *shape))
    return sum(p.numel() for p in module.parameters()), counter.get_total_flops() // 2


@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("channels", [8, 64, 160])
def test_resnets_bottleneck_is_torchvisions(channels, stride, same):
    ours = resnet_bottleneck(channels, 14, stride, same=same)
    planes = channels if same else 2 * channels
    downsample = None
    if stride > 1 or not same:
        downsample = torch.nn.Sequential(
            torch.nn.Conv2d(4 * channels, 4 * planes, 1, stride, bias=False),
            torch.nn.BatchNorm2d(4 * planes),
        )
    block = torchvision.models.resnet.Bottleneck(4 * channels, planes, stride, downsample)
    assert counted(block, (4 * channels, 14, 14)) == (ours.params, ours.macs)
    assert ours.shortcut == ("projection" if downsample else "identity")


@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("t", [1, 6, 10])
def test_inverted_residual_is_torchvisions(t, stride, same):
    ours = inverted_residual(24, 14, stride, t, same=same)
    block = torchvision.models.mobilenetv2.InvertedResidual(24, 24 if same else 48, stride, t)
    assert counted(block, (24, 14, 14)) == (ours.params, ours.macs)
    assert bool(ours.shortcut) == block.use_res_connect


@pytest.mark.parametrize(
    "setting", [(8, 7, 1, 1, True), (160, 112, 2, 10, False), (64, 14, 1, 6, True)]
)
def test_picture_of_blocks_is_to_scale_and_can_be_read(setting):
    channels, size, stride, t, same = setting
    blocks = [
        resnet_bottleneck(channels, size, stride, same=same),
        inverted_residual(channels, size, stride, t, same=same),
    ]
    picture = Drawing(draw_residuals(blocks, Look()).svg())
    assert min(picture.font_sizes()) >= 22
    tensors = picture.boxes("tensor")
    widths = {key: box.right - box.left for key, box in tensors.items()}
    for index, block in enumerate(blocks):
        per_channel = [
            widths[f"{index}-tensor-{i + 1}"] / step.out_shape[0]
            for i, step in enumerate(block.steps)
            if step.out_shape[0] * 620 / max(s.out_shape[0] for b in blocks for s in b.steps) > 12
        ]
        assert per_channel == pytest.approx([per_channel[0]] * len(per_channel), rel=0.02)
    assert picture.edges("residual") == sum(bool(block.shortcut) for block in blocks)
    assert [row.shortcut for row in cost_rows(blocks)] == [b.shortcut or "none" for b in blocks]


# Linear bottleneck


@pytest.mark.parametrize("activation", ["relu", "relu6", "hardswish"])
def test_spirals_come_back_as_torch_says(activation):
    functions = {"hardswish": torch.nn.functional.hardswish, "relu6": torch.nn.functional.relu6}
    function = functions.get(activation, torch.relu)
    for n in DIMENSIONS:
        x = torch.from_numpy(spiral(4.0))
        matrix = torch.from_numpy(np.random.default_rng((3, n)).standard_normal((n, 2)))
        back = torch.linalg.lstsq(matrix, function(matrix @ x)).solution
        aim = x - x.mean(1, keepdim=True)
        back = back - back.mean(1, keepdim=True)
        gain = torch.linalg.lstsq(back.reshape(-1, 1), aim.reshape(-1, 1)).solution.item()
        ours = passage(n, activation, 3, 4.0)
        np.testing.assert_allclose(ours.back, (gain * back).numpy(), atol=1e-9)
        assert ours.error == pytest.approx(((gain * back - aim).norm() / aim.norm()).item())


# Shares of points with two live coordinates, in one run of somebody else's code.
LIVE = {2: 0.19, 3: 0.50, 5: 0.89, 15: 1.0, 30: 1.0}
ERRORS = {2: 0.62, 3: 0.49, 5: 0.39, 15: 0.31, 30: 0.26}


def test_the_dissected_run_lies_among_ours():
    for n in DIMENSIONS:
        many = [passage(n, "relu", seed, 1.0) for seed in range(100)]
        assert min(p.live for p in many) <= LIVE[n] <= max(p.live for p in many)
        errors = sorted(p.error for p in many)
        assert errors[2] <= ERRORS[n] <= errors[-3]


def test_more_dimensions_lose_less():
    medians = [
        float(np.median([passage(n, "relu", seed, 1.0).error for seed in range(100)]))
        for n in DIMENSIONS
    ]
    assert medians == sorted(medians, reverse=True)
    assert [p.dimensions for p in passages("relu", 0, 1.0)] == list(DIMENSIONS)


# Last stage and stem


def test_last_stage_falls_from_44_to_10_million():
    change = last_stage()
    assert change.macs == (44_352_960, 10_035_200)
    macs = [op for op in trace("v3-large").operations if op.kind in ("pointwise", "linear")][-3:]
    ours = list(change.after.values())
    assert [op.out_shape for op in macs[-2:]] == [(1280,), (1000,)]
    assert ours[-1].out_shape == (1000,)


def test_old_tail_is_counted_as_torch_counts_it():
    nn = torch.nn
    tail = nn.Sequential(
        nn.Conv2d(160, 960, 1, bias=False),
        nn.Conv2d(960, 960, 3, padding=1, groups=960, bias=False),
        nn.Conv2d(960, 320, 1, bias=False),
        nn.Conv2d(320, 1280, 1, bias=False),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(1280, 1000),
    )
    assert counted(tail, (160, 7, 7)) == (last_stage().params[0], last_stage().macs[0])


def test_half_the_stem_saves_ten_million():
    before, after = stem().macs
    assert before - after == 10_436_608
    assert sum(row.change for row in stem().rows()) == after - before


# Width and resolution


def test_v1_has_the_papers_sixteen_points():
    claims = paper_claims(viz.configure("v1"))
    assert {(c.width, c.resolution) for c in claims} == {
        (width, resolution)
        for width in (0.25, 0.5, 0.75, 1.0)
        for resolution in (128, 160, 192, 224)
    }


def test_grid_holds_the_choice_and_every_published_pair(network):
    config = viz.configure(network, width=0.42, resolution=77)
    rows = grid_rows(config)
    pairs = {(row.width, row.resolution) for row in rows}
    assert (0.42, 77) in pairs
    assert {(c.width, c.resolution) for c in paper_claims(config)} <= pairs
    for row in rows[::7]:
        traced = viz.trace(network, width=row.width, resolution=row.resolution)
        assert (row.params, row.macs) == (traced.params, traced.macs)


# Squeeze and excite

SQUEEZES = {
    "v3-large": [(72, 24), (120, 32), (120, 32), (480, 120), (672, 168), (672, 168)]
    + [(960, 240)] * 2,
    "v3-small": [(16, 8), (96, 24), (240, 64), (240, 64), (120, 32), (144, 40), (288, 72)]
    + [(576, 144)] * 2,
}


@pytest.mark.parametrize("key", SQUEEZES)
def test_squeeze_widths_are_torchvisions(key):
    rows = squeeze_rows([trace(key)])
    assert [(row.channels, row.built) for row in rows] == SQUEEZES[key]
    assert all(row.built == row.rounded for row in rows)
    model = getattr(torchvision.models, f"mobilenet_{key.replace('-', '_')}")()
    layers = [m for m in model.modules() if type(m).__name__ == "SqueezeExcitation"]
    assert [(m.fc1.in_channels, m.fc1.out_channels) for m in layers] == SQUEEZES[key]
    (cost,) = squeeze.cost_rows([trace(key)])
    assert cost.params == sum(p.numel() for m in layers for p in m.parameters())


def test_channel_weights_are_those_torchvision_computes():
    traced = trace("v3-small", resolution=64)
    theirs = torchvision.models.mobilenet_v3_small()
    torch.manual_seed(5)
    theirs.load_state_dict(build_trace(traced).state_dict())
    gates: list[torch.Tensor] = []
    for module in theirs.modules():
        if type(module).__name__ == "SqueezeExcitation":
            module.scale_activation.register_forward_hook(
                lambda _m, _i, out: gates.append(out[0].flatten().clone())
            )
    with torch.no_grad():
        theirs.train()(forward.pictures((3, 64, 64)))
    ours = forward.excitations(traced, "hardsigmoid", 5)
    for each, gate in zip(ours, gates, strict=True):
        np.testing.assert_allclose(each["gate"], gate.numpy(), atol=2e-6)
        scaled = np.array(each["squeezed"]) * np.array(each["gate"])
        np.testing.assert_allclose(each["scaled"], scaled, atol=1e-5)


def test_h_swish_starts_as_a_shut_gate_and_the_sigmoids_half_open():
    traced = trace("v3-small", resolution=64)
    means = {
        gate: [float(np.mean(each["gate"])) for each in forward.excitations(traced, gate, 0)]
        for gate in GATES
    }
    assert all(0.4 < mean < 0.6 for mean in means["hardsigmoid"] + means["sigmoid"])
    assert all(abs(mean) < 0.2 for mean in means["hardswish"])


# The matrix of differences, as dissected from the posts' code

MATRIX = {
    "Bias before batch norm": "no no no no yes yes yes",
    "Expansion kept where it adds nothing": "no – no yes yes yes yes",
    "SE squeeze width": "– cut_off – – cut_off cut_off cut_off",
    "SE bias": "– no – – yes yes yes",
    "SE gate": "– sigmoid – – h-sigmoid h-sigmoid h-swish",
    "SE inner activation": "– ReLU – – ReLU ReLU ReLU6",
    "Hidden layer of the head": "– – – – 1280 1280 1280",
    "Dropout": "0.2 none 0.2 none none none none",
    "Padding at stride 2": "1_+_1 1_+_1 1_+_1 1_+_1 1_+_1,_2_+_2 1_+_1,_2_+_2 0_+_1,_1_+_2",
    "First block's activation (RE)": "ReLU6 – ReLU6 ReLU6 ReLU ReLU ReLU6",
}
COLUMNS = ["v2", "post-000", "post-001-v2", "post-002", "post-003-large"]
COLUMNS += ["post-003-small", "post-004"]


@pytest.mark.parametrize("point", MATRIX)
def test_matrix_says_what_was_found_in_the_posts(point):
    row = next(row for row in matrix_rows(COLUMNS) if row.point.name == point)
    wanted = [word.replace("_", " ") for word in MATRIX[point].split()]
    assert [row.cells[key].does for key in COLUMNS] == wanted


@pytest.mark.parametrize("implementation", COUNTERPARTS)
@pytest.mark.parametrize("point", POINTS)
def test_every_cell_opens_two_blocks(point, implementation):
    chosen = sides(point, implementation)
    for traced, block in chosen:
        assert 0 <= block < len(traced.blocks)
    assert min(Drawing(draw_blocks(chosen, Look()).svg()).font_sizes()) >= 22
