"""EfficientNet: Tan and Le, 2019, arXiv 1905.11946, Table 1; and Lite, its form for phones.

B1 to B4 and Lite1 to Lite4 are these rows at their own width, depth and resolution.
"""

from dataclasses import replace

from viz.activations import Nonlinearity
from viz.net.blocks import Bottleneck, LastConv, Stem
from viz.net.channels import WidthRule
from viz.net.dialect import Dialect, Norm
from viz.net.heads import Classifier, Pool
from viz.net.zoo.network import Network
from viz.net.zoo.published import claims

SW: Nonlinearity = "silu"
R6: Nonlinearity = "relu6"
NORM = Norm(eps=1e-5, momentum=0.1)
OFFERS = ("depth", "output_stride")

EFFICIENTNET_B0 = Network(
    key="efficientnet-b0",
    name="EfficientNet-B0",
    year=2019,
    paper="arXiv:1905.11946",
    table="Table 1",
    summary="MnasNet's search at a larger budget, SE everywhere; made to be scaled.",
    rows=(
        Stem(32, SW),
        #          t   c   n  s  k
        Bottleneck(1, 16, 1, 1, 3, SW, se=True),
        Bottleneck(6, 24, 2, 2, 3, SW, se=True),
        Bottleneck(6, 40, 2, 2, 5, SW, se=True),
        Bottleneck(6, 80, 3, 2, 3, SW, se=True),
        Bottleneck(6, 112, 3, 1, 5, SW, se=True),
        Bottleneck(6, 192, 4, 2, 5, SW, se=True),
        Bottleneck(6, 320, 1, 1, 3, SW, se=True),
        LastConv(1280, SW),
        Pool(),
        Classifier(),
    ),
    rules=(
        WidthRule("torchvision", "torchvision", last_times=4, offers=("depth",)),
        WidthRule("timm", "timm", dilates_next=True, offers=OFFERS),
    ),
    options=("small_input",),
    claim_rule="timm",
    norm=NORM,
    dropout=0.2,
    dialect=Dialect(squeeze="input", squeeze_activation="silu", gate="sigmoid"),
    group="relatives",
    claims=claims("efficientnet-b0"),
    last_is_head=True,
    deepens="all",
)

EFFICIENTNET_LITE0 = replace(
    EFFICIENTNET_B0,
    key="efficientnet-lite0",
    name="EfficientNet-Lite0",
    table="the authors' code",
    summary="B0 without SE and with ReLU6, for accelerators and 8 bits; ends stay when scaled.",
    rows=(
        Stem(32, R6),
        #          t   c   n  s  k
        Bottleneck(1, 16, 1, 1, 3, R6),
        Bottleneck(6, 24, 2, 2, 3, R6),
        Bottleneck(6, 40, 2, 2, 5, R6),
        Bottleneck(6, 80, 3, 2, 3, R6),
        Bottleneck(6, 112, 3, 1, 5, R6),
        Bottleneck(6, 192, 4, 2, 5, R6),
        Bottleneck(6, 320, 1, 1, 3, R6),
        LastConv(1280, R6),
        Pool(),
        Classifier(),
    ),
    rules=(
        WidthRule("timm", "timm", stem="fixed", last="fixed", dilates_next=True, offers=OFFERS),
    ),
    dialect=Dialect(),
    claims=claims("efficientnet-lite0"),
    deepens="inner",
)
