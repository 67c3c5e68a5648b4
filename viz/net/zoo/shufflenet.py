"""ShuffleNetV2 x1: Ma et al., 2018, arXiv 1807.11164, Table 5; names inside are torchvision's."""

from dataclasses import dataclass
from typing import ClassVar

from viz.net.blocks import LastConv, MaxPool, Stem
from viz.net.channels import WidthRule
from viz.net.dialect import Norm
from viz.net.heads import Classifier, Pool
from viz.net.kinds import KINDS, Kind
from viz.net.numbers import larger
from viz.net.operations import Facts, Role, Tape
from viz.net.rows import CHANNELS, REPEATS, Columns
from viz.net.units import Player
from viz.net.zoo.network import Network


@dataclass(frozen=True, slots=True)
class ShuffleUnits:
    """A stage: a unit of stride 2 with two branches, then ``n`` - 1 that leave half the channels.

    Both halves are concatenated and their channels shuffled (section 4).
    """

    kind: ClassVar[Kind] = KINDS["shuffle"]
    columns: ClassVar[Columns] = Columns("shuffle", {"out": CHANNELS, "n": REPEATS})
    out: int
    n: int

    def record(self, player: Player) -> None:
        """Record the stage."""
        half = larger(player.scaler.block_channels(self.out) // 2, 1)
        for repeat in range(self.n):
            self._unit(player.tape, half, stride=1 if repeat else 2)

    def _unit(self, tape: Tape, half: int, *, stride: int) -> None:
        tape.open_block(self.kind, new_stage=stride > 1)
        start = tape.path
        if stride == 1:
            tape.split("split0", half)
            left = tape.path
            tape.branch(start)
            tape.split("split1", half, start=half)
        else:
            _depthwise(tape, "branch1.0", "branch1.1", stride, Role.SHORTCUT)
            _pointwise(tape, "branch1", 2, half, Role.SHORTCUT)
            left = tape.path
            tape.branch(start)
        _pointwise(tape, "branch2", 0, half, Role.EXPAND)
        _depthwise(tape, "branch2.3", "branch2.4", stride, Role.DEPTHWISE)
        _pointwise(tape, "branch2", 5, half, Role.POINTWISE)
        tape.concat("concat", left, tape.path)
        tape.shuffle("shuffle", 2)
        tape.close_block(Facts(kernels=(3,), activation="relu", stride=stride))


def _depthwise(tape: Tape, conv: str, norm: str, stride: int, role: Role) -> None:
    tape.conv(conv, tape.channels, role, kernel=3, stride=stride, depthwise=True)
    tape.norm(norm, role)


def _pointwise(tape: Tape, branch: str, first: int, out: int, role: Role) -> None:
    """Record convolution, norm and ReLU as the children of ``branch`` from ``first`` on."""
    tape.conv(f"{branch}.{first}", out, role)
    tape.norm(f"{branch}.{first + 1}", role)
    tape.activation(f"{branch}.{first + 2}", "relu", role)


SHUFFLENET_V2_X1 = Network(
    key="shufflenet-v2-x1",
    name="ShuffleNetV2 x1",
    year=2018,
    paper="arXiv:1807.11164",
    table="Table 5",
    summary="No expansion: half of the channels pass, the other half is convolved, then a shuffle.",
    rows=(
        Stem(24, "relu"),
        MaxPool(3, 2),
        #            out  n
        ShuffleUnits(116, 4),
        ShuffleUnits(232, 8),
        ShuffleUnits(464, 4),
        LastConv(1024, "relu"),
        Pool(),
        Classifier(dropout=False),
    ),
    rules=(WidthRule("torchvision", "torchvision", rounding="truncate", scales=False),),
    claim_rule="torchvision",
    norm=Norm(eps=1e-5, momentum=0.1),
    dropout=0.0,
    group="relatives",
    library_names={"shufflenet_v2_x1_0": {}},
)
