"""Weights reach their layers by names and shapes, in whatever order a container holds them."""

import random

import naming
import numpy as np
import private_networks
import pytest
import safetensors.torch
import timm
import torch
import torchvision

import viz

ORDERS = 12  # random ones of each naming scheme: 200 and more in all


def trained(weights):
    """The same names with numbers of their own, so that nothing is equal by chance."""
    made = torch.Generator().manual_seed(0)
    return {
        name: torch.rand(value.shape, generator=made) + 0.5 if value.is_floating_point() else value
        for name, value in weights.items()
    }


def ours(scheme, variant, **chosen):
    """A scheme's weights of one of our networks, with the network and what must come out."""
    chosen |= {"classes": 7}
    module = viz.build(variant, **chosen)
    truth = trained(module.state_dict())
    held = {name: v for name, v in truth.items() if not name.endswith("tracked")}
    return scheme(viz.trace(variant, **chosen), held), lambda: viz.build(variant, **chosen), truth


def theirs(module, variant, **chosen):
    """A library's weights: in the order of definition they are carried as other tests check."""
    weights = trained(module.state_dict())
    chosen |= {"classes": 7}

    def make():
        return viz.build(variant, **chosen)

    return weights, make, viz.load(make(), weights, by_order=True).state_dict()


def created(name):
    return timm.create_model(name, num_classes=7)


V3_TIMM = {"width": 0.5, "width_rule": "timm"}
SCHEMES = {
    "torchvision v2": lambda: theirs(
        torchvision.models.mobilenet_v2(width_mult=0.35, num_classes=7), "v2", width=0.35
    ),
    "torchvision v3": lambda: theirs(
        torchvision.models.mobilenet_v3_small(width_mult=0.5, num_classes=7), "v3-small", width=0.5
    ),
    "timm v1": lambda: theirs(created("mobilenetv1_100"), "v1"),
    "timm v2": lambda: theirs(created("mobilenetv2_035"), "v2", width=0.35, width_rule="timm"),
    "timm v3": lambda: theirs(created("mobilenetv3_small_050"), "v3-small", **V3_TIMM),
    "timm v4": lambda: theirs(created("mobilenetv4_conv_small_050"), "v4-conv-small", width=0.5),
    "timm fbnet": lambda: theirs(created("fbnetc_100"), "fbnet-c"),
    "d-li14": lambda: theirs(private_networks.li14(7), "v3-large"),
    "tonylins": lambda: theirs(private_networks.tonylins(1.0, 7), "v2"),
    "xiaolai": lambda: ours(naming.xiaolai, "v3-small", width=0.5),
    "bubbliiiing": lambda: ours(naming.bubbliiiing_v1, "v1", width=0.25),
    "TF-slim v1": lambda: ours(naming.slim_v1, "v1", width=0.25, width_rule="slim"),
    "TF-slim v2": lambda: ours(naming.slim, "v2", width=0.35, width_rule="slim"),
    "TF-slim v3": lambda: ours(naming.slim, "v3-large", width=0.5, width_rule="slim"),
    "TF-slim slots": lambda: ours(
        lambda *both: naming.with_slots(naming.slim(*both)), "v2", width=0.35, width_rule="slim"
    ),
    "Keras v1": lambda: ours(naming.keras_v1, "v1", width=0.25, width_rule="keras"),
    "Keras v2": lambda: ours(naming.keras_v2, "v2", width=0.35, width_rule="keras"),
    "Keras v3": lambda: ours(naming.keras_v3, "v3-small", width=0.5, width_rule="keras"),
    "numbers": lambda: ours(naming.flat, "v2", width=0.35),
    "underscores": lambda: ours(naming.underscored, "v3-small", width=0.5),
}
PREFIXES = ("", "module.", "model.backbone.")


def told_orders(weights):
    """The orders that safetensors' load_file, sorting by name, type and depth give."""
    items = list(weights.items())
    yield dict(sorted(items))
    yield dict(sorted(items, key=lambda item: (str(item[1].dtype), item[0])))
    yield dict(sorted(items, key=lambda item: (item[0].count(".") + item[0].count("/"), item[0])))
    yield safetensors.torch.load(
        safetensors.torch.save({name: value.contiguous() for name, value in items})
    )


def random_orders(weights, seed):
    chance = random.Random(seed)
    for _ in range(ORDERS):
        names = chance.sample(list(weights), len(weights))
        start = chance.choice(PREFIXES)
        yield {start + name: weights[name] for name in names}


def assert_carried(module, source, truth):
    found = viz.load(module, source).state_dict()
    wrong = [
        name
        for name, value in truth.items()
        if not name.endswith("tracked") and not torch.equal(found[name], value)
    ]
    assert wrong == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_order_of_the_tensors_changes_where_they_go(scheme, tmp_path):
    weights, make, truth = SCHEMES[scheme]()
    module = make()
    blank = {name: torch.zeros_like(value) for name, value in module.state_dict().items()}
    for held in (weights, *told_orders(weights), *random_orders(weights, scheme)):
        module.load_state_dict(blank)
        assert_carried(module, held, truth)
    names = random.Random(scheme).sample(list(weights), len(weights))
    held = {name: weights[name].contiguous() for name in names}
    safetensors.torch.save_file(held, tmp_path / "m.safetensors")
    torch.save({"state_dict": held}, tmp_path / "m.pth")
    for name in ("m.safetensors", "m.pth"):
        module.load_state_dict(blank)
        assert_carried(module, tmp_path / name, truth)


def test_there_are_two_hundred_random_orders():
    assert ORDERS * len(SCHEMES) >= 200


def unnamed(count):
    """Words that tell no order."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [one + other for one in letters for other in letters]
    return random.Random(0).sample(words, count)


def test_names_that_tell_nothing_are_refused_until_the_order_is_asked_for():
    weights = trained(torchvision.models.mobilenet_v2(num_classes=7).state_dict())
    layers = dict.fromkeys(name.rpartition(".")[0] for name in weights)
    words = dict(zip(layers, unnamed(len(layers)), strict=True))
    held = {}
    for name, value in weights.items():
        layer, _, part = name.rpartition(".")
        held[f"{words[layer]}.{part}"] = value
    module = viz.build("v2", classes=7)
    before = {name: value.clone() for name, value in module.state_dict().items()}
    with pytest.raises(viz.ReadError, match=r"do not tell the order .* by_order=True"):
        viz.load(module, held)
    assert all(torch.equal(before[name], v) for name, v in module.state_dict().items())
    found = viz.load(module, held, by_order=True).state_dict()
    assert all(torch.equal(found[name], weights[name]) for name in weights)


@pytest.mark.parametrize("prefix", ["module.", "a.b."])
def test_equal_names_decide_for_a_module_that_is_not_known_too(prefix):
    source = torchvision.models.resnet18(num_classes=3)
    weights = trained(source.state_dict())
    held = {prefix + name: weights[name] for name in reversed(weights)}
    made = viz.load(torchvision.models.resnet18(num_classes=3), held)
    assert all(torch.equal(v, weights[name]) for name, v in made.state_dict().items())
    wrapped = viz.load(torch.nn.DataParallel(torchvision.models.resnet18(num_classes=3)), weights)
    assert torch.equal(wrapped.module.fc.weight, weights["fc.weight"])


def int8():
    if "qnnpack" not in torch.backends.quantized.supported_engines:
        pytest.skip("this PyTorch has no QNNPACK")
    torch.backends.quantized.engine = "qnnpack"
    return torchvision.models.quantization.mobilenet_v2(weights=None, quantize=True)


@pytest.mark.parametrize("kind", ["int8", "HWIO", "slots", "averages"])
def test_a_file_and_a_dict_give_one_answer(kind, tmp_path):
    weights = {
        "int8": lambda: int8().state_dict(),
        "HWIO": lambda: SCHEMES["TF-slim v3"]()[0],
        "slots": lambda: SCHEMES["TF-slim slots"]()[0],
        "averages": lambda: {
            f"{box}.{name}": value.clone()
            for box in ("ema_model", "model")
            for name, value in torchvision.models.mobilenet_v2().state_dict().items()
        },
    }[kind]()
    answers = [viz.identify(weights)]
    torch.save(weights, tmp_path / "m.pth")
    answers.append(viz.identify(tmp_path / "m.pth"))
    if kind != "int8":
        held = {name: value.contiguous() for name, value in weights.items()}
        safetensors.torch.save_file(held, tmp_path / "m.safetensors")
        answers.append(viz.identify(tmp_path / "m.safetensors"))
        answers.append(viz.identify({n: np.asarray(v) for n, v in weights.items()}))
    said = [answer.as_json() | {"format": "", "names": answer.names} for answer in answers]
    for one in said:
        one["names"] = sorted(one["names"])
        one["unexpected"] = sorted(map(str, one["unexpected"]))
        assert one == said[0]
    assert answers[0].exact
    assert answers[0].match.classes == (1_000 if kind in ("int8", "averages") else 7)
    if kind == "averages":
        assert answers[0].prefix == "model."


def test_int8_weights_are_carried_from_memory_as_from_a_file(tmp_path):
    source = int8()
    torch.save(source.state_dict(), tmp_path / "m.pth")
    one, other = (
        viz.load(torchvision.models.mobilenet_v2(), held).state_dict()
        for held in (source.state_dict(), tmp_path / "m.pth")
    )
    assert all(torch.equal(value, other[name]) for name, value in one.items())
    assert torch.equal(
        one["features.0.0.weight"], source.state_dict()["features.0.0.weight"].dequantize()
    )
