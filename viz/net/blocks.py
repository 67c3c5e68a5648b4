"""Rows of V1's, V2's and V3's tables.

A row holds the paper's own numbers; ``record`` plays the operations it stands for onto a tape,
scaled by the width rule, and states what the block is. Paths are torchvision's, so that weights can
be exchanged.
"""

from dataclasses import dataclass
from typing import ClassVar

from viz.activations import Nonlinearity
from viz.net.dilation import UNDILATED, Dilation
from viz.net.kinds import KINDS, Kind
from viz.net.operations import Facts, Role
from viz.net.rows import CHANNELS, KERNEL, NL, REPEATS, STRIDE, TIMES, Columns, flag
from viz.net.units import BNECK, InvertedResidual, Player, conv_norm_act, depthwise, squeeze_excite


@dataclass(frozen=True, slots=True)
class Stem:
    """The first convolution, with stride 2 in the papers and 3x3 in all but EdgeTPU 2."""

    kind: ClassVar[Kind] = KINDS["stem"]
    columns: ClassVar[Columns] = Columns(
        "stem", {"out": CHANNELS, "nl": NL, "stride": STRIDE, "kernel": KERNEL}, 3
    )
    out: int
    nl: Nonlinearity
    stride: int = 2
    kernel: int = 3

    def record(self, player: Player) -> None:
        """Record convolution, normalisation and activation."""
        tape = player.tape
        tape.open_block(self.kind, new_stage=True)
        channels = player.scaler.stem_channels(self.out)
        conv_norm_act(
            tape, "", channels, self.nl, Role.STEM, kernel=self.kernel, stride=self.stride
        )
        tape.close_block(Facts(kernels=(self.kernel,), activation=self.nl, stride=self.stride))


@dataclass(frozen=True, slots=True)
class Separable:
    """V1: a depthwise and a pointwise convolution, each normalised and activated.

    PP-LCNet has larger kernels, and SE between the two.
    """

    kind: ClassVar[Kind] = KINDS["separable"]
    columns: ClassVar[Columns] = Columns(
        "sep", {"stride": STRIDE, "out": CHANNELS, "nl": NL, "kernel": KERNEL, "se": flag("se")}, 3
    )
    stride: int
    out: int
    nl: Nonlinearity = "relu6"
    kernel: int = 3
    se: bool = False
    dilation: Dilation = UNDILATED

    def record(self, player: Player) -> None:
        """Record the pair."""
        tape = player.tape
        tape.open_block(self.kind, new_stage=self.stride > 1)
        stride = self.dilation.stride(self.stride)
        padding = (0, 1) if stride > 1 and player.scaler.rule.end_padding else None
        depthwise(
            tape,
            "0",
            self.nl,
            kernel=self.kernel,
            stride=stride,
            dilation=self.dilation.first,
            padding=padding,
        )
        squeeze = player.squeeze(tape.channels, tape.channels) if self.se else 0
        if squeeze:
            squeeze_excite(tape, "se", squeeze)
        channels = player.scaler.block_channels(self.out)
        conv_norm_act(tape, "1", channels, self.nl, Role.POINTWISE)
        tape.close_block(
            Facts(
                kernels=(self.kernel,),
                squeeze=squeeze,
                activation=self.nl,
                stride=stride,
                dilation=self.dilation.first,
            )
        )


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """V2: ``n`` inverted residuals with expansion factor ``t``; the first has the stride.

    MnasNet and EfficientNet choose kernel, SE and activation for each row; with t = 1 theirs is a
    separable convolution with a linear pointwise step. Some rows do not ``skip`` even where
    channels agree.
    """

    kind: ClassVar[Kind] = BNECK
    columns: ClassVar[Columns] = Columns(
        "mb",
        {
            "t": TIMES,
            "out": CHANNELS,
            "n": REPEATS,
            "stride": STRIDE,
            "kernel": KERNEL,
            "nl": NL,
            "se": flag("se"),
            "skip": flag("skip"),
        },
        4,
    )
    t: int
    out: int
    n: int
    stride: int
    kernel: int = 3
    nl: Nonlinearity = "relu6"
    se: bool = False
    skip: bool = True
    dilation: Dilation = UNDILATED

    def record(self, player: Player) -> None:
        """Record ``n`` blocks."""
        out = player.scaler.block_channels(self.out)
        for repeat in range(self.n):
            stride = self.stride if repeat == 0 else 1
            channels = player.tape.channels
            expanded = self.t * channels
            InvertedResidual(
                kernel=self.kernel,
                expanded=expanded,
                out=out,
                squeeze=player.squeeze(expanded, channels) if self.se else 0,
                nl=self.nl,
                stride=self.dilation.stride(stride),
                dilation=self.dilation.later if repeat else self.dilation.first,
                halves=stride > 1,
                may_skip=self.skip and self.dilation.may_add(stride),
            ).record(player.tape, "conv", project_nested=False)


@dataclass(frozen=True, slots=True)
class Bneck:
    """V3: one row of the table. ``exp`` is a number of channels, not a factor.

    One block of EdgeTPU does not ``skip`` although it could.
    """

    kind: ClassVar[Kind] = BNECK
    columns: ClassVar[Columns] = Columns(
        "bneck",
        {
            "kernel": KERNEL,
            "exp": CHANNELS,
            "out": CHANNELS,
            "se": flag("se"),
            "nl": NL,
            "stride": STRIDE,
            "skip": flag("skip"),
        },
        6,
    )
    kernel: int
    exp: int
    out: int
    se: bool
    nl: Nonlinearity
    stride: int
    skip: bool = True
    dilation: Dilation = UNDILATED

    def record(self, player: Player) -> None:
        """Record the block."""
        scaler = player.scaler
        expanded = scaler.expanded(self.exp, player.paper_in, player.tape.channels)
        InvertedResidual(
            kernel=self.kernel,
            expanded=expanded,
            out=scaler.block_channels(self.out),
            squeeze=player.squeeze(expanded, player.tape.channels) if self.se else 0,
            nl=self.nl,
            stride=self.dilation.stride(self.stride),
            dilation=self.dilation.first,
            halves=self.stride > 1,
            may_skip=self.skip and self.dilation.may_add(self.stride),
        ).record(player.tape, "block", project_nested=True)


@dataclass(frozen=True, slots=True)
class LastConv:
    """The 1x1 convolution that widens the map before pooling.

    One implementation puts SE in the place of the normalisation (``se_for_norm``).
    """

    kind: ClassVar[Kind] = KINDS["last conv"]
    columns: ClassVar[Columns] = Columns(
        "last", {"out": CHANNELS, "nl": NL, "se_for_norm": flag("se_for_norm")}
    )
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
            squeeze = player.squeeze(channels, tape.channels)
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
    columns: ClassVar[Columns] = Columns("se", {})

    def record(self, player: Player) -> None:
        """Record the SE."""
        tape = player.tape
        tape.open_block(self.kind, new_stage=False)
        squeeze = player.squeeze(tape.channels, tape.channels)
        squeeze_excite(tape, "0", squeeze)
        tape.close_block(Facts(squeeze=squeeze, normed=False))


@dataclass(frozen=True, slots=True)
class MaxPool:
    """The maximum over windows of a map."""

    kind: ClassVar[Kind] = KINDS["window"]
    columns: ClassVar[Columns] = Columns("maxpool", {"kernel": KERNEL, "stride": STRIDE})
    kernel: int
    stride: int

    def record(self, player: Player) -> None:
        """Record the pooling."""
        tape = player.tape
        tape.open_block(self.kind, new_stage=self.stride > 1)
        tape.max_pool("", self.kernel, self.stride)
        tape.close_block(Facts(kernels=(self.kernel,), stride=self.stride, normed=False))


@dataclass(frozen=True, slots=True)
class FullConv:
    """An ordinary convolution inside the network, normalised and activated."""

    kind: ClassVar[Kind] = KINDS["conv"]
    columns: ClassVar[Columns] = Columns(
        "conv", {"out": CHANNELS, "nl": NL, "stride": STRIDE, "kernel": KERNEL}
    )
    out: int
    nl: Nonlinearity
    stride: int
    kernel: int = 3
    dilation: Dilation = UNDILATED

    def record(self, player: Player) -> None:
        """Record convolution, normalisation and activation."""
        tape = player.tape
        tape.open_block(self.kind, new_stage=self.stride > 1)
        stride = self.dilation.stride(self.stride)
        conv_norm_act(
            tape,
            "",
            player.scaler.block_channels(self.out),
            self.nl,
            Role.CONV,
            kernel=self.kernel,
            stride=stride,
            dilation=self.dilation.first,
        )
        tape.close_block(
            Facts(
                kernels=(self.kernel,),
                activation=self.nl,
                stride=stride,
                dilation=self.dilation.first,
            )
        )
