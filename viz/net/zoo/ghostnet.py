"""GhostNet: Han et al., 2020, arXiv 1911.11907, Table 1."""

from viz.net.blocks import LastConv, Stem
from viz.net.channels import WidthRule
from viz.net.dialect import Norm
from viz.net.ghost import GhostBneck
from viz.net.heads import Classifier, Hidden, Pool
from viz.net.zoo.network import Network

GHOSTNET = Network(
    key="ghostnet",
    name="GhostNet",
    year=2020,
    paper="arXiv:1911.11907",
    table="Table 1",
    summary="V3's columns with cheap maps: half of each is a depthwise convolution of the rest.",
    rows=(
        Stem(16, "relu"),
        #          k  exp  out  SE     s
        GhostBneck(3, 16, 16, False, 1),
        GhostBneck(3, 48, 24, False, 2),
        GhostBneck(3, 72, 24, False, 1),
        GhostBneck(5, 72, 40, True, 2),
        GhostBneck(5, 120, 40, True, 1),
        GhostBneck(3, 240, 80, False, 2),
        GhostBneck(3, 200, 80, False, 1),
        GhostBneck(3, 184, 80, False, 1),
        GhostBneck(3, 184, 80, False, 1),
        GhostBneck(3, 480, 112, True, 1),
        GhostBneck(3, 672, 112, True, 1),
        GhostBneck(5, 672, 160, True, 2),
        GhostBneck(5, 960, 160, False, 1),
        GhostBneck(5, 960, 160, True, 1),
        GhostBneck(5, 960, 160, False, 1),
        GhostBneck(5, 960, 160, True, 1),
        LastConv(960, "relu"),
        Pool(),
        Hidden(1280, "relu"),
        Classifier(),
    ),
    rules=(WidthRule("timm", "timm", divisor=4, head="fixed"),),
    options=("small_input",),
    claim_rule="timm",
    norm=Norm(eps=1e-5, momentum=0.1),
    dropout=0.2,
    group="relatives",
    library_names={
        f"ghostnet_{percent:03}": {"width": percent / 100} for percent in (50, 100, 130)
    },
)
