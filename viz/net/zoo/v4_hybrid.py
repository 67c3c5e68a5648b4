"""MobileNetV4's hybrids: Qin et al., 2024, arXiv 2404.10518, Tables 13 and 15.

Medium as TensorFlow and timm build it: Table 13 prints another order, other expansions and other
counts.
"""

from dataclasses import replace

from viz.activations import Nonlinearity
from viz.net.attention import MobileMQA
from viz.net.blocks import LastConv, Stem
from viz.net.dialect import Dialect
from viz.net.heads import Classifier, HeadConv, Pool
from viz.net.rows import Row
from viz.net.universal import UIB, FusedIB
from viz.net.zoo.published import claims
from viz.net.zoo.v4 import HEAD, RE, V4_MEDIUM

GE: Nonlinearity = "gelu"
GELU_HEAD: tuple[Row, ...] = (
    LastConv(960, GE),
    Pool(flattens=False),
    HeadConv(1280, GE),
    Classifier(),
)
LAYER_SCALE = Dialect(layer_scale=True)

V4_HYBRID_MEDIUM = replace(
    V4_MEDIUM,
    key="v4-hybrid-medium",
    name="MobileNetV4-Hybrid-M",
    table="timm's rows, not Table 13",
    summary="Attention between convolutions on the two smallest maps: one key for all heads.",
    rows=(
        Stem(32, RE),
        FusedIB(3, 128, 48, 2),
        # K1 K2 exp  out s
        UIB(3, 5, 192, 80, 2),
        UIB(3, 3, 160, 80, 1),
        UIB(3, 5, 480, 160, 2),
        UIB(0, 0, 320, 160, 1),
        UIB(3, 3, 640, 160, 1),
        UIB(3, 5, 640, 160, 1),
        MobileMQA(4, 64, 2, 160),
        UIB(3, 3, 640, 160, 1),
        MobileMQA(4, 64, 2, 160),
        UIB(3, 0, 640, 160, 1),
        MobileMQA(4, 64, 2, 160),
        UIB(3, 3, 640, 160, 1),
        MobileMQA(4, 64, 2, 160),
        UIB(3, 0, 640, 160, 1),
        UIB(5, 5, 960, 256, 2),
        UIB(5, 5, 1024, 256, 1),
        UIB(3, 5, 1024, 256, 1),
        UIB(3, 5, 1024, 256, 1),
        UIB(0, 0, 512, 256, 1),
        UIB(3, 5, 512, 256, 1),
        UIB(0, 0, 512, 256, 1),
        UIB(0, 0, 1024, 256, 1),
        MobileMQA(4, 64, 1, 256),
        UIB(3, 0, 1024, 256, 1),
        MobileMQA(4, 64, 1, 256),
        UIB(5, 5, 1024, 256, 1),
        MobileMQA(4, 64, 1, 256),
        UIB(5, 0, 1024, 256, 1),
        MobileMQA(4, 64, 1, 256),
        UIB(5, 0, 1024, 256, 1),
        *HEAD,
    ),
    dialect=LAYER_SCALE,
    claims=claims("v4-hybrid-medium"),
    table_note="Table 13 prints other rows than TensorFlow and timm build.",
    resolution=256,
)

V4_HYBRID_LARGE = replace(
    V4_HYBRID_MEDIUM,
    key="v4-hybrid-large",
    name="MobileNetV4-Hybrid-L",
    table="Table 15",
    summary="Conv-L's stages with attention at their ends, GELU everywhere.",
    rows=(
        Stem(24, GE),
        FusedIB(3, 96, 48, 2, GE),
        # K1 K2 exp  out s
        UIB(3, 5, 192, 96, 2, GE),
        UIB(3, 3, 384, 96, 1, GE),
        UIB(3, 5, 384, 192, 2, GE),
        UIB(3, 3, 768, 192, 1, GE),
        UIB(3, 3, 768, 192, 1, GE),
        UIB(3, 3, 768, 192, 1, GE),
        UIB(3, 5, 768, 192, 1, GE),
        UIB(5, 3, 768, 192, 1, GE),
        UIB(5, 3, 768, 192, 1, GE),
        MobileMQA(8, 48, 2, 192),
        UIB(5, 3, 768, 192, 1, GE),
        MobileMQA(8, 48, 2, 192),
        UIB(5, 3, 768, 192, 1, GE),
        MobileMQA(8, 48, 2, 192),
        UIB(5, 3, 768, 192, 1, GE),
        MobileMQA(8, 48, 2, 192),
        UIB(3, 0, 768, 192, 1, GE),
        UIB(5, 5, 768, 512, 2, GE),
        UIB(5, 5, 2048, 512, 1, GE),
        UIB(5, 5, 2048, 512, 1, GE),
        UIB(5, 5, 2048, 512, 1, GE),
        UIB(5, 0, 2048, 512, 1, GE),
        UIB(5, 3, 2048, 512, 1, GE),
        UIB(5, 0, 2048, 512, 1, GE),
        UIB(5, 0, 2048, 512, 1, GE),
        UIB(5, 3, 2048, 512, 1, GE),
        UIB(5, 5, 2048, 512, 1, GE),
        MobileMQA(8, 64, 1, 512),
        UIB(5, 0, 2048, 512, 1, GE),
        MobileMQA(8, 64, 1, 512),
        UIB(5, 0, 2048, 512, 1, GE),
        MobileMQA(8, 64, 1, 512),
        UIB(5, 0, 2048, 512, 1, GE),
        MobileMQA(8, 64, 1, 512),
        UIB(5, 0, 2048, 512, 1, GE),
        *GELU_HEAD,
    ),
    claims=claims("v4-hybrid-large"),
    table_note="",
    resolution=384,
)
