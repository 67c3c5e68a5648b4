"""Eight bits: scales, rounding and errors as onnxruntime and torch compute them."""

import json

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import numpy_helper
from onnxruntime.quantization import qdq_loss_debug as debug

import viz
from viz.cli.main import main
from viz.lab.choice import choice_of, config_for
from viz.lab.pytorch import quantize as lab
from viz.lab.pytorch.fake_quantize import Simulation, one_thread
from viz.lab.pytorch.weights import load
from viz.lab.quantize import runtime
from viz.lab.quantize.affine import (
    Grid,
    affine_of,
    dequantised,
    map_grid,
    quantised,
    weight_grid,
    weights_affine,
)
from viz.lab.quantize.inputs import inputs_of
from viz.net.scheme import scheme_of

SCHEMES = (
    "per-tensor",
    "per-channel,reduce-range",
    "per-tensor,asymmetric,reduce-range",
    "per-channel,signed",
)


class Made:
    """A network in float, its inputs, and what onnxruntime's quantiser makes of it."""

    def __init__(self, source, scheme, count=3):
        self.source, self.scheme = source, scheme_of(scheme)
        self.given = list(lab.arrays(source, inputs_of("flowers", count, 0, "")))
        self.shown = list(lab.arrays(source, inputs_of("flowers", count, 1, "")))
        self.model = runtime.prepared(source.content)
        kept = lab.kept_nodes(self.model, source.traced, self.scheme)
        self.file = runtime.quantised(self.model, self.given, self.scheme, kept)
        ranges = runtime.ranges(self.model, self.given)
        self.simulation = Simulation(self.model, self.file, self.scheme, ranges)
        self.held = {c.name: numpy_helper.to_array(c) for c in self.file.graph.initializer}


def source_for(network, weights, **params):
    choice = choice_of(weights, network)
    return lab.source_of(load(config_for(choice, network, params), choice), weights)


@pytest.fixture(scope="module")
def shipped():
    return source_for("v2", "atlas")


@pytest.fixture(scope="module", params=SCHEMES)
def made(request, shipped):
    return Made(shipped, request.param)


def test_scales_and_zero_points_are_onnxruntimes_to_the_last_bit(made):
    names = [n for n in made.held if n.endswith("_scale") and "_quantized_" not in n]
    assert len(names) == 66 + 53  # of maps and the image; of weights
    for name in names:
        ours = made.simulation.affine(name)
        theirs = made.held[name], made.held[name.removesuffix("scale") + "zero_point"]
        assert ours.scale.tobytes() == theirs[0].tobytes(), name
        assert (ours.zero == theirs[1]).all(), name


def test_whole_numbers_of_the_weights_are_onnxruntimes(made):
    exact = {c.name: numpy_helper.to_array(c) for c in made.model.graph.initializer}
    for name, values in exact.items():
        if name.endswith(".weight"):
            how = weights_affine(values, made.scheme)
            ours = quantised(values, how, weight_grid(made.scheme))
            assert (ours == made.held[f"{name}_quantized"]).all(), name


def test_every_step_of_the_simulation_is_onnxruntimes_within_one_of_the_grid(made):
    """Each given what onnxruntime gives before it, so that no step is another's fault."""
    every = onnx.ModelProto.FromString(made.file.SerializeToString())
    there = {value.name for value in every.graph.output}
    names = {node.output[0] for node in every.graph.node} - there
    every.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = onnxruntime.InferenceSession(every.SerializeToString(), unoptimised())
    found = dict(
        zip(
            [value.name for value in session.get_outputs()],
            session.run(None, {"image": made.shown[0]}),
            strict=True,
        )
    )
    known = {name: torch.from_numpy(np.array(v)) for name, v in {**made.held, **found}.items()}
    known["image"] = torch.from_numpy(made.shown[0])
    for node in made.file.graph.node:
        if node.op_type == "QuantizeLinear":
            ours = made.simulation.step(node, known).numpy().astype(int)
            assert np.abs(ours - found[node.output[0]].astype(int)).max() <= 1, node.name
        elif node.op_type not in ("DequantizeLinear",):
            ours = made.simulation.step(node, known).numpy()
            np.testing.assert_allclose(ours, found[node.output[0]], 1e-4, 1e-4)


def test_a_simulated_output_is_onnxruntimes_within_one_step(made):
    """Half a step in the middle of the network may come out as more: of most inputs it does not."""
    session = runtime.Session(made.file, optimised=False)
    step = float(made.held["output_scale"])
    with one_thread():
        pairs = [(made.simulation.run(v), session.run(v)) for v in made.shown]
    steps = [np.abs(ours["output"] - theirs["output"]).max() / step for ours, theirs in pairs]
    assert np.median(steps) < 1.01
    assert max(steps) < 4


def unoptimised():
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return options


def collected(model, path, inputs):
    """Every value by onnxruntime's own debugger."""
    onnx.save(model, path)
    seen = path.with_suffix(".seen.onnx")
    debug.modify_model_output_intermediate_tensors(path, seen)
    return debug.collect_activations(str(seen), [{"image": values} for values in inputs])


def test_errors_are_those_of_onnxruntimes_own_debugger(made, tmp_path):
    whole, rounded = tmp_path / "float.onnx", tmp_path / "quantised.onnx"
    matching = debug.create_activation_matching(
        collected(made.file, rounded, made.shown), collected(made.model, whole, made.shown)
    )
    theirs = debug.compute_activation_error(matching)
    exact = runtime.float_probed(made.model)
    probed = runtime.quantised_probed(made.file, list(exact.outputs))
    ways = [runtime.Session(probed.model, optimised=False)]
    (ours,) = runtime.measured(exact, probed, ways, made.shown)
    compared = [name for name in theirs if name in ours]
    assert len(compared) > 60
    for name in compared:
        assert ours[name] == pytest.approx(theirs[name]["xmodel_err"], abs=1e-3), name
    weights = debug.compute_weight_error(debug.create_weight_matching(whole, rounded))
    found = runtime.weight_errors(made.model, made.file)
    readers = {node.input[1]: node.output[0] for node in made.model.graph.node if node.input[1:]}
    for name, error in weights.items():
        if name.endswith(".weight"):
            assert found[readers[name]] == pytest.approx(error, abs=1e-3), name


@pytest.mark.parametrize("bits", [2, 4, 8])
@pytest.mark.parametrize("words", ["per-tensor", "per-channel", "per-tensor,asymmetric"])
def test_rounding_is_torchs_fake_quantisation(bits, words):
    scheme = scheme_of(f"{words},bits={bits}")
    values = np.random.default_rng(bits).normal(0.1, 1, (8, 3, 3, 3)).astype(np.float32)
    how, grid = weights_affine(values, scheme), weight_grid(scheme)
    ours = dequantised(quantised(values, how, grid), how)
    tensor, scale = torch.from_numpy(values), torch.from_numpy(how.scale.reshape(-1))
    if scheme.per_channel:
        zero = torch.from_numpy(how.zero)
        theirs = torch.fake_quantize_per_channel_affine(tensor, scale, zero, 0, *grid[:2])
    else:
        theirs = torch.fake_quantize_per_tensor_affine(
            tensor, float(scale), int(how.zero), *grid[:2]
        )
    # torch multiplies by 1 / scale: a number in the middle of two steps may fall to either
    assert np.abs(ours - theirs.numpy()).max() <= float(scale.max()) * 1.0001
    assert (ours == theirs.numpy()).mean() > 0.99


def test_grids_of_fewer_bits():
    assert map_grid(scheme_of("bits=4")) == Grid(0, 15)
    assert map_grid(scheme_of("bits=2,signed")) == Grid(-2, 1)
    assert weight_grid(scheme_of("bits=4")) == Grid(-7, 7, symmetric=True)
    assert weight_grid(scheme_of("reduce-range")) == Grid(-64, 64, symmetric=True)
    flat = affine_of(0, 0, Grid(0, 255))
    assert (float(flat.scale), int(flat.zero)) == (1, 0)


@pytest.mark.parametrize("network", ["v3-small", "shufflenet-v2-x1", "v4-conv-small"])
def test_other_blocks_are_simulated_too(network):
    source = source_for(network, "random", resolution="64", classes="5", width="0.5")
    made = Made(source, "per-channel", count=2)
    session = runtime.Session(made.file, optimised=False)
    step = float(made.held["output_scale"])
    with one_thread():
        ours, theirs = made.simulation.run(made.shown[0]), session.run(made.shown[0])
    assert np.abs(ours["output"] - theirs["output"]).max() / step < 4


def test_fewer_bits_have_more_error_and_no_file():
    found = {bits: viz.quantize("v2", f"bits={bits}", pictures=4, inputs=2) for bits in (8, 6, 4)}
    eight, six, four = (found[bits].output.arithmetic for bits in found)
    assert eight > six + 6 > four + 12  # 6 dB a bit, as rounding to a finer grid has it
    assert (found[4].content, found[4].after, found[4].output.processor) == (b"", None, None)


def test_what_stays_in_float_has_no_whole_numbers():
    found = viz.quantize("v2", "per-channel,float=0+1", pictures=4, inputs=2)
    model = onnx.load_from_string(found.content)
    kept = {c.name for c in model.graph.initializer if c.data_type == onnx.TensorProto.FLOAT}
    assert {"features.0.0.weight", "features.1.conv.0.0.weight"} <= kept
    assert "features.2.conv.0.0.weight" not in kept
    rows = {row.path: row for row in found.operations}
    assert rows["features.0.0"].weights is None
    assert rows["features.0.0"].arithmetic > rows["features.2.conv.0.0"].arithmetic


def test_hswish_in_float_frees_the_convolution_before_it():
    made = {
        words: viz.quantize(
            "v3-small", words, weights="random", resolution=64, pictures=4, inputs=2
        )
        for words in ("per-channel", "per-channel,float-hswish")
    }
    plain, free = (onnx.load_from_string(each.content) for each in made.values())
    count = sum(node.op_type == "HardSwish" for node in free.graph.node)
    rounding = [sum(n.op_type == "QuantizeLinear" for n in m.graph.node) for m in (plain, free)]
    assert rounding[0] - rounding[1] == count > 10
    before, after = (each.output.arithmetic for each in made.values())
    assert after > before - 1


def test_the_command_writes_a_file_that_is_read_as_the_network(tmp_path, capsys):
    path, whole = tmp_path / "q.onnx", tmp_path / "float.onnx"
    flags = ["--scheme", "per-channel", "--pictures", "4", "--inputs", "2", "--accuracy", "1"]
    assert main(["quantize", "v2", *flags, "--output", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["scheme"] == "per-channel"
    assert told["accuracy"]["pictures"] == 5
    assert told["bytes_after"]["file"] == path.stat().st_size < told["bytes_before"]["file"]
    export = ["export", "--what", "model", "--weights", "atlas", "--output", str(whole)]
    assert main(export) == 0
    before, after = viz.read(whole), viz.read(path)
    assert (after.params, after.macs) == (before.params, before.macs)
    found = viz.identify(path)
    assert (found.match.variant, found.match.width, found.exact) == ("v2", 0.25, True)
    assert "Its weights are quantised: int8." in found.notes
    capsys.readouterr()
    assert main(["diff", str(whole), str(path)]) == 0  # ReLU6 is found again in the ranges
    # a quantised file, and one in float, as the source
    assert main(["quantize", str(path)]) == 2
    assert "quantised already" in capsys.readouterr().err
    again = viz.quantize(whole, "per-channel", pictures=4, inputs=2)
    assert again.content == path.read_bytes() or again.after.weights == 324_847


def test_random_inputs_are_said():
    found = viz.quantize("v2", calibrate="noise", pictures=2, inputs=1)
    assert found.calibrated == "2 inputs of normal noise, seed 0"
    assert found.measured == "1 inputs of normal noise, seed 1"
