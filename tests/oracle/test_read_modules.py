"""Any module as a trace: counts are torch's own, shapes those of a real run, blocks the zoo's."""

from functools import partial

import pytest
import timm
import torch
import torchvision
from graphs_of_others import NAMES, macs_of, module_named, params_of
from lists import EACH_KIND_OF_BLOCK, some_of
from torch import nn
from torch.nn import functional

import viz
from viz.drawing.diagrams import draw
from viz.facts.compare import align
from viz.net.notes import notes_of
from viz.net.zoo import ZOO

IMAGE = torch.zeros(1, 3, 224, 224)


@pytest.fixture(scope="module", params=NAMES)
def read(request):
    module = module_named(request.param)
    return module, viz.read(module)


def test_parameters_and_macs_are_torchs(read):
    module, traced = read
    assert (traced.params, traced.macs) == (params_of(module), macs_of(module, IMAGE))
    assert not traced.uncounted


def note_shape(seen, path, _module, _given, output):
    seen[path] = tuple(output.shape[1:])


def test_every_layer_has_the_shape_that_it_has_in_a_real_run(read):
    module, traced = read
    seen = {}
    for path, part in module.named_modules():
        if not list(part.children()):
            part.register_forward_hook(partial(note_shape, seen, path))
    with torch.no_grad():
        module(IMAGE)
    own = {op.path: op for op in traced.operations if op.kind in ("conv", "pointwise", "depthwise")}
    assert own
    assert all(seen[path] == op.out_shape for path, op in own.items())
    wanted = {p for p, part in module.named_modules() if isinstance(part, nn.Conv2d)}
    assert set(own) == wanted


def test_blocks_hold_every_operation_once_and_hand_on_their_shapes(read):
    _module, traced = read
    assert [op.block for op in traced.operations] == sorted(op.block for op in traced.operations)
    assert [b.start for b in traced.blocks[1:]] == [b.stop for b in traced.blocks[:-1]]
    assert (traced.blocks[0].start, traced.blocks[-1].stop) == (0, len(traced.operations))
    for before, after in zip(traced.blocks, traced.blocks[1:], strict=False):
        assert before.out_shape == after.in_shape
    assert {block.kind for block in traced.blocks} - {"other"}


@pytest.mark.parametrize(
    ("name", "kind", "count"),
    [
        ("resnet50", "residual", 16),
        ("convnext_tiny", "convnext", 18),
        ("densenet121", "branches", 4),
        ("squeezenet1_1", "branches", 8),
        ("shufflenet_v2_x1_0", "branches", 16),
        ("regnet_y_400mf", "residual", 16),
        ("mnasnet1_0", "bneck", 17),
        ("vgg16", "conv", 12),
    ],
)
def test_blocks_are_those_of_the_paper(name, kind, count):
    traced = viz.read(module_named(name))
    assert sum(block.kind == kind for block in traced.blocks) == count


def test_receptive_fields_are_the_published_ones():
    """VGG-16: 212 (A. Araujo et al., Computing receptive fields, 2019); ResNet-18: 435."""
    fields = {n: viz.read(module_named(n)).receptive_fields for n in ("vgg16", "resnet18")}
    assert fields["vgg16"][17] == 212  # the last pool
    assert fields["resnet18"][-1] == 435


# Networks whose blocks the reader has no name for: their operations stand as branches.
UNNAMED = {
    key
    for key, network in ZOO.items()
    if {row.kind.key for row in network.rows} & {"ghost", "shuffle", "mobileone", "repvit"}
}


@pytest.mark.parametrize(
    "network", some_of((key for key in ZOO if "hybrid" not in key), EACH_KIND_OF_BLOCK)
)
def test_a_network_of_the_zoo_comes_back_as_itself(network):
    """Operations and blocks, field by field, of the module that is built from them."""
    traced = viz.trace(network, classes=7, width=0.75)
    again = viz.read(viz.build(network, classes=7, width=0.75), traced.config.resolution)
    if network == "post-003-small":  # SE in the place of a norm is a block of its own
        assert len(again.blocks) == len(traced.blocks) + 1
        return
    if network in UNNAMED:
        totals = [(t.params, t.macs, t.depth, t.receptive_field) for t in (again, traced)]
        assert totals[0] == totals[1]
        return
    assert again.operations == traced.operations
    assert again.blocks == traced.blocks


@pytest.mark.parametrize(
    ("network", "chosen"),
    [
        ("v1", {"width_rule": "keras", "resolution": 97}),
        ("v3-large", {"width_rule": "slim", "resolution": (64, 96)}),
        ("v3-small", {"minimalistic": True, "in_channels": 1, "resolution": 224}),
        ("v2", {"small_input": True, "resolution": 32}),
    ],
)
def test_options_come_back_too(network, chosen):
    """Uneven padding, which stands in modules of its own, is the convolution's again."""
    traced = viz.trace(network, **chosen)
    again = viz.read(
        viz.build(network, **chosen), chosen["resolution"], chosen.get("in_channels", 3)
    )
    assert again.operations == traced.operations


def test_attention_is_counted_and_no_other_block_is_lost():
    traced = viz.trace("v4-hybrid-medium", resolution=224)
    again = viz.read(viz.build("v4-hybrid-medium"), 224)
    assert (again.params, again.macs) == (traced.params, traced.macs)
    kinds = [block.kind for block in traced.blocks]
    assert [b.kind for b in again.blocks] == [
        "residual" if kind == "attention" else kind for kind in kinds
    ]


@pytest.mark.parametrize("name", ["efficientnet_lite0", "vit_tiny_patch16_224", "mobilevit_xxs"])
def test_timms_modules_are_counted_as_torch_counts_them(name):
    """Attention in two products, which torch counts, and in one operator, which it leaves out."""
    timm.layers.set_fused_attn(False)
    try:
        module = timm.create_model(name).eval()
        expected = macs_of(module, IMAGE)
    finally:
        timm.layers.set_fused_attn(True)
    for read in (module, timm.create_model(name)):
        traced = viz.read(read)
        assert (traced.params, traced.macs) == (params_of(module), expected)


def test_windows_that_are_folded_into_the_batch_are_counted():
    module = torchvision.models.swin_t().eval()
    traced = viz.read(module)
    assert (traced.params, traced.macs) == (params_of(module), macs_of(module, IMAGE))
    assert not traced.uncounted
    assert "attention 1" in viz.diagram(traced).svg()


def test_timms_v3_has_the_zoos_blocks():
    module = timm.create_model("mobilenetv3_large_075", num_classes=5)
    ours = viz.trace("mobilenetv3_large_075", classes=5)
    theirs = viz.read(module)
    assert [b.facts for b in theirs.blocks[:16]] == [b.facts for b in ours.blocks[:16]]


@pytest.mark.parametrize(
    "name",
    [
        *("resnet18", "regnety_004", "mobilenetv4_hybrid_medium", "mobilenetv3_large_100"),
        *("mnasnet_100", "mobilenetv2_050", "mobilenetv2_120d", "efficientnet_b1"),
    ],
)
def test_feature_levels_are_timms(name):
    """Also of networks that the zoo does not have; a last 1x1 convolution is where timm has it."""
    extract = timm.create_model(name, features_only=True).eval()
    with torch.no_grad():
        maps = [tuple(found.shape[1:]) for found in extract(IMAGE)]
    taps = viz.read(timm.create_model(name)).taps
    expected = list(zip(extract.feature_info.reduction(), maps, strict=True))
    assert [(t.stride, (t.channels, t.height, t.width)) for t in taps] == expected


# What is spelled out, and what is not known


class Spelled(nn.Module):
    """h-swish, swish and h-sigmoid as private implementations write them."""

    def __init__(self, function):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.function = function
        self.last = nn.Conv2d(8, 4, 1)

    def forward(self, image):
        return self.last(self.function(self.conv(image)))


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda x: x * functional.relu6(x + 3) / 6, "hardswish"),
        (lambda x: x * (functional.relu6(x + 3.0) * (1 / 6)), "hardswish"),
        (lambda x: functional.relu6(3 + x).div(6).mul(x), "hardswish"),
        (lambda x: x * torch.sigmoid(x), "silu"),
        (lambda x: torch.clamp(x, 0, 6), "relu6"),
        (lambda x: 0.5 * x * (1 + torch.erf(x / 2**0.5)), "gelu"),
        (lambda x: x.clamp(min=0), "relu"),
        (lambda x: x * torch.tanh(functional.softplus(x)), "mish"),
    ],
)
def test_an_activation_that_is_spelled_out_gets_its_name(function, name):
    traced = viz.read(Spelled(function), 32)
    assert [op.activation for op in traced.operations if op.kind == "activation"] == [name]
    assert traced.macs == macs_of(Spelled(function), torch.zeros(1, 3, 32, 32))


def test_what_is_nearly_a_known_activation_is_not_called_so():
    traced = viz.read(Spelled(lambda x: x * functional.relu6(x + 3) / 6.1), 32)
    assert "hardswish" not in [op.activation for op in traced.operations]


def test_an_unknown_operation_keeps_its_name_and_is_not_counted():
    traced = viz.read(Spelled(lambda x: torch.cumsum(x, 2)), 32)
    assert [(op.kind, op.read.title) for op in traced.uncounted] == [("other", "cumsum")]
    assert traced.params == params_of(Spelled(abs))
    assert "cumsum" in draw(traced).svg()


class Shared(nn.Module):
    """One convolution twice, and one that the answer never sees."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.unused = nn.Conv2d(3, 9, 1)

    def forward(self, image):
        return self.conv(self.conv(image))


def test_shared_weights_count_once_and_unused_ones_are_told():
    module = Shared()
    traced = viz.read(module, 8)
    assert traced.macs == macs_of(module, torch.zeros(1, 3, 8, 8))
    assert traced.params == params_of(module.conv)
    (note,) = notes_of(traced.config)
    assert f"{params_of(module.unused)} of its parameters" in note


def test_the_module_is_left_as_it_was():
    module = viz.build("v2", width=0.35)
    module.train()
    module.get_submodule("features.3").eval()
    before = {path: part.training for path, part in module.named_modules()}
    held = {name: value.clone() for name, value in module.state_dict().items()}
    viz.read(module, 64)
    assert {path: part.training for path, part in module.named_modules()} == before
    assert all(torch.equal(held[name], value) for name, value in module.state_dict().items())


def test_a_module_that_does_not_run_is_one_sentence():
    with pytest.raises(viz.ReadError, match=r"Conv2d cannot be followed on an input of 1x32x32: "):
        viz.read(nn.Conv2d(3, 8, 3), 32, 1)
    with pytest.raises(viz.ReadError, match=r"[^.]\.$"):  # torch's own full stop is one too many
        viz.read(nn.Linear(3, 2), 32)


def test_a_module_without_an_answer_is_one_sentence():
    class Constant(nn.Module):
        def forward(self, image):
            return torch.zeros(3)

    with pytest.raises(viz.ReadError, match="Constant gives nothing that depends on its input"):
        viz.read(Constant(), 32)


def test_a_read_network_is_compared_and_drawn_like_any_other():
    traced = viz.read(module_named("resnet50"))
    assert traced.config.title == "ResNet · 224×224"
    assert len(align(viz.trace("v2"), traced)) >= len(traced.blocks)
    assert "residual 16" in draw(traced).svg()
    for level in ("block", "operation"):
        assert "shortcut" in draw(traced, level, 2).svg()


def test_nothing_of_a_read_network_can_be_chosen():
    network = viz.read(Shared(), 8).config.network
    with pytest.raises(viz.ConfigError, match=r"width .* left out: Shared was read from"):
        viz.trace(network, width=0.5)


@pytest.mark.parametrize("given", [None, 3, {"a": 1}, b"m.onnx"])
def test_what_is_no_network_is_one_sentence(given):
    kind = type(given).__name__
    with pytest.raises(viz.ReadError, match=f"{kind} is neither a torch module nor the path"):
        viz.read(given)
    with pytest.raises(viz.ReadError, match="names with tensors"):
        viz.load(nn.Conv2d(3, 8, 3), given)
