"""Frozen is not frozen: measured on torchvision's network too, in the post's own words of code."""

import pytest
import torch
import torchvision
from torch import nn

import viz
from pages import opened
from viz.claims import CLAIMS
from viz.claims.training import tensors_of
from viz.lab.pytorch.frozen import one_epoch, the_posts_way, the_right_way
from viz.lab.pytorch.frozen_page import frozen_lesson
from viz.lessons.frozen import shifts

CLASSES, SIDE = 5, 64


@pytest.fixture
def batches():
    torch.manual_seed(0)
    return [(torch.randn(4, 3, SIDE, SIDE), torch.randint(0, CLASSES, (4,))) for _ in range(3)]


def made(key="v2"):
    traced = viz.trace(key, classes=CLASSES, resolution=SIDE, width=0.5)
    torch.manual_seed(1)
    return viz.build(key, classes=CLASSES, resolution=SIDE, width=0.5), traced


@pytest.mark.parametrize("key", ["v1", "v2", "v3-large", "post-002", "post-003-small"])
def test_the_posts_way_moves_statistics_and_nothing_else(batches, key):
    epoch = one_epoch(*made(key), batches, the_posts_way)
    assert {moved.name for moved in epoch.changed} == {
        moved.name for moved in epoch.features if moved.statistic
    }


@pytest.mark.parametrize("key", ["v2", "v3-large"])
def test_the_right_way_moves_nothing(batches, key):
    module, traced = made(key)
    start = {name: value.clone() for name, value in module.classifier.state_dict().items()}
    epoch = one_epoch(module, traced, batches, the_right_way)
    assert epoch.changed == ()
    assert any(not torch.equal(v, start[n]) for n, v in module.classifier.state_dict().items())


def test_the_posts_own_loop_moves_the_same_tensors_of_torchvisions_network(batches):
    """post 001, lines 632 to 655, on torchvision's module."""
    net = torchvision.models.mobilenet_v2(num_classes=CLASSES)
    before = {name: value.clone() for name, value in net.features.state_dict().items()}
    for param in net.features.parameters():
        param.requires_grad = False
    params = [p for p in net.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(params, lr=0.0001)
    net.train()
    for images, labels in batches:
        optimizer.zero_grad()
        nn.CrossEntropyLoss()(net(images), labels).backward()
        optimizer.step()
    after = net.features.state_dict()
    theirs = {f"features.{n}" for n in before if not torch.equal(before[n], after[n])}

    traced = viz.trace("v2", classes=CLASSES, resolution=SIDE)
    epoch = one_epoch(viz.build("v2", classes=CLASSES), traced, batches, the_posts_way)
    assert {moved.name for moved in epoch.changed} == theirs
    shown = CLAIMS["C32"].shown()
    moving = sum(m.numbers for m in epoch.changed if not m.name.endswith("num_batches_tracked"))
    assert f"{epoch.learning:,} of {epoch.params:,}" in shown
    assert f"{moving:,}" in shown


# The page


def test_the_page_counts_what_moves():
    app = opened("frozen", network="v3-small", resolution="64", steps="2")
    norms = sum(op.kind == "norm" for op in viz.trace("v3-small").operations)
    tensors = sum(name.startswith("features") for name in viz.build("v3-small").state_dict())
    values = [metric.value for metric in app.metric]
    assert values == [
        f"{3 * norms} of {tensors} tensors changed",
        f"0 of {tensors} tensors changed",
    ]
    learning = sum(p.numel() for p in viz.build("v3-small", classes=5).classifier.parameters())
    assert f"{learning:,} of" in app.caption[0].value
    buffers = viz.build("v3-small").named_buffers()
    moving = sum(b.numel() for name, b in buffers if not name.endswith("tracked"))
    told = opened("frozen", network="v3-small", resolution="64", steps="2", frozen_guess="skip")
    said = " ".join(each.value for each in told.markdown)
    assert f"{moving:,} running means and variances" in said


def test_the_page_says_where_there_is_nothing_to_train():
    assert "no classifier" in opened("frozen", network="post-000").info[0].value
    assert "512x512" in opened("frozen", network="v2", resolution="1024").info[0].value


def test_rows_of_the_page_are_the_measured_means():
    config = viz.configure("v2", width=0.35, resolution=64, in_channels=4)
    answer = frozen_lesson(config, 2)
    rows = shifts(viz.trace("v2"), answer)
    assert [row.name for row in rows][:2] == ["stem", "bneck 1"]
    assert max(row.right for row in rows) == 0 < min(row.post for row in rows)
    means = [m for m in answer["post"]["features"] if m["name"].endswith("running_mean")]
    assert max(row.post for row in rows) == max(m["furthest"] for m in means)


# Claim C31: the filter by numel


def numel_filter(pre_weights, net):
    """post 001, line 629."""
    return {k: v for k, v in pre_weights.items() if net.state_dict()[k].numel() == v.numel()}


def test_tensors_are_named_and_shaped_as_torch_has_them(network):
    state = viz.build(network).state_dict()
    assert tensors_of(viz.trace(network)) == {n: tuple(v.shape) for n, v in state.items()}


def test_the_numel_filter_keeps_what_the_claim_says_and_falls_into_its_trap():
    weights = torchvision.models.mobilenet_v2().state_dict()
    kept = numel_filter(weights, viz.build("v2", classes=CLASSES))
    shown = CLAIMS["C31"].shown()
    assert f"{len(kept)} of {len(weights)} tensors" in shown
    trap = viz.build("post-001-v2", width=0.5, classes=2_000)
    assert "×".join(map(str, trap.classifier[1].weight.shape)) in shown
    kept = numel_filter(weights, trap)
    assert "classifier.1.weight" in kept
    with pytest.raises(RuntimeError, match=r"size mismatch for classifier.1.weight"):
        trap.load_state_dict(kept, strict=False)
