"""MobileNetV3: Howard et al., 2019, arXiv 1905.02244, Tables 1 (Large) and 2 (Small).

RE is ReLU, HS is h-swish. The late version of the paper is followed: Small's head is 1024 wide,
and its last 1x1 convolution has no SE (the paper ticks one there; no library has it).
"""

from viz.activations import Nonlinearity
from viz.net.blocks import Bneck, LastConv, Stem
from viz.net.channels import WidthRule
from viz.net.dialect import Norm
from viz.net.heads import Classifier, Hidden, Pool
from viz.net.zoo.network import Network
from viz.net.zoo.published import claims

RE: Nonlinearity = "relu"
HS: Nonlinearity = "hardswish"

OPTIONS = ("reduced_tail", "dilated", "minimalistic", "small_input")
RULES = (
    WidthRule("torchvision", "torchvision", last_times=6, offers=("reduced_tail", "dilated")),
    WidthRule(
        "slim",
        "TF-slim",
        expansion="ratio",
        head="fixed",
        halves_head=False,
        same_padding=True,
        dilates_next=True,
        offers=("reduced_tail", "dilated", "minimalistic", "output_stride"),
    ),
    WidthRule(
        "keras",
        "Keras",
        stem="fixed",
        expansion="ratio",
        head="never-narrower",
        last_times=6,
        same_padding=True,
        norm=Norm(eps=1e-3, momentum=0.001),
        offers=("minimalistic",),
    ),
    WidthRule(
        "timm",
        "timm",
        stem="scaled-from-0.75",
        expansion="ratio",
        head="fixed",
        dilates_next=True,
        norm=Norm(eps=1e-5, momentum=0.1),
        offers=("dilated", "minimalistic", "output_stride"),
    ),
)
NORM = Norm(eps=1e-3, momentum=0.01)

V3_LARGE = Network(
    key="v3-large",
    name="MobileNetV3-Large",
    year=2019,
    paper="arXiv:1905.02244",
    table="Table 1",
    summary="Searched blocks with SE and h-swish, and a cheaper last stage.",
    rows=(
        Stem(16, HS),
        #    k  exp  out   SE    NL  s
        Bneck(3, 16, 16, False, RE, 1),
        Bneck(3, 64, 24, False, RE, 2),
        Bneck(3, 72, 24, False, RE, 1),
        Bneck(5, 72, 40, True, RE, 2),
        Bneck(5, 120, 40, True, RE, 1),
        Bneck(5, 120, 40, True, RE, 1),
        Bneck(3, 240, 80, False, HS, 2),
        Bneck(3, 200, 80, False, HS, 1),
        Bneck(3, 184, 80, False, HS, 1),
        Bneck(3, 184, 80, False, HS, 1),
        Bneck(3, 480, 112, True, HS, 1),
        Bneck(3, 672, 112, True, HS, 1),
        Bneck(5, 672, 160, True, HS, 2),
        Bneck(5, 960, 160, True, HS, 1),
        Bneck(5, 960, 160, True, HS, 1),
        LastConv(960, HS),
        Pool(),
        Hidden(1280, HS),
        Classifier(),
    ),
    rules=RULES,
    claim_rule="slim",
    norm=NORM,
    dropout=0.2,
    options=OPTIONS,
    tail=3,
    claims=claims("v3-large"),
)

V3_SMALL = Network(
    key="v3-small",
    name="MobileNetV3-Small",
    year=2019,
    paper="arXiv:1905.02244",
    table="Table 2",
    summary="The same ideas for a quarter of the cost: earlier strides, more SE.",
    rows=(
        Stem(16, HS),
        #    k  exp  out   SE    NL  s
        Bneck(3, 16, 16, True, RE, 2),
        Bneck(3, 72, 24, False, RE, 2),
        Bneck(3, 88, 24, False, RE, 1),
        Bneck(5, 96, 40, True, HS, 2),
        Bneck(5, 240, 40, True, HS, 1),
        Bneck(5, 240, 40, True, HS, 1),
        Bneck(5, 120, 48, True, HS, 1),
        Bneck(5, 144, 48, True, HS, 1),
        Bneck(5, 288, 96, True, HS, 2),
        Bneck(5, 576, 96, True, HS, 1),
        Bneck(5, 576, 96, True, HS, 1),
        LastConv(576, HS),
        Pool(),
        Hidden(1024, HS),
        Classifier(),
    ),
    rules=RULES,
    claim_rule="slim",
    norm=NORM,
    dropout=0.2,
    options=OPTIONS,
    tail=3,
    claims=claims("v3-small"),
    table_note="The paper also ticks SE in the last convolution, which no library builds.",
)
