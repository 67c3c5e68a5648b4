"""The lesson on branches: torch's own layers with its numbers, and timm's networks."""

import pytest
import timm
import torch
from timm.utils import reparameterize_model

import viz
from viz.lab.pytorch.forgotten import BATCHES, distance, forgotten_eval, keep_averages, noise
from viz.lessons.branches import NETWORKS, added, drawn, folded, sizes_of, step_of, steps_of
from viz.net.config import configure
from viz.pytorch.fusing import fused_weights


@pytest.fixture(params=NETWORKS)
def key(request):
    return request.param


def given(step, weights, state):
    """The state_dict with the lesson's numbers in every channel of the step's layers."""
    for branch in step.branches:
        if branch.conv:
            weight = state[f"{branch.conv}.weight"]
            state[f"{branch.conv}.weight"] = torch.tensor(weights.kernels[branch.conv]).expand_as(
                weight
            )
        if branch.biased:
            state[f"{branch.conv}.bias"].fill_(weights.biases[branch.conv])
    for path, norm in weights.norms.items():
        names = ("weight", "bias", "running_mean", "running_var")
        for name, value in zip(names, norm, strict=True):
            state[f"{path}.{name}"].fill_(value)
    return state


@pytest.mark.parametrize(("number", "seed"), [(1, 0), (2, 5), (21, 99)])
def test_one_kernel_is_what_the_networks_own_folding_gives(key, number, seed):
    traced, after = viz.trace(key), viz.trace(key, fused=True)
    step = step_of(traced, number)
    weights = drawn(step, seed)
    state = given(step, weights, viz.build(key).state_dict())
    layers = [op for op in after.of_block(step.block) if op.kind == "depthwise"]
    folded_state = fused_weights(traced, after, state)
    eps = traced.config.norm.eps
    ours = added(folded(step, weights, eps))
    kernel = folded_state[f"{layers[0].path}.weight"][0, 0]
    assert kernel.numpy() == pytest.approx(torch.tensor(ours.kernel).numpy(), abs=1e-6)
    assert float(folded_state[f"{layers[0].path}.bias"][0]) == pytest.approx(ours.bias, abs=1e-6)


def test_every_depthwise_step_with_branches_is_found(key):
    theirs = timm.create_model(key.replace("-", "_"))
    many = [
        module
        for module in theirs.modules()
        if type(module).__name__ in ("RepVggDw", "MobileOneBlock")
        and getattr(module, "groups", 2) != 1
    ]
    assert len(steps_of(viz.trace(key))) == len(many)


def test_sizes_are_those_of_timms_network_before_and_after(key):
    theirs = timm.create_model(key.replace("-", "_"))
    sizes = sizes_of(key)
    assert sizes.params == sum(p.numel() for p in theirs.parameters())
    assert sizes.fused_params == sum(p.numel() for p in reparameterize_model(theirs).parameters())


def test_a_forgotten_eval_shows_in_timms_network_as_in_ours(key):
    """The same weights in timm's network, folded by timm."""
    config = configure(key, resolution=64)
    ours = forgotten_eval(config)
    from viz.net.trace import trace_config
    from viz.pytorch.modules import seeded_module

    theirs = timm.create_model(key.replace("-", "_")).train()
    state = seeded_module(trace_config(config), 0).state_dict()
    theirs.load_state_dict(dict(zip(theirs.state_dict(), state.values(), strict=True)))
    keep_averages(theirs)
    with torch.no_grad():
        for batch in range(BATCHES):
            theirs(noise(config, batch))
        picture = noise(config, BATCHES)
        wanted = reparameterize_model(theirs.eval())(picture)
        assert distance(theirs.eval()(picture), wanted) < 1e-3 > ours.evaluated
        if key != "repvit-m0-9":  # its heads are averaged in eval() only
            assert distance(theirs.train()(picture), wanted) == pytest.approx(
                ours.forgotten, rel=1e-2
            )
    assert ours.forgotten > 1_000 * ours.evaluated
