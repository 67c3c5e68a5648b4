"""MobileNetV2: Sandler et al., 2018, arXiv 1801.04381, Table 2."""

from viz.net.blocks import Bottleneck, LastConv, Stem
from viz.net.channels import WidthRule
from viz.net.dialect import Norm
from viz.net.heads import Classifier, Pool
from viz.net.zoo.network import Network
from viz.net.zoo.published import claims

# All agree but for Keras, which cuts off a block's fraction before it rounds.
RULES = (
    WidthRule("torchvision", "torchvision", last="never-narrower", offers=("divisor",)),
    WidthRule(
        "slim",
        "TF-slim",
        last="never-narrower",
        same_padding=True,
        dilates_next=True,
        norm=Norm(eps=1e-3, momentum=0.003),
        offers=("output_stride",),
    ),
    WidthRule(
        "keras",
        "Keras",
        rounding="truncate-then-nearest",
        last="never-narrower",
        same_padding=True,
        norm=Norm(eps=1e-3, momentum=0.001),
    ),
    WidthRule("timm", "timm", last="never-narrower", dilates_next=True, offers=("output_stride",)),
    WidthRule(
        "timm-deep",
        "timm, 110d and 120d",
        stem="fixed",
        last="fixed",
        dilates_next=True,
        offers=("depth", "output_stride"),
    ),
)

V2 = Network(
    key="v2",
    name="MobileNetV2",
    year=2018,
    paper="arXiv:1801.04381",
    table="Table 2",
    summary="Inverted residuals with linear bottlenecks.",
    rows=(
        Stem(32, "relu6"),
        #          t   c   n  s
        Bottleneck(1, 16, 1, 1),
        Bottleneck(6, 24, 2, 2),
        Bottleneck(6, 32, 3, 2),
        Bottleneck(6, 64, 4, 2),
        Bottleneck(6, 96, 3, 1),
        Bottleneck(6, 160, 3, 2),
        Bottleneck(6, 320, 1, 1),
        LastConv(1280, "relu6"),
        Pool(),
        Classifier(),
    ),
    rules=RULES,
    options=("small_input",),
    claim_rule="torchvision",
    norm=Norm(eps=1e-5, momentum=0.1),
    dropout=0.2,
    claims=claims("v2"),
    functional_pool="function",
    last_is_head=True,
    deepens="inner",
)
