"""GhostNet against timm's."""

import pytest
import timm
import torch

import viz
from viz.drawing.diagrams import draw
from viz.drawing.scene import Shape

SIZES = {
    50: (2_587_292, 42_328_152),
    100: (5_182_508, 141_150_512),
    130: (7_358_820, 227_003_256),
}


@pytest.mark.parametrize("percent", SIZES)
def test_parameters_macs_and_logits_are_timms(percent):
    torch.manual_seed(0)
    theirs = timm.create_model(f"ghostnet_{percent:03}").eval()
    traced = viz.trace(f"ghostnet_{percent:03}")
    assert (traced.params, traced.macs) == SIZES[percent]
    assert traced.params == sum(p.numel() for p in theirs.parameters())
    ours = viz.load(viz.build("ghostnet", width=percent / 100), theirs.state_dict()).eval()
    image = torch.randn(2, 3, 96, 96)
    with torch.no_grad():
        assert torch.allclose(ours(image), theirs(image), atol=1e-6)


def test_taps_are_maps_of_timms():
    """timm ends its stages at the block with the stride; ours is the last map of each size."""
    theirs = timm.create_model("ghostnet_100").eval()
    seen = []
    for module in theirs.modules():
        if type(module).__name__ in ("GhostBottleneck", "ConvBnAct"):
            module.register_forward_hook(lambda _m, _i, out: seen.append(tuple(out.shape[1:])))
    with torch.no_grad():
        theirs(torch.zeros(1, 3, 224, 224))
    last = {224 // shape[1]: shape for shape in seen}
    taps = viz.trace("ghostnet").taps
    assert {tap.stride: (tap.channels, tap.height, tap.width) for tap in taps} == last
    expanded = [m.conv_dw.out_channels for m in theirs.modules() if getattr(m, "conv_dw", None)]
    assert [tap.inner_channels for tap in taps] == [*expanded, 0]


def test_receptive_field_is_what_the_gradient_reaches():
    module = viz.build("ghostnet").double().eval()
    traced = viz.trace("ghostnet")
    image = torch.randn(1, 3, 224, 224, dtype=torch.float64, requires_grad=True)
    reached = module.features[:4](image)[0, :, 14, 14].sum()
    reached.backward()
    rows = image.grad.abs().sum(dim=(0, 1, 3)).nonzero().flatten()
    part = traced.part_seen(3, 14, 14)
    assert (part.top, part.bottom - 1) == (rows.min().item(), rows.max().item())
    assert part.bottom - part.top == traced.receptive_fields[3]


@pytest.mark.parametrize("choice", [{"output_stride": 16}, {"output_stride": 8}])
def test_dilation_is_refused_as_timm_refuses_it(choice):
    with pytest.raises(AssertionError):
        timm.create_model("ghostnet_100", **choice)
    with pytest.raises(viz.ConfigError, match="GhostNet do not dilate"):
        viz.trace("ghostnet", **choice)


def test_picture_of_a_block_tells_primary_cheap_and_concat_apart():
    scene = draw(viz.trace("ghostnet"), "block", 4).scene
    boxes = [item for item in scene.items if isinstance(item, Shape) and "unit-" in item.key]
    words = [box.key.rpartition("-")[2] for box in boxes]
    assert words[:3] == ["primary", "cheap", "expand"]
    assert words[-3:] == ["shortcut", "shortcut", "add"]
    looks = {box.key.rpartition("-")[2]: box.fill for box in boxes}
    assert len({looks["primary"], looks["cheap"], looks["expand"]}) == 3


def test_arrows_of_the_shortcut_start_at_the_input_and_end_at_the_sum():
    scene = draw(viz.trace("ghostnet"), "block", 4).scene
    edges = {(edge.source, edge.target) for edge in scene.items if hasattr(edge, "target")}
    names = {edge: tuple(end.partition("-")[2] for end in edge) for edge in edges}
    assert any(a == "4" and b.endswith("shortcut") for a, b in names.values())
    assert not any(a.endswith("project") and b.endswith("shortcut") for a, b in names.values())
    assert any(a.endswith("project") and b.endswith("add") for a, b in names.values())
