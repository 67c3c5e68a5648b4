"""Names that libraries give to these networks, and the choices that each name stands for.

timm's ``tf_`` networks are TF-slim's: its padding, and at their widths its channels.
"""

from collections.abc import Iterator

from viz.net.zoo import ZOO

Choices = dict[str, object]


def _timm() -> Iterator[tuple[str, str, Choices]]:
    for name, key, widths in (
        ("mobilenetv1", "v1", (100, 125)),
        ("mobilenetv2", "v2", (35, 50, 75, 100, 140)),
        ("mobilenetv3_large", "v3-large", (75, 100)),
        ("mobilenetv3_small", "v3-small", (50, 75, 100)),
    ):
        for percent in widths:
            yield f"{name}_{percent:03}", key, {"width": percent / 100, "width_rule": "timm"}
    for size in ("large", "small"):
        slim: Choices = {"width_rule": "slim"}
        for percent in (75, 100):
            name = f"tf_mobilenetv3_{size}_{percent:03}"
            yield name, f"v3-{size}", slim | {"width": percent / 100}
        yield f"tf_mobilenetv3_{size}_minimal_100", f"v3-{size}", slim | {"minimalistic": True}


_AT_OWN_WIDTH = {
    "spnasnet_100": "spnasnet",
    "fbnetc_100": "fbnet-c",
    "mnasnet_small": "mnasnet-small",
    "mobilenetv4_conv_small": "v4-conv-small",
    "mobilenetv4_conv_medium": "v4-conv-medium",
    "mobilenetv4_conv_large": "v4-conv-large",
    "mobilenetv4_hybrid_medium": "v4-hybrid-medium",
    "mobilenetv4_hybrid_large": "v4-hybrid-large",
    "mobilenet_edgetpu_100": "edgetpu",
    **{f"mobilenet_edgetpu_v2_{size}": f"edgetpu-v2-{size}" for size in ("xs", "s", "m", "l")},
}
# width, depth and resolution of EfficientNet B0 to B4; Lite has the same but for timm's sides
_COMPOUND = ((1.0, 1.0, 224), (1.0, 1.1, 240), (1.1, 1.2, 260), (1.2, 1.4, 300), (1.4, 1.8, 380))


# timm's own side for the hybrids at width 0.75, where it is not the network's
_SIDES = {"mobilenetv4_hybrid_medium": 224, "mobilenetv4_hybrid_large": 256}


def _relatives() -> Iterator[tuple[str, str, Choices]]:
    timm: Choices = {"width_rule": "timm"}
    for name, key in _AT_OWN_WIDTH.items():
        yield name, key, timm | {"width": 1.0}
    for name, key, widths in (
        ("mnasnet", "mnasnet-b1", (50, 75, 100, 140)),
        ("semnasnet", "mnasnet-a1", (50, 75, 100, 140)),
        ("lcnet", "lcnet", (35, 50, 75, 100, 150)),
        ("mobilenetv4_conv_small", "v4-conv-small", (35, 50)),
        ("mobilenetv4_hybrid_medium", "v4-hybrid-medium", (75,)),
        ("mobilenetv4_hybrid_large", "v4-hybrid-large", (75,)),
    ):
        for percent in widths:
            shape = timm | {"width": percent / 100}
            shape |= {"resolution": _SIDES[name]} if percent == 75 and name in _SIDES else {}
            yield f"{name}_{percent:03}", key, shape
    yield "mobilenetv1_100h", "v1", timm | {"width": 1.0, "last_conv": True}
    for percent, depth in ((110, 1.2), (120, 1.4)):
        deep: Choices = {"width": percent / 100, "depth": depth, "width_rule": "timm-deep"}
        yield f"mobilenetv2_{percent}d", "v2", deep


def _efficientnets() -> Iterator[tuple[str, str, Choices]]:
    for number, (width, depth, side) in enumerate(_COMPOUND):
        shape: Choices = {"width": width, "depth": depth, "resolution": side}
        yield f"efficientnet_b{number}", "efficientnet-b0", shape
        lite = f"efficientnet_lite{number}"
        yield lite, "efficientnet-lite0", shape | {"width_rule": "timm"}


def _others() -> Iterator[tuple[str, str, Choices]]:
    for key in ("v2", "v3-large", "v3-small"):
        yield f"mobilenet_{key.replace('-', '_')}", key, {"width_rule": "torchvision"}
    for width in ("0_5", "0_75", "1_0", "1_3"):
        shape: Choices = {"width": float(width.replace("_", ".")), "width_rule": "torchvision"}
        yield f"mnasnet{width}", "mnasnet-b1", shape
    for name, key in (
        ("MobileNet", "v1"),
        ("MobileNetV2", "v2"),
        ("MobileNetV3Large", "v3-large"),
        ("MobileNetV3Small", "v3-small"),
    ):
        yield name, key, {"width_rule": "keras"}


def _of_entries() -> Iterator[tuple[str, str, Choices]]:
    for network in ZOO.values():
        for name, choices in network.library_names.items():
            yield name, network.key, dict(choices)


LIBRARY_NAMES: dict[str, tuple[str, Choices]] = {
    name.lower(): (key, choices)
    for names in (_timm(), _relatives(), _efficientnets(), _others(), _of_entries())
    for name, key, choices in names
}


def meaning(name: str) -> tuple[str, Choices]:
    """The key and the choices that ``name`` stands for; a name of ours, or of nobody, is itself."""
    return LIBRARY_NAMES.get(name.lower(), (name.lower(), {}))
