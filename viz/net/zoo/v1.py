"""MobileNetV1: Howard et al., 2017, arXiv 1704.04861, Table 1."""

from viz.net.blocks import Separable, Stem
from viz.net.channels import WidthRule
from viz.net.dialect import Norm
from viz.net.heads import Classifier, Pool
from viz.net.zoo.network import Network
from viz.net.zoo.published import claims

# Where the libraries part: TF-slim and Keras cut off the fraction, timm rounds to a multiple.
RULES = (
    WidthRule(
        "slim",
        "TF-slim",
        rounding="truncate",
        minimum=8,
        same_padding=True,
        dilates_next=True,
        offers=("output_stride",),
    ),
    WidthRule("keras", "Keras", rounding="truncate", same_padding=True, end_padding=True),
    WidthRule(
        "timm",
        "timm",
        last="never-narrower",
        dilates_next=True,
        norm=Norm(eps=1e-5, momentum=0.1),
        offers=("output_stride", "last_conv"),
    ),
)

V1 = Network(
    key="v1",
    name="MobileNetV1",
    year=2017,
    paper="arXiv:1704.04861",
    table="Table 1",
    summary="Depthwise separable convolutions in place of full ones.",
    rows=(
        Stem(32, "relu6"),
        # Each row: Conv dw / s, then Conv / s1 to this many channels. The paper prints "s2" for the
        # last depthwise row too; its own output size, and every implementation, say stride 1.
        Separable(1, 64),
        Separable(2, 128),
        Separable(1, 128),
        Separable(2, 256),
        Separable(1, 256),
        Separable(2, 512),
        Separable(1, 512),
        Separable(1, 512),
        Separable(1, 512),
        Separable(1, 512),
        Separable(1, 512),
        Separable(2, 1024),
        Separable(1, 1024),
        Pool(),
        Classifier(),
    ),
    rules=RULES,
    options=("small_input", "last_conv"),
    claim_rule="slim",
    norm=Norm(eps=1e-3, momentum=0.01),
    dropout=0.001,
    claims=claims("v1"),
    last_is_head=True,
)
