"""The family tree: ideas that each network introduced or adopted.

Whether a network uses an idea is read from its operations; from whom it took it is what its paper
says.
"""

from collections.abc import Callable
from dataclasses import dataclass

from viz.net.trace import Trace, trace
from viz.net.zoo import ZOO

# columns of the tree, in the order of their years
MEMBERS = (
    "v1",
    "v2",
    "mnasnet-a1",
    "v3-large",
    "efficientnet-b0",
    "edgetpu",
    "lcnet",
    "v4-conv-medium",
)
SHORT = {
    "v1": "V1",
    "v2": "V2",
    "mnasnet-a1": "MnasNet",
    "v3-large": "V3",
    "efficientnet-b0": "EfficientNet",
    "edgetpu": "EdgeTPU",
    "lcnet": "PP-LCNet",
    "v4-conv-medium": "V4",
}
NEW = ""


@dataclass(frozen=True, slots=True)
class Idea:
    """One idea: the networks that use it, and the source of each (a name, or ``NEW``)."""

    name: str
    taken: dict[str, str]
    uses: Callable[[Trace], bool]

    def is_used_by(self, key: str) -> bool:
        """Whether the network's operations show it."""
        return self.uses(trace(key))


def _kinds(*wanted: str) -> Callable[[Trace], bool]:
    return lambda traced: any(block.kind in wanted for block in traced.blocks)


def _widens(traced: Trace) -> bool:
    """Whether a block with a depthwise convolution is wider inside than at its ends."""
    kinds = ("bneck", "ib", "extra dw")
    return any(b.kind in kinds and b.facts.expanded > b.channels_in for b in traced.blocks)


IDEAS: tuple[Idea, ...] = (
    Idea(
        "separable convolution",
        {
            "v1": NEW,
            "v2": "V1",
            "mnasnet-a1": "V2",
            "v3-large": "V2",
            "efficientnet-b0": "MnasNet",
            "edgetpu": "V3",
            "lcnet": "V1",
            "v4-conv-medium": "V2",
        },
        lambda traced: any(op.kind == "depthwise" for op in traced.operations),
    ),
    Idea(
        "inverted residual",
        {
            "v2": NEW,
            "mnasnet-a1": "V2",
            "v3-large": "V2",
            "efficientnet-b0": "MnasNet",
            "edgetpu": "V3",
            "v4-conv-medium": "V2",
        },
        _widens,
    ),
    Idea(
        "squeeze and excite",
        {
            "mnasnet-a1": "SENet",
            "v3-large": "MnasNet",
            "efficientnet-b0": "MnasNet",
            "lcnet": "V3",
        },
        lambda traced: any(block.facts.squeeze for block in traced.blocks),
    ),
    Idea(
        "h-swish",
        {"v3-large": NEW, "lcnet": "V3"},
        lambda traced: any(op.activation == "hardswish" for op in traced.operations),
    ),
    Idea(
        "features after pooling",
        {"v3-large": NEW, "lcnet": "V3", "v4-conv-medium": "V3"},
        _kinds("head"),
    ),
    Idea("fused block", {"edgetpu": NEW, "v4-conv-medium": "EdgeTPU"}, _kinds("fused")),
    Idea(
        "universal bottleneck",
        {"v4-conv-medium": NEW},
        _kinds("extra dw", "convnext", "ffn"),
    ),
)


def year_of(key: str) -> int:
    """When a member was published."""
    return ZOO[key].year
