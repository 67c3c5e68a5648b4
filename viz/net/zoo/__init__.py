"""Every network, in the order in which the screen shows them. Adding one is an entry here."""

from viz.net.zoo.network import Claim, Network
from viz.net.zoo.posts import POSTS
from viz.net.zoo.v1 import V1
from viz.net.zoo.v2 import V2
from viz.net.zoo.v3 import V3_LARGE, V3_SMALL

ZOO: dict[str, Network] = {network.key: network for network in (V1, V2, V3_LARGE, V3_SMALL, *POSTS)}

__all__ = ["ZOO", "Claim", "Network"]
