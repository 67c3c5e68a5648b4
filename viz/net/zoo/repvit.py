"""RepViT-M0.9: Wang et al., 2023, arXiv 2307.09283, section 3 and appendix."""

from viz.net.branches import DistilledClassifier, RepBlock, RepDown, RepStem
from viz.net.channels import WidthRule
from viz.net.dialect import Dialect, Norm
from viz.net.heads import Pool
from viz.net.rows import Row
from viz.net.zoo.network import Network


def _stage(out: int, blocks: int) -> tuple[Row, ...]:
    """Blocks of one resolution: every other one has SE, beginning with the first."""
    return tuple(RepBlock(out, se=number % 2 == 0) for number in range(blocks))


REPVIT_M0_9 = Network(
    key="repvit-m0-9",
    name="RepViT-M0.9",
    year=2023,
    paper="arXiv:2307.09283",
    table="section 3",
    summary="A vision transformer's order of steps from convolutions: tokens mixed, then channels.",
    rows=(
        RepStem(48),
        *_stage(48, 2),
        RepBlock(48, se=False),
        RepDown(96),
        *_stage(96, 2),
        RepBlock(96, se=False),
        RepDown(192),
        *_stage(192, 14),
        RepBlock(192, se=False),
        RepDown(384),
        *_stage(384, 2),
        Pool(),
        DistilledClassifier(),
    ),
    rules=(WidthRule("timm", "timm", scales=False),),
    options=("fused",),
    claim_rule="timm",
    norm=Norm(eps=1e-5, momentum=0.1),
    dropout=0.0,
    dialect=Dialect(gate="sigmoid"),
    group="relatives",
    library_names={"repvit_m0_9": {}},
)
