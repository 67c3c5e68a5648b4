"""MobileNetV4: Qin et al., 2024, arXiv 2404.10518, Tables 11, 12 and 14.

Conv-S prints its pairs of plain convolutions as FusedIB; TensorFlow and timm activate both, so
that they are convolutions here.
"""

from dataclasses import replace

from viz.activations import Nonlinearity
from viz.net.blocks import FullConv, LastConv, Stem
from viz.net.channels import WidthRule
from viz.net.dialect import Norm
from viz.net.heads import Classifier, HeadConv, Pool
from viz.net.rows import Row
from viz.net.universal import UIB, FusedIB
from viz.net.zoo.network import Network
from viz.net.zoo.published import claims

RE: Nonlinearity = "relu"
HEAD: tuple[Row, ...] = (LastConv(960, RE), Pool(flattens=False), HeadConv(1280, RE), Classifier())
RULES = (
    WidthRule(
        "timm",
        "timm",
        stem="never-narrower",
        expansion="ratio",
        head="fixed",
        dilates_next=True,
        offers=("output_stride",),
    ),
)

V4_SMALL = Network(
    key="v4-conv-small",
    name="MobileNetV4-Conv-S",
    year=2024,
    paper="arXiv:2404.10518",
    table="Table 11",
    summary="Universal inverted bottlenecks, fast on every kind of hardware.",
    rows=(
        Stem(32, RE),
        FullConv(32, RE, 2, kernel=3),
        FullConv(32, RE, 1, kernel=1),
        FullConv(96, RE, 2, kernel=3),
        FullConv(64, RE, 1, kernel=1),
        # K1 K2 exp  out s
        UIB(5, 5, 192, 96, 2),
        UIB(0, 3, 192, 96, 1),
        UIB(0, 3, 192, 96, 1),
        UIB(0, 3, 192, 96, 1),
        UIB(0, 3, 192, 96, 1),
        UIB(3, 0, 384, 96, 1),
        UIB(3, 3, 576, 128, 2),
        UIB(5, 5, 512, 128, 1),
        UIB(0, 5, 512, 128, 1),
        UIB(0, 5, 384, 128, 1),
        UIB(0, 3, 512, 128, 1),
        UIB(0, 3, 512, 128, 1),
        *HEAD,
    ),
    rules=RULES,
    options=("small_input",),
    claim_rule="timm",
    norm=Norm(eps=1e-5, momentum=0.1),
    dropout=0.3,
    group="later",
    claims=claims("v4-conv-small"),
    table_note="Its convolutions in pairs are printed as FusedIB; no library builds them so.",
)

V4_MEDIUM = replace(
    V4_SMALL,
    key="v4-conv-medium",
    name="MobileNetV4-Conv-M",
    table="Table 12",
    summary="A fused block first, where maps are large; then all four variants of the UIB.",
    rows=(
        Stem(32, RE),
        #       k  exp out s
        FusedIB(3, 128, 48, 2),
        # K1 K2 exp  out s
        UIB(3, 5, 192, 80, 2),
        UIB(3, 3, 160, 80, 1),
        UIB(3, 5, 480, 160, 2),
        UIB(3, 3, 640, 160, 1),
        UIB(3, 3, 640, 160, 1),
        UIB(3, 5, 640, 160, 1),
        UIB(3, 3, 640, 160, 1),
        UIB(3, 0, 640, 160, 1),
        UIB(0, 0, 320, 160, 1),
        UIB(3, 0, 640, 160, 1),
        UIB(5, 5, 960, 256, 2),
        UIB(5, 5, 1024, 256, 1),
        UIB(3, 5, 1024, 256, 1),
        UIB(3, 5, 1024, 256, 1),
        UIB(0, 0, 1024, 256, 1),
        UIB(3, 0, 1024, 256, 1),
        UIB(3, 5, 512, 256, 1),
        UIB(5, 5, 1024, 256, 1),
        UIB(0, 0, 1024, 256, 1),
        UIB(0, 0, 1024, 256, 1),
        UIB(5, 0, 512, 256, 1),
        *HEAD,
    ),
    dropout=0.2,
    claims=claims("v4-conv-medium"),
    table_note="",
    resolution=256,
)

V4_LARGE = replace(
    V4_SMALL,
    key="v4-conv-large",
    name="MobileNetV4-Conv-L",
    table="Table 14",
    summary="Two depthwise convolutions in most blocks, and wide: for accelerators.",
    rows=(
        Stem(24, RE),
        #       k  exp out s
        FusedIB(3, 96, 48, 2),
        # K1 K2 exp  out s
        UIB(3, 5, 192, 96, 2),
        UIB(3, 3, 384, 96, 1),
        UIB(3, 5, 384, 192, 2),
        UIB(3, 3, 768, 192, 1),
        UIB(3, 3, 768, 192, 1),
        UIB(3, 3, 768, 192, 1),
        UIB(3, 5, 768, 192, 1),
        UIB(5, 3, 768, 192, 1),
        UIB(5, 3, 768, 192, 1),
        UIB(5, 3, 768, 192, 1),
        UIB(5, 3, 768, 192, 1),
        UIB(5, 3, 768, 192, 1),
        UIB(3, 0, 768, 192, 1),
        UIB(5, 5, 768, 512, 2),
        UIB(5, 5, 2048, 512, 1),
        UIB(5, 5, 2048, 512, 1),
        UIB(5, 5, 2048, 512, 1),
        UIB(5, 0, 2048, 512, 1),
        UIB(5, 3, 2048, 512, 1),
        UIB(5, 0, 2048, 512, 1),
        UIB(5, 0, 2048, 512, 1),
        UIB(5, 3, 2048, 512, 1),
        UIB(5, 5, 2048, 512, 1),
        UIB(5, 0, 2048, 512, 1),
        UIB(5, 0, 2048, 512, 1),
        UIB(5, 0, 2048, 512, 1),
        *HEAD,
    ),
    dropout=0.2,
    claims=claims("v4-conv-large"),
    table_note="",
    resolution=384,
)
