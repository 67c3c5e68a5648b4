"""MobileNetV4's rows: the universal inverted bottleneck, and the fused one of EdgeTPU networks.

Howard et al. of 2019 to 2024 share them: arXiv:2404.10518, section 3; names inside a block are
timm's.
"""

from dataclasses import dataclass
from math import gcd
from typing import ClassVar

from viz.activations import Nonlinearity
from viz.net.dilation import UNDILATED, Dilation
from viz.net.kinds import KINDS, Kind
from viz.net.numbers import each
from viz.net.operations import Facts, Role, Tape
from viz.net.rows import CHANNELS, GROUP_SIZE, KERNEL, NL, OPTIONAL_KERNEL, STRIDE, Columns
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
    A block without either convolution cannot have a stride.
    """

    columns: ClassVar[Columns] = Columns(
        "uib",
        {
            "start": OPTIONAL_KERNEL,
            "middle": OPTIONAL_KERNEL,
            "exp": CHANNELS,
            "out": CHANNELS,
            "stride": STRIDE,
            "nl": NL,
        },
        5,
    )
    start: int
    middle: int
    exp: int
    out: int
    stride: int
    nl: Nonlinearity = "relu"
    dilation: Dilation = UNDILATED

    @property
    def kind(self) -> Kind:
        """Which of its four faces the block shows."""
        return FACES[self.start > 0, self.middle > 0]

    def record(self, player: Player) -> None:
        """Record the block."""
        tape, scaler = player.tape, player.scaler
        before, channels = tape.path, tape.channels
        expanded = scaler.expanded(self.exp, player.paper_in, channels)
        out = scaler.block_channels(self.out)
        tape.open_block(self.kind, new_stage=self.stride > 1)
        stride, dilation = self.dilation.stride(self.stride), self.dilation.first
        if self.start:
            first = 1 if self.middle else stride
            _depthwise(tape, "dw_start", self.start, first, dilation, Role.START)
        conv_norm_act(tape, "pw_exp", expanded, self.nl, Role.EXPAND)
        if self.middle:
            _depthwise(tape, "dw_mid", self.middle, stride, dilation, Role.DEPTHWISE)
            tape.activation("dw_mid.2", self.nl, Role.DEPTHWISE)
        facts = Facts(
            kernels=(self.start, self.middle),
            expanded=expanded,
            activation=self.nl,
            stride=stride,
            dilation=self.dilation.first,
            residual=self.dilation.may_add(self.stride) and out == channels,
        )
        _finish(tape, out, facts, before, scaled=tape.dialect.layer_scale)


@dataclass(frozen=True, slots=True)
class FusedIB:
    """An inverted bottleneck with one full convolution in place of expand and depthwise.

    ``exp`` is as in ``UIB``; with a ``group_size`` the convolution has a group for so many of the
    expanded channels.
    """

    kind: ClassVar[Kind] = KINDS["fused"]
    columns: ClassVar[Columns] = Columns(
        "fused",
        {
            "kernel": KERNEL,
            "exp": CHANNELS,
            "out": CHANNELS,
            "stride": STRIDE,
            "nl": NL,
            "group_size": GROUP_SIZE,
        },
        4,
    )
    kernel: int
    exp: int
    out: int
    stride: int
    nl: Nonlinearity = "relu"
    group_size: int = 0
    dilation: Dilation = UNDILATED

    def record(self, player: Player) -> None:
        """Record the block."""
        tape, scaler = player.tape, player.scaler
        before, channels = tape.path, tape.channels
        expanded = scaler.expanded(self.exp, player.paper_in, channels)
        out = scaler.block_channels(self.out)
        tape.open_block(self.kind, new_stage=self.stride > 1)
        stride, groups = self.dilation.stride(self.stride), each(self._groups, expanded, channels)
        conv_norm_act(
            tape,
            "conv_exp",
            expanded,
            self.nl,
            Role.EXPAND,
            kernel=self.kernel,
            stride=stride,
            dilation=self.dilation.first,
            groups=groups,
        )
        facts = Facts(
            kernels=(self.kernel,),
            expanded=expanded,
            activation=self.nl,
            stride=stride,
            dilation=self.dilation.first,
            residual=self.dilation.may_add(self.stride) and out == channels,
            groups=groups,
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
        tape.add("add", before)
    tape.close_block(facts)
