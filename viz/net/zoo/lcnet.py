"""PP-LCNet: Cui et al., 2021, arXiv 2109.15099, Table 2."""

from viz.activations import Nonlinearity
from viz.net.blocks import Separable, Stem
from viz.net.channels import WidthRule
from viz.net.dialect import Dialect, Norm
from viz.net.heads import Classifier, Hidden, Pool
from viz.net.zoo.network import Network
from viz.net.zoo.published import claims

HS: Nonlinearity = "hardswish"

LCNET = Network(
    key="lcnet",
    name="PP-LCNet",
    year=2021,
    paper="arXiv:2109.15099",
    table="Table 2",
    summary="V1's pairs with V3's h-swish, SE and head, for Intel CPUs: no expansion, no skips.",
    rows=(
        Stem(16, HS),
        #         s  out      k
        Separable(1, 32, HS, 3),
        Separable(2, 64, HS, 3),
        Separable(1, 64, HS, 3),
        Separable(2, 128, HS, 3),
        Separable(1, 128, HS, 3),
        Separable(2, 256, HS, 3),
        Separable(1, 256, HS, 5),
        Separable(1, 256, HS, 5),
        Separable(1, 256, HS, 5),
        Separable(1, 256, HS, 5),
        Separable(1, 256, HS, 5),
        Separable(2, 512, HS, 5, se=True),
        Separable(1, 512, HS, 5, se=True),
        Pool(),
        Hidden(1280, HS),
        Classifier(),
    ),
    rules=(WidthRule("timm", "timm", head="fixed", dilates_next=True, offers=("output_stride",)),),
    options=("small_input",),
    claim_rule="timm",
    norm=Norm(eps=1e-5, momentum=0.1),
    dropout=0.2,
    dialect=Dialect(squeeze="floor"),
    group="relatives",
    claims=claims("lcnet"),
)
