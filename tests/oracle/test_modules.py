"""torch agrees with the trace: random valid networks, built and run."""

import math
from collections import Counter
from typing import Any

import pytest
import torch
import torchinfo
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import viz
from viz.facts.tables import block_at, block_rows
from viz.net import cost
from viz.net.config import NUMBERS
from viz.net.tree import PAD
from viz.net.zoo import ZOO
from viz.pytorch.modules import build_trace, example_input
from viz.pytorch.summary import summarise

SIDES = st.integers(32, 160)
SIZES = st.one_of(SIDES, st.tuples(SIDES, SIDES))


@st.composite
def configurations(draw: st.DrawFn) -> dict[str, Any]:
    """Any network, rule and option, small enough to be run."""
    variant = draw(st.sampled_from(list(ZOO)))
    network = ZOO[variant]
    width = NUMBERS["width"]
    return {
        "variant": variant,
        "width": draw(st.floats(width.low, width.high).map(lambda w: round(w, 3))),
        "resolution": draw(SIZES),
        "classes": draw(st.integers(1, 30)),
        "divisor": draw(st.integers(1, 32)),
        "in_channels": draw(st.integers(1, 5)),
        "output_stride": draw(st.sampled_from([8, 16, 32] if network.dilates else [32])),
        "width_rule": draw(st.sampled_from([rule.name for rule in network.rules])),
        **{option: draw(st.booleans()) for option in network.options},
    }


def executed(model: nn.Module, image: torch.Tensor) -> list[tuple[str, tuple[int, ...], int]]:
    """(path, output shape, parameters) of every leaf, in the order in which torch ran them."""
    seen: list[tuple[str, tuple[int, ...], int]] = []

    def hook(path: str) -> Any:
        def record(module: nn.Module, _: Any, output: torch.Tensor) -> None:
            count = sum(p.numel() for p in module.parameters())
            seen.append((path, tuple(output.shape[1:]), count))

        return record

    for path, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(hook(path))
    with torch.no_grad():
        model(image)
    return seen


def layers(ran):
    """Without the padding before convolutions, which is part of theirs in a trace."""
    return [each for each in ran if not each[0].endswith(PAD)]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(configurations())
def test_trace_is_what_torch_does(chosen):
    traced = viz.trace(**chosen)
    with torch.device("meta"):
        model = build_trace(traced).eval()
        image = example_input(traced)
    with FlopCounterMode(display=False) as counter:
        ran = executed(model, image)
    assert layers(ran) == [(op.path, op.out_shape, cost.params(op)) for op in traced.operations]
    assert counter.get_total_flops() == 2 * traced.macs
    assert sum(p.numel() for p in model.parameters()) == traced.params


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(configurations())
def test_torchinfo_counts_the_same_plus_what_it_counts_besides(chosen):
    traced = viz.trace(**chosen)
    statistics = torchinfo.summary(
        build_trace(traced), input_data=example_input(traced), verbose=0, cache_forward_pass=False
    )
    norms = sum(2 * op.out_shape[0] for op in traced.operations if op.kind == "norm")
    biases = sum(math.prod(op.out_shape) for op in traced.operations if op.bias)
    assert statistics.total_params == traced.params
    products = sum(map(cost.products, traced.operations))  # torchinfo counts layers with weights
    assert statistics.total_mult_adds == traced.macs - products + norms + biases


def test_activation_memory_is_the_size_of_all_outputs(network):
    traced = viz.trace(network, resolution=64)
    ran = executed(build_trace(traced).eval(), example_input(traced))
    assert traced.activation_bytes == sum(
        4 * torch.Size(shape).numel() for _, shape, _ in layers(ran)
    )


def test_summary_rows_are_the_modules_of_the_network(network):
    traced = viz.trace(network, width=0.5, resolution=64)
    found = summarise(traced.config)
    leaves = [row for row in found["rows"] if row["leaf"] and row["layer"] != "ZeroPad2d"]
    assert [row["path"] for row in leaves] == [op.path for op in traced.operations]
    assert [tuple(row["out_shape"]) for row in leaves] == [op.out_shape for op in traced.operations]
    top = [row for row in found["rows"] if row["depth"] == 1]
    assert sum(row["params"] for row in top) == traced.params == found["params"]
    assert sum(row["mult_adds"] for row in top) == found["mult_adds"]
    assert "features" in found["text"]


def test_summary_text_ends_at_the_chosen_depth():
    config = viz.configure("v3-small", resolution=64)
    assert "features" in summarise(config, 1)["text"]
    assert "Conv2d" not in summarise(config, 1)["text"]
    assert "Conv2d" in summarise(config, 6)["text"]


def test_build_is_public_and_gives_logits():
    model = viz.build("v3-small", classes=7, resolution=64).eval()
    with torch.no_grad():
        assert model(torch.zeros(2, 3, 64, 64)).shape == (2, 7)


@pytest.mark.parametrize("name", ["mobilenet_v2", "mobilenet_v3_large", "mobilenet_v3_small"])
def test_activations_are_torchs_own(name):
    """Joins apart, the modules are the kinds that torchvision's network has."""
    import torchvision

    theirs = getattr(torchvision.models, name)()
    key = name.removeprefix("mobilenet_").replace("_", "-")
    ours = viz.build(key)

    def kinds(model: nn.Module) -> list[str]:
        return sorted(
            type(m).__name__
            for m in model.modules()
            if isinstance(m, (nn.Conv2d, nn.BatchNorm2d, nn.ReLU, nn.ReLU6, nn.Linear))
            or "Hard" in type(m).__name__
        )

    assert kinds(ours) == kinds(theirs)


def test_the_layers_page_knows_every_class_that_modules_are_made_of():
    from viz.ui.parts.layers import LAYER_TYPES

    found = {
        row["layer"]
        for key, network in viz.ZOO.items()
        for rule in network.rules
        for row in summarise(viz.configure(key, resolution=32, width_rule=rule.name))["rows"]
    }
    assert found <= set(LAYER_TYPES)


def test_modules_are_of_torchs_own_classes(network):
    own = {type(m).__name__ for m in viz.build(network).modules() if "viz" in type(m).__module__}
    joins = {"Add", "Scale", "Residual", "SqueezeExcitation"}
    attention = {"Scores", "Mix", "MultiQueryAttention", "LayerScale"}
    branches = {"Branches", "Concat", "Split", "Shuffle", "Mean"}
    assert (
        own <= joins | attention | branches
    )  # only LayerScale has weights, which torch has no class for


def test_every_module_belongs_to_the_block_that_holds_its_parameters(network):
    """torchinfo's leaves, added up by the block that is found from their paths."""
    traced, found = viz.trace(network), Counter()
    for row in summarise(viz.configure(network))["rows"]:
        if row["leaf"]:
            found[block_at(traced, row["path"])] += row["params"]
    assert {row.block: row.params for row in block_rows(traced)} == dict(found)
    assert block_at(traced, "features") is None
    assert block_at(traced, "nowhere") is None
