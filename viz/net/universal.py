"""MobileNetV4's rows: the universal inverted bottleneck, and the fused one of EdgeTPU networks.

Howard et al. of 2019 to 2024 share them: arXiv:2404.10518, section 3; names inside a block are
timm's.
"""

from dataclasses import dataclass
from math import gcd
from typing import ClassVar

from viz.activations import Nonlinearity
from viz.net.kinds import KINDS, Kind
from viz.net.operations import Facts, Role, Tape
from viz.net.units import Player, conv_norm_act

# whether it has a depthwise convolution (at the start, in the middle) -> what V4's tables call it
FACES: dict[tuple[bool, bool], Kind] = {
    (True, True): KINDS["extra dw"],
    (False, True): KINDS["ib"],
    (True, False): KINDS["convnext"],
    (False, False): KINDS["ffn"],
}


@dataclass(frozen=True, slots=True)
class UIB:
    """V4: an inverted bottleneck whose two depthwise convolutions are optional (kernel 0).

    ``exp`` is a number of channels, as in the tables; a width multiplier keeps its ratio to the
    input. The stride is the middle's, else the start's, whose output is never activated.
    ``keeps_size`` and ``skips_dilated`` are as in ``Bneck``; a block without either convolution
    cannot have a stride.
    """

    start: int
    middle: int
    exp: int
    out: int
    stride: int
    nl: Nonlinearity = "relu"
    dilation: int = 1
    keeps_size: bool = False
    skips_dilated: bool = False

    @property
    def kind(self) -> Kind:
        """Which of its four faces the block shows."""
        return FACES[self.start > 0, self.middle > 0]

    def record(self, player: Player) -> None:
        """Record the block."""
        tape, scaler = player.tape, player.scaler
        before, channels = tape.last_path, tape.channels
        expanded = scaler.expanded(self.exp, player.paper_in, channels)
        out = scaler.block_channels(self.out)
        tape.open_block(self.kind, new_stage=self.stride > 1)
        stride = 1 if self.keeps_size else self.stride
        if self.start:
            first = 1 if self.middle else stride
            _depthwise(tape, "dw_start", self.start, first, self.dilation, Role.START)
        conv_norm_act(tape, "pw_exp", expanded, self.nl, Role.EXPAND)
        if self.middle:
            _depthwise(tape, "dw_mid", self.middle, stride, self.dilation, Role.DEPTHWISE)
            tape.activation("dw_mid.2", self.nl, Role.DEPTHWISE)
        may_skip = self.stride == 1 or (self.keeps_size and self.skips_dilated)
        facts = Facts(
            kernels=(self.start, self.middle),
            expanded=expanded,
            activation=self.nl,
            stride=stride,
            dilation=self.dilation,
            residual=may_skip and out == channels,
        )
        _finish(tape, out, facts, before, scaled=tape.dialect.layer_scale)


@dataclass(frozen=True, slots=True)
class FusedIB:
    """An inverted bottleneck with one full convolution in place of expand and depthwise.

    ``exp`` is as in ``UIB``; with a ``group_size`` the convolution has a group for so many of the
    expanded channels. ``keeps_size`` and ``skips_dilated`` are as in ``Bneck``.
    """

    kind: ClassVar[Kind] = KINDS["fused"]
    kernel: int
    exp: int
    out: int
    stride: int
    nl: Nonlinearity = "relu"
    group_size: int = 0
    dilation: int = 1
    keeps_size: bool = False
    skips_dilated: bool = False

    def record(self, player: Player) -> None:
        """Record the block."""
        tape, scaler = player.tape, player.scaler
        before, channels = tape.last_path, tape.channels
        expanded = scaler.expanded(self.exp, player.paper_in, channels)
        out = scaler.block_channels(self.out)
        tape.open_block(self.kind, new_stage=self.stride > 1)
        shape = {"kernel": self.kernel, "dilation": self.dilation}
        shape["stride"] = 1 if self.keeps_size else self.stride
        shape["groups"] = self._groups(expanded, channels)
        conv_norm_act(tape, "conv_exp", expanded, self.nl, Role.EXPAND, **shape)
        may_skip = self.stride == 1 or (self.keeps_size and self.skips_dilated)
        facts = Facts(
            kernels=(self.kernel,),
            expanded=expanded,
            activation=self.nl,
            stride=shape["stride"],
            dilation=self.dilation,
            residual=may_skip and out == channels,
            groups=shape["groups"],
        )
        _finish(tape, out, facts, before)

    def _groups(self, expanded: int, channels: int) -> int:
        """As many as the size asks for, or fewer where these do not divide the channels."""
        if not self.group_size:
            return 1
        most, common = max(expanded // self.group_size, 1), gcd(expanded, channels)
        return next(groups for groups in range(most, 0, -1) if common % groups == 0)


def _depthwise(tape: Tape, path: str, kernel: int, stride: int, dilation: int, role: Role) -> None:
    """Record a depthwise convolution, normalised and not activated."""
    tape.conv(
        f"{path}.0",
        tape.channels,
        role,
        kernel=kernel,
        stride=stride,
        depthwise=True,
        dilation=dilation,
    )
    tape.norm(f"{path}.1", role)


def _finish(tape: Tape, out: int, facts: Facts, before: str, *, scaled: bool = False) -> None:
    """Record the linear 1x1 convolution and the addition of the block's input; close the block."""
    tape.conv("pw_proj.0", out, Role.PROJECT)
    tape.norm("pw_proj.1", Role.PROJECT)
    if scaled:
        tape.gain("layer_scale")
    if facts.residual:
        tape.join("add", "add", Role.ADD, before)
    tape.close_block(facts)
