"""MobileOne and RepViT against timm's, as trained and folded into one kernel."""

import copy

import pytest
import timm
import torch
from timm.utils import reparameterize_model
from torch import nn

import viz

# key -> timm's name, (parameters, MACs) as trained, the same fused
NETWORKS = {
    "repvit-m0-9": ("repvit_m0_9", (5_489_328, 817_280_832), (5_067_056, 815_617_344)),
    "mobileone-s0": ("mobileone_s0", (5_293_272, 1_051_935_232), (2_078_504, 275_110_400)),
}
IMAGE = (2, 3, 96, 96)


def with_statistics(module):
    """Norms with values of their own, so that folding one wrongly shows; outputs stay small."""
    torch.manual_seed(0)
    for norm in module.modules():
        if isinstance(norm, (nn.BatchNorm1d, nn.BatchNorm2d)):
            norm.running_mean.normal_(0, 0.1)
            norm.running_var.uniform_(0.8, 1.2)
            norm.weight.data.uniform_(0.1, 0.3)
            norm.bias.data.normal_(0, 0.1)
    return module.eval()


@pytest.fixture(params=NETWORKS)
def key(request):
    return request.param


def test_parameters_and_macs_are_timms_in_both_forms(key):
    name, trained, fused = NETWORKS[key]
    theirs = timm.create_model(name)
    for module, chosen, wanted in (
        (theirs, {}, trained),
        (reparameterize_model(theirs), {"fused": True}, fused),
    ):
        traced = viz.trace(key, **chosen)
        assert (traced.params, traced.macs) == wanted
        assert traced.params == sum(p.numel() for p in module.parameters())


def test_folded_outputs_are_those_of_timms_reparameterised_model(key):
    theirs = with_statistics(timm.create_model(NETWORKS[key][0]))
    ours = viz.load(viz.build(key), theirs.state_dict()).eval()
    image = torch.randn(*IMAGE)
    with torch.no_grad():
        assert torch.allclose(ours(image), theirs(image), atol=1e-6)
        folded = viz.fuse(ours, key)(image)
        wanted = reparameterize_model(copy.deepcopy(theirs))(image)
        assert (folded - wanted).abs().max() <= 1e-6


def test_fused_networks_have_no_norms_and_no_sums_of_branches(key):
    kinds = {op.kind for op in viz.trace(key, fused=True).operations}
    assert not kinds & {"norm", "mean"}
    assert all(len(op.inputs) <= 2 for op in viz.trace(key, fused=True).operations)


def test_both_forms_have_the_same_facts_but_for_norms(key):
    trained, fused = (viz.trace(key, fused=on) for on in (False, True))
    facts = [[b.facts._replace(normed=True) for b in t.blocks] for t in (trained, fused)]
    assert facts[0] == facts[1]
    assert trained.depth == fused.depth
    assert trained.receptive_fields == fused.receptive_fields


def test_a_network_without_branches_is_not_fused():
    with pytest.raises(viz.ConfigError, match="fused"):
        viz.fuse(viz.build("v2"), "v2")
