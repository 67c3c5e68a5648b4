"""``python -m viz time``: latencies against torch's profiler, and what is said beside them."""

import json
from itertools import pairwise

import pytest
import torch
from torch.profiler import ProfilerActivity, profile

import viz
from viz.cli.main import main
from viz.lab.latency import block_times, kind_times
from viz.lab.pytorch.timing import Way, on_device, operation_times
from viz.net.operations import CONVOLUTIONS
from viz.pytorch.files import module_of

QUICK = ["--seconds", "0.1", "--resolution", "64"]


def told(capsys, *arguments):
    assert main(["time", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_smaller_network_is_faster_and_the_machine_is_named(capsys):
    found = told(capsys, "v3-large", "v3-small", "--seconds", "0.3")
    large, small = found["networks"]
    assert small["median"] < large["median"]
    for network in (large, small):
        assert network["low"] <= network["median"] <= network["high"]
        rate = network["macs"] / network["median"] * 1e3
        assert network["macs_per_second"] == pytest.approx(rate)
    assert found["machine"]["cores"] >= 1
    assert found["machine"]["processor"]


def test_a_batch_has_the_work_of_its_pictures(capsys):
    (network,) = told(capsys, "v3-small", *QUICK, "--batch", "3")["networks"]
    assert network["macs"] == 3 * viz.trace("v3-small", resolution=64).macs
    assert sum(block["macs"] for block in network["blocks"]) == network["macs"]
    assert sum(kind["macs"] for kind in network["kinds"]) == network["macs"]


def test_shares_are_of_the_whole(network):
    traced = viz.trace(network, resolution=64, width=0.5)
    times = operation_times(traced, seconds=0.05)
    assert len(times) == len(traced.operations)
    for rows in (block_times(traced, times, 1), kind_times(traced, times, 1)):
        assert sum(row.time_share for row in rows) == pytest.approx(100)
        assert sum(row.ms for row in rows) == pytest.approx(sum(times))
    assert sum(row.macs_share for row in block_times(traced, times, 1)) == pytest.approx(100)


def test_convolutions_take_the_share_that_torchs_profiler_finds():
    traced = viz.trace("v2", resolution=160)
    before = torch.get_num_threads()
    times = operation_times(traced, seconds=0.5)
    assert torch.get_num_threads() == before
    pairs = list(zip(traced.operations, times, strict=True))
    ours = sum(ms for op, ms in pairs if op.kind in CONVOLUTIONS) / sum(times)

    module, image = module_of(traced), torch.randn(1, 3, 160, 160)
    with torch.inference_mode():
        module(image)
        with profile(activities=[ProfilerActivity.CPU]) as profiled:
            for _ in range(5):
                module(image)
    events = {event.key: event.cpu_time_total for event in profiled.key_averages()}
    alone = sum(event.self_cpu_time_total for event in profiled.key_averages())
    assert ours == pytest.approx(events["aten::conv2d"] / alone, abs=0.25)


def test_onnxruntime_is_timed_as_a_whole_and_by_block(capsys):
    (network,) = told(capsys, "v3-small", *QUICK, "--runtime", "onnxruntime")["networks"]
    assert network["runtime"] == "onnxruntime"
    assert network["kinds"] == []  # it fuses them
    assert network["median"] > 0
    blocks = network["blocks"]
    assert [block["name"] for block in blocks] == [b.name for b in viz.trace("v3-small").blocks]
    assert all(block["ms"] > 0 for block in blocks)
    assert sum(block["time_share"] for block in blocks) == pytest.approx(100)


def test_fused_operations_count_as_the_last_of_them():
    traced = viz.trace("v2", resolution=64, width=0.5)
    times = operation_times(traced, seconds=0.1, runtime="onnxruntime")
    timed = [op for op, ms in zip(traced.operations, times, strict=True) if ms]
    assert not [op for op in timed if op.kind == "norm"]
    followed = {op.path for op, after in pairwise(traced.operations) if after.kind == "norm"}
    assert sum(op.path in followed or op.kind == "activation" for op in timed) > 30


def test_people_read_what_it_is_worth(capsys):
    assert main(["time", "v2", *QUICK, "--width", "0.5"]) == 0
    text = capsys.readouterr().out
    assert "MobileNetV2 · width 0.5 · 64×64, torch, 1 thread, batch 1" in text
    assert "Measured on this machine, now" in text
    for word in ("bneck 17", "% of MACs", "depthwise"):
        assert word in text


def test_both_runtimes_stand_in_one_table(capsys):
    found = told(capsys, "v3-small", "v2", *QUICK, "--width", "0.5", "--runtime", "both")
    ways = [(network["network"].split(" ")[0], network["runtime"]) for network in found["networks"]]
    assert ways == [
        ("MobileNetV3-Small", "torch"),
        ("MobileNetV3-Small", "onnxruntime"),
        ("MobileNetV2", "torch"),
        ("MobileNetV2", "onnxruntime"),
    ]
    assert all(network["blocks"] for network in found["networks"])
    assert main(["time", "v2", *QUICK, "--width", "0.5", "--runtime", "both"]) == 0
    table = capsys.readouterr().out.split("\n\n")[0].splitlines()
    assert table[0].split()[:2] == ["network", "runtime"]
    assert "first call" in table[0]
    assert [line.split("  ")[0] for line in table[1:]] == ["MobileNetV2 · width 0.5 · 64×64"] * 2
    assert ["torch" in table[1], "onnxruntime" in table[2]] == [True, True]


def test_the_first_call_is_timed_before_any_other(capsys):
    (network,) = told(capsys, "v3-large", "--seconds", "0.1", "--width", "0.35")["networks"]
    assert network["first"] > network["low"]  # memory is taken, kernels are chosen
    assert main(["time", "v2", *QUICK]) == 0
    assert "first call" in capsys.readouterr().out


def test_channels_last_changes_the_layout_and_no_answer(capsys):
    traced = viz.trace("v3-small", resolution=64)
    way = Way("torch", channels_last=True)
    module, image = on_device(traced, 2, way)
    assert image.is_contiguous(memory_format=torch.channels_last)
    kernels = [p for p in module.parameters() if p.dim() == 4 and p.shape[-1] > 1]
    assert all(p.is_contiguous(memory_format=torch.channels_last) for p in kernels)
    plain, _ = on_device(traced, 2, Way("torch"))
    plain.load_state_dict(module.state_dict())
    with torch.inference_mode():
        torch.testing.assert_close(module(image), plain(image.contiguous()), atol=1e-5, rtol=1e-4)
    (network,) = told(capsys, "v3-small", *QUICK, "--channels-last")["networks"]
    assert network["channels_last"] is True


def test_auto_is_the_gpu_where_torch_sees_one(capsys):
    (network,) = told(capsys, "v3-small", *QUICK, "--device", "auto")["networks"]
    there = torch.cuda.is_available(), torch.backends.mps.is_available()
    wanted = "cuda" if there[0] else "mps" if there[1] else "cpu"
    assert network["device"].startswith(wanted)
    if not any(there):
        assert main(["time", "v2", *QUICK, "--device", "cuda"]) == 2
        assert "--device cuda: this machine has none" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["v9"], "network is 'v9'"),
        (["v2", "--threads", "0"], "--threads is 0"),
        (["v2", "--runtime", "tflite"], "invalid choice: 'tflite'"),
        (["v2", "--seconds", "long"], "--seconds is 'long'"),
        (["v2", "--device", "tpu"], "invalid choice: 'tpu'"),
        (["v2", "--runtime", "onnxruntime", "--channels-last"], "--channels-last is torch's"),
        (["v2", "--runtime", "onnxruntime", "--device", "auto"], "onnxruntime runs on the CPU"),
        ([], "NETWORK"),
    ],
)
def test_bad_arguments_get_one_sentence(capsys, arguments, sentence):
    assert main(["time", *arguments]) == 2
    found = capsys.readouterr()
    assert sentence in found.err
    assert found.err.count("\n") == 1
