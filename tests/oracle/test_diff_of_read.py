"""Edits of networks that are read: torchvision's modules, and files of them, edited by hand."""

import pytest
import torch
import torchvision
from safetensors.torch import save_file
from torch import nn

import viz
from viz.cli.main import main

THEIRS = {
    "v2": torchvision.models.mobilenet_v2,
    "v3-large": torchvision.models.mobilenet_v3_large,
    "v3-small": torchvision.models.mobilenet_v3_small,
}


def told(found):
    return [
        (edit.what, edit.left, edit.right, [tuple(fact) for fact in edit.facts])
        for edit in found.edits
    ]


@pytest.mark.parametrize("name", THEIRS)
def test_torchvisions_own_module_has_no_edits(name):
    assert told(viz.compare(name, viz.read(THEIRS[name]()))) == []


def test_an_edited_module_has_exactly_these_edits():
    edited = THEIRS["v2"]()
    edited.features[4].conv[1][0] = nn.Conv2d(144, 144, 5, 2, 2, groups=144, bias=False)
    del edited.features[9]
    assert told(viz.compare("v2", viz.read(edited))) == [
        ("changed", 4, 4, [("kernels", (3,), (5,))]),
        ("removed", 8, None, []),  # 8, 9 and 10 are equal: the first is named
    ]


def test_a_file_of_weights_is_the_network_that_it_is_identified_as(tmp_path, capsys):
    save_file(THEIRS["v3-small"](width_mult=0.75).state_dict(), tmp_path / "w.safetensors")
    sides = ("v3-small?width=0.75", str(tmp_path / "w.safetensors"))
    assert main(["diff", *sides]) == 0
    assert "The networks are equal." in capsys.readouterr().out


def test_an_onnx_file_is_read(tmp_path, capsys):
    torch.onnx.export(
        THEIRS["v2"]().eval(), (torch.rand(1, 3, 96, 96),), tmp_path / "v2.onnx", dynamo=False
    )
    assert main(["diff", "v2?resolution=96", str(tmp_path / "v2.onnx")]) == 1
    assert "No block was edited; totals differ." in capsys.readouterr().out  # norms are folded
