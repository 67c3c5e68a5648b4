"""Table of named figures with their fields and makers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from viz.activations import CURVES
from viz.exports import makers as make
from viz.exports.request import VIEW
from viz.facts.memory import DTYPES
from viz.hardware.devices import BYTES
from viz.hardware.latency import devices, slug
from viz.hardware.ranking import YARDSTICK
from viz.lessons import convolution, dialects, residual, universal, windows
from viz.lessons.squeeze import GATES
from viz.net.config import Config
from viz.net.fields import Field, Number, Switch, Word, Words, ranges
from viz.net.zoo import ZOO

V3_PAPER = "arXiv:1905.02244, section 5.1"
V4_PAPER = "arXiv:2404.10518"
SHOWN_CURVES = ("relu", "relu6", "silu", "hardswish")


@dataclass(frozen=True, slots=True)
class Kind:
    """Fields and maker; ``default`` is the network that a figure about one starts with.

    ``title`` and ``source`` stand in the files of charts; pictures say both themselves.
    ``all_sizes`` marks a figure that shows a network at many widths and resolutions.
    """

    fields: Mapping[str, Field]
    make: Callable[[make.Setting], Any]
    default: str = ""
    title: str = ""
    source: str = ""
    all_sizes: bool = False

    def titled(self, config: Config | None) -> str:
        """The title with its subject."""
        if config is None:
            return self.title
        about = config.title_of_all_sizes if self.all_sizes else config.title
        return f"{self.title}: {about}"


_IMPLEMENTATIONS = tuple(key for key in dialects.COUNTERPARTS if ZOO[key].group == "posts")
RANKED = (*(key for key, network in ZOO.items() if network.group != "posts"), YARDSTICK)
SHOWN_RANKED = (
    "v2",
    "v1",
    "v3-large",
    "v4-conv-small",
    "v4-conv-medium",
    "edgetpu",
    "efficientnet-b0",
    YARDSTICK,
)
DEVICE: dict[str, Field] = {
    "ridge": VIEW["ridge"],
    "precision": Word(tuple(BYTES), "int8"),
    "batch": Number(1, 256, 1),
}
FUSED: dict[str, Field] = dict(
    zip(("narrow", "times", "side"), ranges(universal.FUSED_LIMITS).values(), strict=True)
)
METRIC = Word(("macs", "params"), "macs", {"parameters": "params"})
FIGURES: dict[str, Kind] = {
    "convolution": Kind(ranges(convolution.LIMITS), make.convolution),
    "windows": Kind(ranges(windows.LIMITS), make.windows),
    "residual": Kind(
        {**ranges(residual.LIMITS), "stride2": Switch(), "same": Switch(True)}, make.residual
    ),
    "difference": Kind(
        {
            "point": Word(
                tuple(dialects.POINTS),
                "after-projection",
                {point.name: key for key, point in dialects.POINTS.items()},
            ),
            "in": Word(_IMPLEMENTATIONS, "post-003-large"),
        },
        make.difference,
    ),
    "ideas": Kind({}, make.ideas),
    "faces": Kind(
        {
            **ranges(universal.LIMITS),
            "kernel": Number(3, 7, 3, only=universal.KERNELS),
            "start": Switch(True),
            "middle": Switch(True),
        },
        make.four_faces,
    ),
    "fused": Kind(FUSED, make.fused),
    "fused-time": Kind(
        {**FUSED, "ridge": Number(0, 500, 100)},
        make.fused_time,
        title="Fused against separable: time by ridge point",
        source="computed by MobileNet Atlas, model of arXiv:2404.10518, section 3",
    ),
    "compound": Kind(
        {"phi": Number(0.25, 1.5, 1.0, 0.25, whole=False)},
        make.compound,
        title="Depth, width and resolution at about equal MACs",
        source="computed by MobileNet Atlas, after arXiv:1905.11946, section 3.3",
    ),
    "last-stage": Kind(
        {"map": Number(1, 16, 7), "classes": Number(1, 2000, 1000)},
        make.last_stage,
        title="V3's last stage, before and after",
        source=V3_PAPER,
    ),
    "stem": Kind(
        {"filters": Number(8, 32, 16, 8), "image": Number(32, 512, 224, 32)},
        make.stem,
        title="V3's stem, before and after",
        source=V3_PAPER,
    ),
    "spirals": Kind(
        {
            "activation": Word(("relu", "relu6", "hardswish"), "relu"),
            "seed": Number(0, 999, 19),
            "radius": Number(1, 10, 4),
        },
        make.spirals,
        title="A spiral through random maps, an activation, and back",
        source="MobileNet Atlas, after arXiv:1801.04381, Figure 1",
    ),
    "squeeze": Kind(
        {}, make.squeezes, title="Squeeze width of every SE", source="computed by MobileNet Atlas"
    ),
    "excitation": Kind(
        {
            "se_block": Number(0, 99, None),
            "gate": Word(GATES, GATES[0]),
            "seed": Number(0, 99, 0),
        },
        make.excitation,
        default="v3-large",
        title="Channel weights of one squeeze and excite",
        source="MobileNet Atlas, random weights",
    ),
    "family": Kind(
        {},
        make.family,
        title="Fewer MACs each time, not fewer parameters",
        source="computed by MobileNet Atlas",
    ),
    "activations": Kind(
        {
            "curves": Words(tuple(CURVES), SHOWN_CURVES),
            "reach": Number(1, 20, 8),
            "derivative": Switch(),
            "both": Switch(),
        },
        make.activations,
        title="Activations",
        source="MobileNetV2, section 3; MobileNetV3, section 5.2",
    ),
    "staircase": Kind(
        {"divisor": Number(1, 32, 8), "up_to": Number(16, 512, 96, 8)},
        make.rounding,
        title="Channels come in multiples",
        source="TF-slim, torchvision, Keras, timm: make_divisible",
    ),
    "memory": Kind(
        {
            "dtype": Word(tuple(DTYPES), "float32"),
            "batch": Number(1, 1_024, 1),
            "in_place": Switch(),
        },
        make.memory,
        default="v3-large",
        title="Live activation memory",
        source="computed by MobileNet Atlas; in place: arXiv:2007.10319, section 3.2",
    ),
    "roofline": Kind(
        DEVICE,
        make.roofline,
        default="v4-conv-small",
        title="Roofline",
        source="computed by MobileNet Atlas, model of arXiv:2404.10518, section 3",
    ),
    "time": Kind(
        DEVICE,
        make.time_by_kind,
        default="v4-conv-small",
        title="MACs and time by kind of operation",
        source="computed by MobileNet Atlas, model of arXiv:2404.10518, section 3",
    ),
    "ranking": Kind(
        {**DEVICE, "ranked": Words(RANKED, SHOWN_RANKED)},
        make.ranking,
        title="The fastest network depends on the device",
        source="computed by MobileNet Atlas, model of arXiv:2404.10518, section 3",
    ),
    "latency": Kind(
        {"device": Word(tuple(slug(name) for name in devices()), "pixel-7-gpu")},
        make.latency,
        title="Published latency against MACs",
        source="MobileNetV3 paper, Table 3; MobileNetV4 paper, Table 6",
    ),
    "scaling": Kind(
        {"metric": METRIC},
        make.scaling,
        default="v1",
        title="Width times resolution",
        all_sizes=True,
        source="computed by MobileNet Atlas; dots: published accuracy",
    ),
}
