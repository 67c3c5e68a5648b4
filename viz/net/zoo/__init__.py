"""Every network, in the order in which the screen shows them. Adding one is an entry here."""

from viz.net.zoo.edgetpu import EDGETPUS
from viz.net.zoo.efficientnet import EFFICIENTNET_B0, EFFICIENTNET_LITE0
from viz.net.zoo.ghostnet import GHOSTNET
from viz.net.zoo.lcnet import LCNET
from viz.net.zoo.mnasnet import FBNET_C, MNASNET_A1, MNASNET_B1, MNASNET_SMALL, SPNASNET
from viz.net.zoo.mobileone import MOBILEONE_S0
from viz.net.zoo.network import Claim, Network
from viz.net.zoo.posts import POSTS
from viz.net.zoo.repvit import REPVIT_M0_9
from viz.net.zoo.shufflenet import SHUFFLENET_V2_X1
from viz.net.zoo.v1 import V1
from viz.net.zoo.v2 import V2
from viz.net.zoo.v3 import V3_LARGE, V3_SMALL
from viz.net.zoo.v4 import V4_LARGE, V4_MEDIUM, V4_SMALL
from viz.net.zoo.v4_hybrid import V4_HYBRID_LARGE, V4_HYBRID_MEDIUM

PAPERS = (V1, V2, V3_LARGE, V3_SMALL)
HYBRIDS = (V4_HYBRID_MEDIUM, V4_HYBRID_LARGE)
LATER = (V4_SMALL, V4_MEDIUM, V4_LARGE, *HYBRIDS, *EDGETPUS)
SEARCHED = (MNASNET_B1, MNASNET_A1, MNASNET_SMALL, SPNASNET, FBNET_C)
RELATIVES = (*SEARCHED, EFFICIENTNET_B0, EFFICIENTNET_LITE0, LCNET, GHOSTNET)
BRANCHED = (SHUFFLENET_V2_X1, MOBILEONE_S0, REPVIT_M0_9)

ZOO: dict[str, Network] = {n.key: n for n in (*PAPERS, *LATER, *RELATIVES, *BRANCHED, *POSTS)}

__all__ = ["ZOO", "Claim", "Network"]
