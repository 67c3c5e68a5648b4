"""Feature levels against timm's, and the printed Python against what it gives when it is run."""

import json

import pytest
import timm
import torch
import torchvision

import viz
from viz.cli import main
from viz.facts.taps import extractors, tap_rows
from viz.net.names import LIBRARY_NAMES

# timm names GhostNet's first block of a stride, not the last: see test_ghostnet.py.
TIMMS = [n for n in LIBRARY_NAMES if n in timm.list_models() and not n.startswith("ghostnet")]


@pytest.mark.parametrize("name", TIMMS)
def test_levels_are_timms_at_every_width_that_it_offers(name):
    info = timm.create_model(name, features_only=True).feature_info
    taps = viz.trace(name).taps
    assert [tap.stride for tap in taps] == info.reduction()
    assert [tap.channels for tap in taps] == info.channels()


RUN = [
    ("v1", {}),
    ("v1", {"width_rule": "keras", "resolution": (65, 97)}),
    ("v2", {"width": 0.5}),
    ("v2", {"width_rule": "timm", "in_channels": 1, "resolution": (96, 64)}),
    ("v3-large", {"reduced_tail": True, "dilated": True}),
    ("v3-large", {"width_rule": "timm", "width": 0.75, "classes": 0}),
    ("v3-small", {"minimalistic": True, "divisor": 4}),
    ("post-003-large", {}),
    ("v2", {"output_stride": 16}),
    ("v2", {"small_input": True}),
    ("v1", {"width_rule": "timm", "output_stride": 16}),
    ("v3-large", {"width_rule": "timm", "output_stride": 8}),
    ("v4-conv-small", {"width_rule": "timm", "width": 0.5}),
    ("efficientnet-b0", {"width_rule": "timm", "depth": 1.1}),
    ("mnasnet-a1", {"width_rule": "timm"}),
    ("mnasnet-b1", {}),  # torchvision has other paths, and its name is not timm's
    ("v2", {"depth": 1.4}),
    ("v4-hybrid-medium", {"width_rule": "timm"}),
]


@pytest.mark.parametrize(("variant", "chosen"), RUN)
def test_the_printed_python_gives_these_maps(variant, chosen):
    traced = viz.trace(variant, **({"resolution": 64} | chosen))
    wanted = [(tap.channels, tap.height, tap.width) for tap in traced.taps]
    made = extractors(traced)
    for code in made.values():
        names: dict = {}
        with torch.no_grad():
            exec(code, names)  # our own text
        maps = names["maps"]
        maps = list(maps.values()) if isinstance(maps, dict) else maps
        assert [tuple(each.shape[1:]) for each in maps] == wanted
    plain = not {"width_rule", "output_stride", "small_input", "depth"} & set(chosen)
    assert ("torchvision" in made) == (variant in ("v2", "v3-large") and plain)
    assert ("timm" in made) == (chosen.get("width_rule") == "timm")


def test_what_ssdlite_takes_instead_is_in_torchvisions_detector():
    """torchvision's SSDLite cuts V3-Large inside block 13, behind an expansion to 672 channels."""
    model = torchvision.models.detection.ssdlite320_mobilenet_v3_large(
        weights=None, weights_backbone=None, reduce_tail=False
    )
    first = model.backbone.features[0]
    expansion = [layer for layer in first.modules() if isinstance(layer, torch.nn.Conv2d)][-1]
    rows = {row.stride: row for row in tap_rows(viz.trace("v3-large", resolution=320))}
    assert rows[16].inner_channels == expansion.out_channels == 672
    assert rows[16].inner_path.startswith("features.13.")


def test_the_command_prints_them_as_text_and_as_json(capsys):
    assert main.main(["taps", "v2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["channels"] for row in found["taps"]] == [16, 24, 32, 96, 320]
    assert "create_feature_extractor" in found["python"]["torchvision"]
    assert main.main(["taps", "v2"]) == 0
    assert "features.17" in capsys.readouterr().out


def test_the_picture_frames_them_and_says_so():
    plain, marked = viz.diagram("v3-large").svg(), None
    from viz.drawing.diagrams import Look, draw

    marked = draw(viz.trace("v3-large"), look=Look(taps=True)).svg()
    for text in ("tap 1/2", "tap 1/32", "framed: last map at each stride"):
        assert text in marked
        assert text not in plain
