"""The vocabulary of the papers' tables: a frozen class for each kind of row.

A row holds the paper's own numbers; ``record`` plays the operations it stands for onto a tape,
scaled by the width rule, and states what the block is. Paths are torchvision's, so that weights can
be exchanged.
"""

from dataclasses import dataclass
from typing import ClassVar

from viz.activations import Nonlinearity
from viz.net.heads import Classifier, Hidden, Pool
from viz.net.kinds import KINDS, Kind
from viz.net.operations import Facts, Role
from viz.net.units import BNECK, InvertedResidual, Player, conv_norm_act, depthwise, squeeze_excite


@dataclass(frozen=True, slots=True)
class Stem:
    """The first convolution, 3x3 with stride 2 in the papers."""

    kind: ClassVar[Kind] = KINDS["stem"]
    out: int
    nl: Nonlinearity
    stride: int = 2

    def record(self, player: Player) -> None:
        """Record convolution, normalisation and activation."""
        player.tape.open_block(self.kind, new_stage=True)
        channels = player.scaler.stem_channels(self.out)
        conv_norm_act(player.tape, "", channels, self.nl, Role.STEM, kernel=3, stride=self.stride)
        player.tape.close_block(Facts(kernels=(3,), activation=self.nl, stride=self.stride))


@dataclass(frozen=True, slots=True)
class Separable:
    """V1: a depthwise 3x3 and a pointwise convolution, each normalised and activated.

    ``keeps_size`` leaves the stride to dilation.
    """

    kind: ClassVar[Kind] = KINDS["separable"]
    stride: int
    out: int
    nl: Nonlinearity = "relu6"
    dilation: int = 1
    keeps_size: bool = False

    def record(self, player: Player) -> None:
        """Record the pair."""
        tape = player.tape
        tape.open_block(self.kind, new_stage=self.stride > 1)
        stride = 1 if self.keeps_size else self.stride
        padding = (0, 1) if stride > 1 and player.scaler.rule.end_padding else None
        depthwise(
            tape,
            "0",
            self.nl,
            kernel=3,
            stride=stride,
            dilation=self.dilation,
            padding=padding,
        )
        channels = player.scaler.block_channels(self.out)
        conv_norm_act(tape, "1", channels, self.nl, Role.POINTWISE)
        tape.close_block(
            Facts(kernels=(3,), activation=self.nl, stride=stride, dilation=self.dilation)
        )


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """V2: ``n`` inverted residuals with expansion factor ``t``; the first has the stride.

    ``keeps_size`` leaves the stride to dilation: ``first_dilation`` in the first block, else
    ``dilation``; ``skips_dilated`` is as in ``Bneck``.
    """

    kind: ClassVar[Kind] = BNECK
    t: int
    out: int
    n: int
    stride: int
    dilation: int = 1
    first_dilation: int = 1
    keeps_size: bool = False
    skips_dilated: bool = False

    def record(self, player: Player) -> None:
        """Record ``n`` blocks."""
        out = player.scaler.block_channels(self.out)
        for repeat in range(self.n):
            stride = self.stride if repeat == 0 else 1
            InvertedResidual(
                kernel=3,
                expanded=self.t * player.tape.channels,
                out=out,
                squeeze=0,
                nl="relu6",
                stride=1 if self.keeps_size else stride,
                dilation=self.dilation if repeat else self.first_dilation,
                halves=stride > 1,
                may_skip=stride == 1 or (self.keeps_size and self.skips_dilated),
            ).record(player.tape, "conv", project_nested=False)


@dataclass(frozen=True, slots=True)
class Bneck:
    """V3: one row of the table. ``exp`` is a number of channels, not a factor.

    ``keeps_size`` leaves the stride to dilation; ``skips_dilated`` says that the block then counts
    as one of stride 1, which adds its input where the channels agree.
    """

    kind: ClassVar[Kind] = BNECK
    kernel: int
    exp: int
    out: int
    se: bool
    nl: Nonlinearity
    stride: int
    dilation: int = 1
    keeps_size: bool = False
    skips_dilated: bool = False

    def record(self, player: Player) -> None:
        """Record the block."""
        scaler = player.scaler
        expanded = scaler.expanded(self.exp, player.paper_in, player.tape.channels)
        InvertedResidual(
            kernel=self.kernel,
            expanded=expanded,
            out=scaler.block_channels(self.out),
            squeeze=scaler.squeezed(expanded, player.tape.dialect.squeeze) if self.se else 0,
            nl=self.nl,
            stride=1 if self.keeps_size else self.stride,
            dilation=self.dilation,
            halves=self.stride > 1,
            may_skip=self.stride == 1 or (self.keeps_size and self.skips_dilated),
        ).record(player.tape, "block", project_nested=True)


@dataclass(frozen=True, slots=True)
class LastConv:
    """The 1x1 convolution that widens the map before pooling.

    One implementation puts SE in the place of the normalisation (``se_for_norm``).
    """

    kind: ClassVar[Kind] = KINDS["last conv"]
    out: int
    nl: Nonlinearity
    se_for_norm: bool = False

    def record(self, player: Player) -> None:
        """Record convolution, normalisation and activation."""
        tape, role = player.tape, Role.LAST_CONV
        tape.open_block(self.kind, new_stage=False)
        channels = player.scaler.last_channels(self.out, tape.channels)
        squeeze = 0
        if self.se_for_norm:
            squeeze = player.scaler.squeezed(channels, tape.dialect.squeeze)
            tape.conv("0", channels, role, bias=tape.dialect.bias)
            squeeze_excite(tape, "1", squeeze)
            tape.activation("2", self.nl, role)
        else:
            conv_norm_act(tape, "", channels, self.nl, role)
        tape.close_block(
            Facts(kernels=(1,), squeeze=squeeze, activation=self.nl, normed=not squeeze)
        )


@dataclass(frozen=True, slots=True)
class Squeeze:
    """SE standing alone, on whatever comes before it."""

    kind: ClassVar[Kind] = KINDS["SE"]

    def record(self, player: Player) -> None:
        """Record the SE."""
        tape = player.tape
        tape.open_block(self.kind, new_stage=False)
        squeeze = player.scaler.squeezed(tape.channels, tape.dialect.squeeze)
        squeeze_excite(tape, "0", squeeze)
        tape.close_block(Facts(squeeze=squeeze, normed=False))


@dataclass(frozen=True, slots=True)
class FullConv:
    """An ordinary convolution inside the network, normalised and activated."""

    kind: ClassVar[Kind] = KINDS["conv"]
    out: int
    nl: Nonlinearity
    stride: int
    kernel: int = 3

    def record(self, player: Player) -> None:
        """Record convolution, normalisation and activation."""
        tape = player.tape
        tape.open_block(self.kind, new_stage=self.stride > 1)
        channels = player.scaler.block_channels(self.out)
        conv_norm_act(
            tape, "", channels, self.nl, Role.CONV, kernel=self.kernel, stride=self.stride
        )
        tape.close_block(Facts(kernels=(self.kernel,), activation=self.nl, stride=self.stride))


Row = (
    Stem
    | Separable
    | Bottleneck
    | Bneck
    | LastConv
    | Pool
    | Hidden
    | Classifier
    | Squeeze
    | FullConv
)


def paper_channels(row: Row, before: int) -> int:
    """The paper's number of channels behind a row that ``before`` channels enter."""
    return before if isinstance(row, (Pool, Classifier, Squeeze)) else row.out
