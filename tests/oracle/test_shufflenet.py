"""ShuffleNetV2 x1 against torchvision's."""

import pytest
import torch
import torchvision
from torch.utils.flop_counter import FlopCounterMode

import viz

KEY = "shufflenet-v2-x1"


@pytest.fixture(scope="module")
def theirs():
    torch.manual_seed(0)
    return torchvision.models.shufflenet_v2_x1_0(weights=None).eval()


def test_parameters_and_macs_are_torchvisions(theirs):
    traced = viz.trace("shufflenet_v2_x1_0")
    assert (traced.params, traced.macs) == (2_278_604, 144_907_992)
    assert traced.params == sum(p.numel() for p in theirs.parameters())
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        theirs(torch.zeros(1, 3, 224, 224))
    assert traced.macs == counter.get_total_flops() // 2


def test_torchvisions_weights_fit_and_give_its_logits(theirs):
    ours = viz.load(viz.build(KEY), theirs.state_dict()).eval()
    image = torch.randn(2, 3, 97, 64)
    with torch.no_grad():
        assert torch.equal(ours(image), theirs(image))


def test_shuffled_channels_come_from_both_halves():
    unit = viz.trace(KEY).of_block(3)
    splits = [op for op in unit if op.kind == "split"]
    assert [op.start for op in splits] == [0, 58]
    assert len({op.inputs for op in splits}) == 1
    concat = next(op for op in unit if op.kind == "concat")
    assert concat.inputs[0] == splits[0].path
    assert concat.out_shape == (116, 28, 28)
