"""The vocabulary of the papers' tables: a frozen class for each kind of row.

A row holds the paper's own numbers; ``record`` plays the operations it stands for onto a tape,
scaled by the width rule. Paths are torchvision's, so that weights can be exchanged.
"""

from dataclasses import dataclass

from viz.net.channels import Scaler
from viz.net.operations import Tape
from viz.net.units import (
    InvertedResidual,
    Nonlinearity,
    conv_norm_act,
    depthwise,
    squeeze_excite,
)

HEAD = "classifier"


@dataclass(frozen=True, slots=True)
class Player:
    """What a row needs to know beyond itself: where to record, how to scale, what went before.

    ``paper_in`` is the paper's number of input channels for the row, before scaling.
    """

    tape: Tape
    scaler: Scaler
    paper_in: int
    classes: int


@dataclass(frozen=True, slots=True)
class Stem:
    """The first convolution, 3x3 with stride 2."""

    out: int
    nl: Nonlinearity

    def record(self, player: Player) -> None:
        """Record convolution, normalisation and activation."""
        player.tape.open_block("stem", "stem", new_stage=True)
        channels = player.scaler.stem_channels(self.out)
        conv_norm_act(player.tape, "", channels, self.nl, "stem", kernel=3, stride=2)
        player.tape.close_block()


@dataclass(frozen=True, slots=True)
class Separable:
    """V1: a depthwise 3x3 and a pointwise convolution, each normalised and activated."""

    stride: int
    out: int
    nl: Nonlinearity = "relu6"

    def record(self, player: Player) -> None:
        """Record the pair."""
        tape = player.tape
        tape.open_block("separable", f"sep {tape.block + 1}", new_stage=self.stride > 1)
        end_padded = self.stride > 1 and player.scaler.rule.end_padding
        depthwise(
            tape, "0", self.nl, kernel=3, stride=self.stride, padding=(0, 1) if end_padded else None
        )
        conv_norm_act(tape, "1", player.scaler.block_channels(self.out), self.nl, "pointwise")
        tape.close_block()


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """V2: ``n`` inverted residuals with expansion factor ``t``; the first has the stride."""

    t: int
    out: int
    n: int
    stride: int

    def record(self, player: Player) -> None:
        """Record ``n`` blocks."""
        out = player.scaler.block_channels(self.out)
        for repeat in range(self.n):
            stride = self.stride if repeat == 0 else 1
            expanded = self.t * player.tape.channels
            block = InvertedResidual(3, expanded, out, 0, "relu6", stride, stride, 1)
            block.record(player.tape, "conv", project_nested=False)


@dataclass(frozen=True, slots=True)
class Bneck:
    """V3: one row of the table. ``exp`` is a number of channels, not a factor."""

    kernel: int
    exp: int
    out: int
    se: bool
    nl: Nonlinearity
    stride: int
    dilation: int = 1
    keeps_size: bool = False

    def record(self, player: Player) -> None:
        """Record the block."""
        scaler = player.scaler
        expanded = scaler.expanded(self.exp, player.paper_in, player.tape.channels)
        InvertedResidual(
            self.kernel,
            expanded,
            scaler.block_channels(self.out),
            scaler.squeezed(expanded, player.tape.dialect.squeeze) if self.se else 0,
            self.nl,
            1 if self.keeps_size else self.stride,
            self.stride,
            self.dilation,
        ).record(player.tape, "block", project_nested=True)


@dataclass(frozen=True, slots=True)
class LastConv:
    """The 1x1 convolution that widens the map before pooling.

    One implementation puts SE in the place of the normalisation (``se_for_norm``).
    """

    out: int
    nl: Nonlinearity
    se_for_norm: bool = False

    def record(self, player: Player) -> None:
        """Record convolution, normalisation and activation."""
        tape = player.tape
        tape.open_block("conv", "last conv", new_stage=False)
        channels = player.scaler.last_channels(self.out, tape.channels)
        if self.se_for_norm:
            tape.conv("0", channels, "last conv", bias=tape.dialect.bias)
            squeeze_excite(tape, "1", player.scaler.squeezed(channels, tape.dialect.squeeze))
            tape.activation("2", self.nl, "last conv")
        else:
            conv_norm_act(tape, "", channels, self.nl, "last conv")
        tape.close_block()


@dataclass(frozen=True, slots=True)
class Pool:
    """Global average pooling, then flattening: the map becomes a vector."""

    def record(self, player: Player) -> None:
        """Record both."""
        tape = player.tape
        tape.open_block("pool", "pool", new_stage=True, path="avgpool")
        tape.pool("", "pool")
        tape.prefix = "flatten"
        tape.flatten("", "pool")
        tape.close_block()


@dataclass(frozen=True, slots=True)
class Hidden:
    """V3's "NBN" row: a fully connected layer without normalisation."""

    out: int
    nl: Nonlinearity

    def record(self, player: Player) -> None:
        """Record layer and activation."""
        tape = player.tape
        tape.open_block("linear", "head", new_stage=False, path=HEAD)
        tape.linear(_next_in_head(tape), player.scaler.head_channels(self.out), "head")
        tape.activation(_next_in_head(tape), self.nl, "head")
        tape.close_block()


@dataclass(frozen=True, slots=True)
class Classifier:
    """Dropout, and the layer that gives one logit (or, after softmax, probability) a class."""

    dropout: bool = True
    softmax: bool = False

    def record(self, player: Player) -> None:
        """Record both."""
        tape = player.tape
        tape.open_block("linear", "classifier", new_stage=False, path=HEAD)
        if self.dropout:
            tape.dropout(_next_in_head(tape), "classifier")
        tape.linear(_next_in_head(tape), player.classes, "classifier")
        if self.softmax:
            tape.activation(_next_in_head(tape), "softmax", "classifier")
        tape.close_block()


@dataclass(frozen=True, slots=True)
class Squeeze:
    """SE standing alone, on whatever comes before it."""

    def record(self, player: Player) -> None:
        """Record the SE."""
        tape = player.tape
        tape.open_block("SE", "SE", new_stage=False)
        squeeze_excite(tape, "0", player.scaler.squeezed(tape.channels, tape.dialect.squeeze))
        tape.close_block()


@dataclass(frozen=True, slots=True)
class FullConv:
    """An ordinary 3x3 convolution inside the network."""

    out: int
    nl: Nonlinearity
    stride: int

    def record(self, player: Player) -> None:
        """Record convolution, normalisation and activation."""
        tape = player.tape
        tape.open_block("conv", "conv", new_stage=self.stride > 1)
        channels = player.scaler.block_channels(self.out)
        conv_norm_act(tape, "", channels, self.nl, "conv", kernel=3, stride=self.stride)
        tape.close_block()


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


def _next_in_head(tape: Tape) -> str:
    tape.classifier_length += 1
    return str(tape.classifier_length - 1)
