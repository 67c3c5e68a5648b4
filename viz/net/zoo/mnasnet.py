"""MnasNet and networks that a search found in the same space of inverted residuals.

Tan et al., 2019, arXiv 1807.11626; Wu et al., 2019 (FBNet), arXiv 1812.03443; Stamoulis et al.,
2019 (Single-Path NAS), arXiv 1904.02877. The first row of MnasNet's kind is a separable
convolution with a linear pointwise step, which is V2's block with t = 1.
"""

from dataclasses import replace

from viz.activations import Nonlinearity
from viz.net.blocks import Bottleneck, LastConv, Stem
from viz.net.channels import WidthRule
from viz.net.dialect import Dialect, Norm
from viz.net.heads import Classifier, Pool
from viz.net.rows import Row
from viz.net.zoo.network import Network
from viz.net.zoo.published import claims

RE: Nonlinearity = "relu"
SE = True
TIMM = WidthRule("timm", "timm", last="fixed", dilates_next=True, offers=("output_stride",))
TORCHVISION = WidthRule(
    "torchvision", "torchvision", last="fixed", norm=Norm(eps=1e-5, momentum=3e-4)
)
NORM = Norm(eps=1e-5, momentum=0.1)
HEAD: tuple[Row, ...] = (LastConv(1280, RE), Pool(), Classifier())
# A quarter of the block's input at SE's waist, and a sigmoid for its gate.
SE_OF_INPUT = Dialect(squeeze="input", gate="sigmoid")


MNASNET_B1 = Network(
    key="mnasnet-b1",
    name="MnasNet-B1",
    year=2019,
    paper="arXiv:1807.11626",
    table="B1 of the authors' code",
    summary="V2's blocks, kernel and expansion of each stage found by a search on a phone.",
    rows=(
        Stem(32, RE),
        #          t   c   n  s  k
        Bottleneck(1, 16, 1, 1, 3, RE, skip=False),
        Bottleneck(3, 24, 3, 2, 3, RE),
        Bottleneck(3, 40, 3, 2, 5, RE),
        Bottleneck(6, 80, 3, 2, 5, RE),
        Bottleneck(6, 96, 2, 1, 3, RE),
        Bottleneck(6, 192, 4, 2, 5, RE),
        Bottleneck(6, 320, 1, 1, 3, RE, skip=False),
        *HEAD,
    ),
    rules=(TORCHVISION, TIMM),
    options=("small_input",),
    claim_rule="timm",
    norm=NORM,
    dropout=0.2,
    group="relatives",
    claims=claims("mnasnet-b1"),
    functional_pool="mean",
    last_is_head=True,
)

MNASNET_A1 = replace(
    MNASNET_B1,
    functional_pool="",
    key="mnasnet-a1",
    name="MnasNet-A1",
    table="Figure 7",
    summary="The search may also choose SE: half of its stages use it.",
    rows=(
        Stem(32, RE),
        #          t   c   n  s  k
        Bottleneck(1, 16, 1, 1, 3, RE, skip=False),
        Bottleneck(6, 24, 2, 2, 3, RE),
        Bottleneck(3, 40, 3, 2, 5, RE, SE),
        Bottleneck(6, 80, 4, 2, 3, RE),
        Bottleneck(6, 112, 2, 1, 3, RE, SE),
        Bottleneck(6, 160, 3, 2, 5, RE, SE),
        Bottleneck(6, 320, 1, 1, 3, RE),
        *HEAD,
    ),
    rules=(TIMM,),
    dialect=SE_OF_INPUT,
    claims=claims("mnasnet-a1"),
)

MNASNET_SMALL = replace(
    MNASNET_A1,
    key="mnasnet-small",
    name="MnasNet-small",
    table="the authors' code",
    summary="The search again, for a fifth of the cost: narrow and early strides.",
    rows=(
        Stem(8, RE),
        #          t   c   n  s  k
        Bottleneck(1, 8, 1, 1, 3, RE),  # timm adds its input, TensorFlow does not
        Bottleneck(3, 16, 1, 2, 3, RE),
        Bottleneck(6, 16, 2, 2, 3, RE),
        Bottleneck(6, 32, 4, 2, 5, RE, SE),
        Bottleneck(6, 32, 3, 1, 3, RE, SE),
        Bottleneck(6, 88, 3, 2, 5, RE, SE),
        Bottleneck(6, 144, 1, 1, 3, RE),
        *HEAD,
    ),
    dropout=0.0,
    claims=claims("mnasnet-small"),
    table_note="The first block adds its input in timm, and not in the authors' TensorFlow.",
)

SPNASNET = replace(
    MNASNET_B1,
    functional_pool="",
    key="spnasnet",
    name="Single-Path NAS",
    paper="arXiv:1904.02877",
    table="timm's rows",
    summary="MnasNet's space, searched in hours: one large kernel contains the smaller ones.",
    rows=(
        Stem(32, RE),
        #          t   c   n  s  k
        Bottleneck(1, 16, 1, 1, 3, RE, skip=False),
        Bottleneck(3, 24, 3, 2, 3, RE),
        Bottleneck(6, 40, 1, 2, 5, RE),
        Bottleneck(3, 40, 3, 1, 3, RE),
        Bottleneck(6, 80, 1, 2, 5, RE),
        Bottleneck(3, 80, 3, 1, 3, RE),
        Bottleneck(6, 96, 1, 1, 5, RE),
        Bottleneck(3, 96, 3, 1, 5, RE),
        Bottleneck(6, 192, 4, 2, 5, RE),
        Bottleneck(6, 320, 1, 1, 3, RE, skip=False),
        *HEAD,
    ),
    rules=(TIMM,),
    claims=claims("spnasnet"),
)

FBNET_C = replace(
    MNASNET_B1,
    functional_pool="",
    key="fbnet-c",
    name="FBNet-C",
    paper="arXiv:1812.03443",
    table="Figure 4",
    summary="A search by gradients that chooses every block on its own; t = 1 keeps its 1×1.",
    rows=(
        Stem(16, RE),
        #          t   c   n  s  k
        Bottleneck(1, 16, 1, 1, 3, RE),
        Bottleneck(6, 24, 1, 2, 3, RE),
        Bottleneck(1, 24, 2, 1, 3, RE),
        Bottleneck(6, 32, 1, 2, 5, RE),
        Bottleneck(3, 32, 1, 1, 5, RE),
        Bottleneck(6, 32, 1, 1, 5, RE),
        Bottleneck(6, 32, 1, 1, 3, RE),
        Bottleneck(6, 64, 1, 2, 5, RE),
        Bottleneck(3, 64, 1, 1, 5, RE),
        Bottleneck(6, 64, 2, 1, 5, RE),
        Bottleneck(6, 112, 3, 1, 5, RE),
        Bottleneck(3, 112, 1, 1, 5, RE),
        Bottleneck(6, 184, 4, 2, 5, RE),
        Bottleneck(6, 352, 1, 1, 3, RE),
        LastConv(1984, RE),
        Pool(),
        Classifier(),
    ),
    rules=(TIMM,),
    dialect=Dialect(keeps_expansion=True),
    claims=claims("fbnet-c"),
)
