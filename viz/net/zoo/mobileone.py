"""MobileOne-S0: Vasu et al., 2022, arXiv 2206.04040, Table 2."""

from viz.net.branches import OneBlock, OneStem
from viz.net.channels import WidthRule
from viz.net.dialect import Norm
from viz.net.heads import Classifier, Pool
from viz.net.zoo.network import Network

MOBILEONE_S0 = Network(
    key="mobileone-s0",
    name="MobileOne-S0",
    year=2022,
    paper="arXiv:2206.04040",
    table="Table 2",
    summary="V1's pairs, trained as up to six branches that become one kernel for inference.",
    rows=(
        OneStem(48),
        #        n  out   s  k; channels are the table's times S0's 0.75, 1, 1, 2
        OneBlock(2, 48, 2, 4),
        OneBlock(8, 128, 2, 4),
        OneBlock(10, 256, 2, 4),
        OneBlock(1, 1024, 2, 4),
        Pool(),
        Classifier(dropout=False),
    ),
    rules=(WidthRule("timm", "timm", scales=False),),
    options=("fused", "small_input"),
    claim_rule="timm",
    norm=Norm(eps=1e-5, momentum=0.1),
    dropout=0.0,
    group="relatives",
    library_names={"mobileone_s0": {}},
)
