"""Maps that are taken far behind, or given out: segmenters, backbones of detectors, U-Nets."""

import pytest
import timm
import torch
from graphs_of_others import macs_of
from torch import nn
from torchvision.models import detection, mobilenet_v2, segmentation

import viz
from viz.drawing.ways import ways_of

SIZE = 128


def body(traced):
    """What its blocks are, up to the last convolution; that may be called by its place."""
    kept = [block for block in traced.blocks if block.stage and block.kind in ("stem", "bneck")]
    return [(block.name, block.in_shape, block.out_shape, block.facts) for block in kept]


def segmenter(name):
    made = getattr(segmentation, name)(weights=None, weights_backbone=None, aux_loss=True)
    return made.eval()


@pytest.mark.parametrize("name", ["lraspp_mobilenet_v3_large", "deeplabv3_mobilenet_v3_large"])
def test_a_segmenters_backbone_is_read_block_by_block(name):
    module = (
        segmentation.lraspp_mobilenet_v3_large(weights=None, weights_backbone=None).eval()
        if name.startswith("lraspp")
        else segmenter(name)
    )
    traced = viz.read(module, SIZE)
    assert body(traced) == body(viz.trace("v3-large", resolution=SIZE, dilated=True))
    assert traced.macs == macs_of(module, torch.zeros(1, 3, SIZE, SIZE))
    ways = ways_of(traced)
    (tap, reader) = ways.far[0]
    assert tap == 4  # the last map at a stride of 8, which both take
    entered = traced.blocks[reader]
    assert (reader in ways.detached) == name.startswith("deeplab")  # its second head
    if reader in ways.detached:
        assert entered.in_shape == traced.blocks[tap].out_shape
    else:
        assert entered.in_shape == traced.blocks[reader - 1].out_shape
        assert not entered.facts.residual


@pytest.mark.parametrize("name", ["mobilenetv3_large_100", "mobilenetv2_100"])
def test_feature_levels_that_are_given_out_do_not_hide_the_blocks(name):
    network = {"mobilenetv3_large_100": "v3-large", "mobilenetv2_100": "v2"}[name]
    module = timm.create_model(name, features_only=True).eval()
    traced = viz.read(module, SIZE)
    assert body(traced) == body(viz.trace(network, resolution=SIZE))
    assert ways_of(traced).far == ()


def test_a_detector_is_read_up_to_where_it_chooses_boxes(capfd):
    module = detection.ssdlite320_mobilenet_v3_large(weights=None, weights_backbone=None).eval()
    with pytest.raises(viz.ReadError, match=r"depends on values of the image.*its backbone"):
        viz.read(module, 320)
    captured = capfd.readouterr()
    assert not captured.err + captured.out  # torch.export would print the whole graph
    traced = viz.read(module.backbone, 320)
    kinds = [block.kind for block in traced.blocks]
    assert kinds == ["stem", *["bneck"] * 15, "conv", *["bneck"] * 4]
    assert traced.macs == macs_of(module.backbone, torch.zeros(1, 3, 320, 320))


class UNet(nn.Module):
    """MobileNetV2's levels, and a decoder that takes each of them again."""

    def __init__(self):
        super().__init__()
        features = mobilenet_v2(weights=None).features
        self.levels = nn.ModuleList([features[:2], features[2:4], features[4:7], features[7:14]])
        self.up = nn.Upsample(scale_factor=2)
        self.merges = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(a + b, b, 3, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU()
            )
            for a, b in ((96, 32), (32, 24), (24, 16))
        )

    def forward(self, x):
        taps = []
        for level in self.levels:
            x = level(x)
            taps.append(x)
        for merge, tap in zip(self.merges, taps[-2::-1], strict=True):
            x = merge(torch.cat([self.up(x), tap], 1))
        return x


def test_a_u_nets_ways_lead_from_its_levels_to_its_decoder(monkeypatch):
    traced = viz.read(UNet().eval(), SIZE)
    assert body(traced) == body(viz.trace("v2", resolution=SIZE))[: len(body(traced))]
    names = [block.name for block in traced.blocks]
    joined = [(names[a], names[b]) for a, b in ways_of(traced).far]
    assert joined == [("bneck 1", "concat"), ("bneck 3", "concat"), ("bneck 6", "concat")]
    drawn = viz.diagram(traced).dot
    assert drawn.count("skip way-") == 3
    assert "not drawn" not in drawn
    monkeypatch.setattr("viz.drawing.network.MOST", 1)
    fewer = viz.diagram(traced).dot
    assert fewer.count("skip way-") == 1
    assert "connections not drawn: 2" in fewer


def test_a_network_of_the_zoo_has_no_such_ways(network):
    assert ways_of(viz.trace(network)) == ((), frozenset())
