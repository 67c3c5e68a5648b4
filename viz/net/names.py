"""Names that libraries give to these networks, and the choices that each name stands for.

timm's ``tf_`` networks are TF-slim's: its padding, and at their widths its channels. Names whose
network is none of ours (``mobilenetv2_110d``, ``mobilenetv1_100h``) are left out.
"""

from collections.abc import Iterator

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


def _others() -> Iterator[tuple[str, str, Choices]]:
    for key in ("v2", "v3-large", "v3-small"):
        yield f"mobilenet_{key.replace('-', '_')}", key, {"width_rule": "torchvision"}
    for name, key in (
        ("MobileNet", "v1"),
        ("MobileNetV2", "v2"),
        ("MobileNetV3Large", "v3-large"),
        ("MobileNetV3Small", "v3-small"),
    ):
        yield name, key, {"width_rule": "keras"}


LIBRARY_NAMES: dict[str, tuple[str, Choices]] = {
    name.lower(): (key, choices) for name, key, choices in (*_timm(), *_others())
}


def meaning(name: str) -> tuple[str, Choices]:
    """The key and the choices that ``name`` stands for; a name of ours, or of nobody, is itself."""
    return LIBRARY_NAMES.get(name.lower(), (name.lower(), {}))
