"""Gates of the shipped V3-Small are those of torchvision's own module with the same weights."""

import pytest
import torch
import torchvision
from safetensors.torch import load_file

from viz.lab.choice import choice_of, config_for, shipped
from viz.lab.pytorch.gates import furthest, gated, gates_answer
from viz.lab.pytorch.weights import load
from viz.lab.scenery import picture
from viz.lessons.squeeze import opened_apart, se_blocks
from viz.net.trace import trace_config

KINDS = ("sunflower", "tulip")


@pytest.fixture(scope="module")
def config():
    return config_for(choice_of("atlas", "v3-small"), None, {})


@pytest.fixture(scope="module")
def theirs(config):
    made = torchvision.models.mobilenet_v3_small(
        width_mult=config.width, num_classes=config.classes
    )
    values = load_file(shipped()["v3-small"])
    made.load_state_dict(
        {n: v.float() if v.dtype == torch.float16 else v for n, v in values.items()}
    )
    return made.eval()


def test_gates_and_scaled_maps_are_torchvisions(config, theirs):
    loaded = load(config, choice_of("atlas", "v3-small"))
    for block in se_blocks(trace_config(config)):
        ours = gated(loaded, picture("tulip", (0,), 256), block)
        parts = theirs.features[block].block
        se = next(m for m in parts if isinstance(m, torchvision.ops.SqueezeExcitation))
        seen = {}
        hook = se.register_forward_hook(lambda _m, x, y, seen=seen: seen.update(x=x[0], y=y))
        with torch.no_grad():
            theirs(ours.prepared[None])
        hook.remove()
        torch.testing.assert_close(ours.before, seen["x"][0], atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(ours.after, seen["y"][0], atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(ours.after, ours.before * ours.gates[:, None, None])


def test_flowers_of_one_kind_open_gates_more_alike_than_two_kinds(config):
    """So they mean something: at random weights they would not."""
    loaded = load(config, choice_of("atlas", "v3-small"))
    seeds = range(4)
    found = {
        (kind, seed): gated(loaded, picture(kind, (seed,), 256), 4).gates
        for kind in KINDS
        for seed in seeds
    }

    def apart(one, other):
        pairs = [(one, a, other, b) for a in seeds for b in seeds if (one, a) != (other, b)]
        gaps = [(found[k, a] - found[m, b]).abs().mean() for k, a, m, b in pairs]
        return float(torch.stack(gaps).mean())

    assert apart(*KINDS) > 1.25 * max(apart(kind, kind) for kind in KINDS)


def test_the_answer_shows_the_channels_that_the_pictures_open_most(config):
    answer = gates_answer(config, {"kinds": list(KINDS), "seed": 0, "block": 4})
    first, second = (torch.tensor(each["gates"]) for each in answer["pictures"])
    assert tuple(answer["channels"]) == furthest(first, second)
    assert opened_apart((first.tolist(), second.tolist())) == int(
        ((first - second).abs() > 0.1).sum()
    )
    assert [len(each["maps"]) for each in answer["pictures"]] == [2, 2]
