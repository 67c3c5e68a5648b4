"""MobileNetEdgeTPU: V3 searched for an accelerator (TF-slim), and its second version.

The second version has no paper: TensorFlow Model Garden, ``official/projects/edgetpu/vision``; its
four sizes here are timm's. The accelerator likes full convolutions, so wide blocks are fused.
"""

from typing import NamedTuple

from viz.activations import Nonlinearity
from viz.net.blocks import Bneck, FullConv, LastConv, Stem
from viz.net.channels import WidthRule
from viz.net.dialect import Norm
from viz.net.heads import Classifier, Pool
from viz.net.rows import Row
from viz.net.universal import FusedIB
from viz.net.zoo.network import Network
from viz.net.zoo.published import claims

RE: Nonlinearity = "relu"
NORM = Norm(eps=1e-5, momentum=0.1)
RULE = WidthRule(
    "timm", "timm", expansion="ratio", last="fixed", dilates_next=True, offers=("output_stride",)
)

EDGETPU = Network(
    key="edgetpu",
    name="MobileNetEdgeTPU",
    year=2019,
    paper="TF-slim nets/mobilenet/mobilenet_v3.py",
    table="V3_EDGETPU",
    summary="Fused blocks first, no SE, ReLU only: made for an accelerator, not for a CPU.",
    rows=(
        Stem(32, RE),
        FullConv(16, RE, 1, kernel=1),
        #       k  exp  out s
        FusedIB(3, 128, 32, 2),
        FusedIB(3, 128, 32, 1),
        FusedIB(3, 128, 32, 1),
        FusedIB(3, 128, 32, 1),
        FusedIB(3, 256, 48, 2),
        FusedIB(3, 192, 48, 1),
        FusedIB(3, 192, 48, 1),
        FusedIB(3, 192, 48, 1),
        #     k  exp  out   SE    NL  s
        Bneck(3, 384, 96, False, RE, 2),
        Bneck(3, 384, 96, False, RE, 1),
        Bneck(3, 384, 96, False, RE, 1),
        Bneck(3, 384, 96, False, RE, 1),
        Bneck(3, 768, 96, False, RE, 1, skip=False),
        Bneck(3, 384, 96, False, RE, 1),
        Bneck(3, 384, 96, False, RE, 1),
        Bneck(3, 384, 96, False, RE, 1),
        Bneck(5, 768, 160, False, RE, 2),
        Bneck(5, 640, 160, False, RE, 1),
        Bneck(5, 640, 160, False, RE, 1),
        Bneck(5, 640, 160, False, RE, 1),
        Bneck(3, 1280, 192, False, RE, 1),
        LastConv(1280, RE),
        Pool(),
        Classifier(),
    ),
    rules=(RULE,),
    options=("small_input",),
    claim_rule="timm",
    norm=NORM,
    dropout=0.2,
    group="later",
    claims=claims("edgetpu"),
    table_note="timm activates the first 1×1 convolution, TensorFlow does not.",
    last_is_head=True,
)


class Size(NamedTuple):
    """What the second version's sizes differ in."""

    stem: Stem
    channels: tuple[int, ...]
    group: int
    last: int


SIZES: dict[str, Size] = {
    "xs": Size(Stem(32, RE), (16, 32, 48, 96, 144, 160, 192), 64, 1280),
    "s": Size(Stem(64, RE, kernel=5), (24, 48, 64, 128, 160, 192, 256), 64, 1280),
    "m": Size(Stem(64, RE, kernel=5), (32, 64, 80, 160, 192, 240, 320), 64, 1344),
    "l": Size(Stem(64, RE, kernel=7), (32, 64, 96, 192, 240, 256, 384), 128, 1408),
}


def _rows(size: Size) -> tuple[Row, ...]:
    """The one topology: expansion 8 where channels change, 4 elsewhere."""
    c0, c1, c2, c3, c4, c5, c6 = size.channels
    return (
        size.stem,
        FullConv(c0, RE, 1, kernel=1),
        FusedIB(3, 8 * c0, c1, 2),
        FusedIB(3, 4 * c1, c1, 1, group_size=size.group),
        FusedIB(3, 8 * c1, c2, 2),
        FusedIB(3, 4 * c2, c2, 1, group_size=size.group),
        FusedIB(3, 4 * c2, c2, 1),
        FusedIB(3, 4 * c2, c2, 1, group_size=size.group),
        FusedIB(3, 8 * c2, c3, 2),
        *_stage(c3),
        Bneck(3, 8 * c3, c4, False, RE, 1),
        *_stage(c4),
        Bneck(3, 8 * c4, c5, False, RE, 2),
        *_stage(c5),
        Bneck(3, 8 * c5, c6, False, RE, 1),
        LastConv(size.last, RE),
        Pool(),
        Classifier(),
    )


def _stage(channels: int) -> tuple[Row, ...]:
    return 3 * (Bneck(3, 4 * channels, channels, False, RE, 1),)


def _version_2(name: str, size: Size) -> Network:
    note = "TensorFlow's stem is 5×5, timm's 3×3." if name == "xs" else ""
    return Network(
        key=f"edgetpu-v2-{name}",
        name=f"MobileNetEdgeTPU-V2-{name.upper()}",
        year=2021,
        paper="TensorFlow Model Garden, projects/edgetpu",
        table="timm's rows",
        summary="Fused and grouped blocks for the accelerator of a Pixel 6; no paper.",
        rows=_rows(size),
        rules=(RULE,),
        options=("small_input",),
        claim_rule="timm",
        norm=NORM,
        dropout=0.2,
        group="later",
        claims=claims(f"edgetpu-v2-{name}"),
        table_note=note,
        last_is_head=True,
    )


EDGETPUS = (EDGETPU, *(_version_2(name, size) for name, size in SIZES.items()))
