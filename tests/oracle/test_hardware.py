"""The roofline and the ranking against torch, and what papers print against itself."""

import math
from html import unescape

import pandas as pd
import pytest
import torch
import torchvision
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

import viz
from viz.drawing.diagrams import Look, draw
from viz.hardware.devices import DEVICES
from viz.hardware.latency import devices, latency_rows, paradoxes, rank_correlation
from viz.hardware.ranking import YARDSTICK, moves, order_at, rank_rows, resnet_50
from viz.hardware.roofline import kind_rows, memory_share, roof_rows
from viz.lessons.family import IDEAS, MEMBERS
from viz.pytorch.modules import build_trace, example_input


def test_the_yardstick_is_torchvisions_resnet_50():
    theirs = torchvision.models.resnet50().eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        theirs(torch.zeros(1, 3, 224, 224))
    work = list(resnet_50())
    norms = [p for m in theirs.modules() if isinstance(m, nn.BatchNorm2d) for p in m.parameters()]
    weights = sum(p.numel() for p in theirs.parameters()) - sum(p.numel() for p in norms)
    assert sum(each.weights for each in work) == weights
    assert 2 * sum(each.macs for each in work) == counter.get_total_flops()


def moved_by_torch(traced):
    """Values that torch's own layers read and write, by path: inputs, outputs and weights."""
    model, found = build_trace(traced).eval(), {}

    def hook(path):
        def record(module, inputs, output):
            tensors = [*inputs, output, *module.parameters()]
            found[path] = sum(
                tensor[0].numel()
                if tensor.dim() == 4
                and tensor.shape[0] == 1
                and tensor is not getattr(module, "weight", None)
                else tensor.numel()
                for tensor in tensors
            )

        return record

    for path, module in model.named_modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            module.register_forward_hook(hook(path))
    with torch.no_grad():
        model(example_input(traced))
    return found


@pytest.mark.parametrize("key", ["v3-small", "v4-conv-small", "edgetpu-v2-s"])
def test_bytes_are_those_of_torchs_tensors(key):
    traced = viz.trace(key, resolution=96)
    moved = moved_by_torch(traced)
    rows = {row.path: row.bytes for row in roof_rows(traced, 31.2, 4)}
    assert {path: 4 * values for path, values in moved.items()} == {
        path: rows[path] for path in moved
    }


def stored(tensor):
    """Values of a tensor, those once that all heads of an attention share."""
    sizes = zip(tensor.shape, tensor.stride(), strict=True)
    return math.prod(size for size, stride in sizes if stride)


class Joins(TorchDispatchMode):
    """Values that torch reads and writes where two tensors of the network meet, by operator."""

    def __init__(self):
        super().__init__()
        self.moved = {name: [] for name in ("add", "mul", "bmm")}
        self.last = None  # what the operator before made, if that was a join

    def __torch_dispatch__(self, function, types, given=(), named=None):
        made = function(*given, **(named or {}))
        name = function.overloadpacket.__name__.rstrip("_")
        both = [each for each in given if isinstance(each, torch.Tensor)]
        is_join = len(both) == 2 and both[0].dim() == both[1].dim()  # a gain has fewer
        is_join = is_join and name in self.moved
        if is_join and any(each is self.last for each in both):  # a sum of three goes on
            self.moved[name][-1] += stored(made)  # one more is read
        elif is_join:
            self.moved[name].append(sum(map(stored, (*both, made))))
        self.last = made if is_join else None
        return made


BY_TORCH = {"add": ("add",), "mul": ("scale",), "bmm": ("scores", "mix")}


def test_bytes_of_a_join_are_those_of_both_inputs_and_the_output(network):
    traced = viz.trace(network, resolution=64)
    with torch.device("meta"):
        model, image = build_trace(traced).eval(), example_input(traced)
        with Joins() as joins, torch.no_grad():
            model(image)
    kinds = {op.path: op.kind for op in traced.operations}
    rows = roof_rows(traced, 31.2, 4)
    for name, own in BY_TORCH.items():
        ours = [row.bytes for row in rows if kinds[row.path] in own]
        assert sorted(4 * values for values in joins.moved[name]) == sorted(ours), name


def test_without_bandwidth_limits_time_is_multiply_adds(network):
    traced = viz.trace(network)
    rows = roof_rows(traced, 0.0)
    assert sum(row.time for row in rows) == traced.macs == sum(row.macs for row in rows)
    assert not any(row.is_memory_bound for row in rows)


def test_with_a_high_ridge_everything_waits_for_memory(network):
    traced = viz.trace(network)
    rows = roof_rows(traced, 1e9, 2, 8)
    assert all(row.is_memory_bound for row in rows)
    assert [memory_share(traced.of_block(block.index), 1e9) for block in traced.blocks] == [
        1.0 if block.kind != "stop" else 0.0 for block in traced.blocks
    ]
    shares = kind_rows(rows)
    assert sum(row.time for row in shares) == pytest.approx(100)
    assert sum(row.macs for row in shares) == pytest.approx(100)


def test_a_batch_reads_weights_once():
    one, many = (roof_rows(viz.trace("v3-large"), 100.0, 1, batch) for batch in (1, 32))
    linear = [rows[-1] for rows in (one, many)]
    assert linear[0].kind == "fully connected"
    assert linear[1].bytes < 32 * linear[0].bytes
    assert linear[1].intensity > 20 * linear[0].intensity


def test_an_accelerator_turns_the_order_of_edgetpu_and_efficientnet_around():
    """Full convolutions: more multiply-adds, fewer bytes each."""
    rows = rank_rows(["edgetpu", "efficientnet-b0", YARDSTICK])
    cpu, tpu = (DEVICES[name].ridge for name in ("pixel-6-cpu", "pixel-8-edgetpu"))
    assert [row.key for row in order_at(rows, cpu)][:2] == ["efficientnet-b0", "edgetpu"]
    assert [row.key for row in order_at(rows, tpu)][:2] == ["edgetpu", "efficientnet-b0"]
    assert order_at(rows, tpu)[-1].key == YARDSTICK


@pytest.mark.parametrize("ridge", [0, 31.2, 400])
def test_places_are_pandas_ranks(ridge):
    keys = ("v1", "v2", "v3-large", "edgetpu", "efficientnet-b0")
    times = pd.Series({row.key: row.time for row in rank_rows(keys, [ridge])})
    macs = pd.Series({key: viz.trace(key).macs for key in keys})
    change = times.rank() - macs.rank()
    found = moves(keys, ridge)
    assert (found.kept, found.all) == ((change == 0).sum(), len(keys))
    assert abs(found.after - found.before) == change.abs().max()


@pytest.mark.parametrize("device", devices())
def test_rank_correlation_is_pandas_spearman(device):
    rows = latency_rows(device)
    macs, times = [row.macs for row in rows], [row.ms for row in rows]
    theirs = pd.Series(pd.Series(macs).rank()).corr(pd.Series(times).rank())
    assert rank_correlation(macs, times) == pytest.approx(theirs)
    for pair in paradoxes(rows):
        assert pair.more_macs > 1
        assert pair.less_time > 0


def test_v1_beats_v2_on_a_gpu_with_nearly_twice_the_multiply_adds():
    """V4's Table 6: 13.0 against 13.6 ms on a Pixel 7, 568.7 against 300.8 M."""
    found = next(p for p in paradoxes(latency_rows("Pixel 7 GPU")) if p.slower == "V2")
    assert (found.faster, round(found.more_macs, 2), round(found.less_time, 1)) == ("V1", 1.89, 4.4)


def test_blocks_are_coloured_by_what_bounds_them():
    text = draw(viz.trace("v4-conv-small"), look=Look(colouring="bound", ridge=100.0)).svg()
    assert "100 % memory-bound, at 100 MACs per byte in 8 bits" in unescape(text)
    assert text != draw(viz.trace("v4-conv-small"), look=Look(colouring="bound")).svg()


@pytest.mark.parametrize("idea", IDEAS, ids=lambda idea: idea.name)
def test_the_family_tree_says_what_the_networks_are_made_of(idea):
    assert [key for key in MEMBERS if idea.is_used_by(key)] == list(idea.taken)
