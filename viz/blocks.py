"""The vocabulary of the papers' tables: a frozen class for each kind of row.

A row holds the paper's own numbers; ``record`` plays the operations it stands for onto a tape,
scaled by the width rule. Paths are torchvision's, so that weights can be exchanged.
"""

from dataclasses import dataclass
from typing import Literal

from viz.channels import Scaler
from viz.operations import Tape

Nonlinearity = Literal["relu", "relu6", "hardswish"]
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
        _conv_norm_act(player.tape, "", channels, self.nl, "stem", kernel=3, stride=2)
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
        _depthwise(
            tape, "0", self.nl, kernel=3, stride=self.stride, padding=(0, 1) if end_padded else None
        )
        _conv_norm_act(tape, "1", player.scaler.block_channels(self.out), self.nl, "pointwise")
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
            scaler.squeezed(expanded) if self.se else 0,
            self.nl,
            1 if self.keeps_size else self.stride,
            self.stride,
            self.dilation,
        ).record(player.tape, "block", project_nested=True)


@dataclass(frozen=True, slots=True)
class InvertedResidual:
    """Expand, depthwise, SE, project, add: the block of V2 and V3 with its actual channels.

    ``squeeze`` is 0 where there is no SE. ``paper_stride`` decides on stage and residual, and
    differs from ``stride`` where dilation has taken the stride's place.
    """

    kernel: int
    expanded: int
    out: int
    squeeze: int
    nl: Nonlinearity
    stride: int
    paper_stride: int
    dilation: int

    def record(self, tape: Tape, attribute: str, *, project_nested: bool) -> None:
        """Record the block with its layers below ``attribute`` (torchvision's name for it)."""
        before, channels = tape.last_path, tape.channels
        tape.open_block("bneck", f"bneck {tape.block + 1}", new_stage=self.paper_stride > 1)
        names = (f"{attribute}.{i}" for i in range(5))
        if self.expanded != channels:
            _conv_norm_act(tape, next(names), self.expanded, self.nl, "expand")
        _depthwise(
            tape,
            next(names),
            self.nl,
            kernel=self.kernel,
            stride=self.stride,
            dilation=self.dilation,
        )
        if self.squeeze:
            _squeeze_excite(tape, next(names), self.squeeze)
        name = next(names)
        norm = f"{name}.1" if project_nested else next(names)
        tape.conv(f"{name}.0" if project_nested else name, self.out, "project")
        tape.norm(norm, "project")
        residual = self.paper_stride == 1 and self.out == channels
        if residual:
            tape.join("add", "add", "add", before)
        tape.close_block(residual=residual)


@dataclass(frozen=True, slots=True)
class LastConv:
    """The 1x1 convolution that widens the map before pooling."""

    out: int
    nl: Nonlinearity

    def record(self, player: Player) -> None:
        """Record convolution, normalisation and activation."""
        tape = player.tape
        tape.open_block("conv", "last conv", new_stage=False)
        channels = player.scaler.last_channels(self.out, tape.channels)
        _conv_norm_act(tape, "", channels, self.nl, "last conv")
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
    """Dropout and the layer that gives one logit a class."""

    def record(self, player: Player) -> None:
        """Record both."""
        tape = player.tape
        tape.open_block("linear", "classifier", new_stage=False, path=HEAD)
        tape.dropout(_next_in_head(tape), "classifier")
        tape.linear(_next_in_head(tape), player.classes, "classifier")
        tape.close_block()


Row = Stem | Separable | Bottleneck | Bneck | LastConv | Pool | Hidden | Classifier


def _next_in_head(tape: Tape) -> str:
    tape.classifier_length += 1
    return str(tape.classifier_length - 1)


def _conv_norm_act(
    tape: Tape,
    path: str,
    out: int,
    nl: Nonlinearity,
    role: str,
    *,
    kernel: int = 1,
    stride: int = 1,
) -> None:
    dot = f"{path}." if path else ""
    tape.conv(f"{dot}0", out, role, kernel=kernel, stride=stride)
    tape.norm(f"{dot}1", role)
    tape.activation(f"{dot}2", nl, role)


def _depthwise(
    tape: Tape,
    path: str,
    nl: Nonlinearity,
    *,
    kernel: int,
    stride: int,
    dilation: int = 1,
    padding: tuple[int, int] | None = None,
) -> None:
    tape.conv(
        f"{path}.0",
        tape.channels,
        "depthwise",
        kernel=kernel,
        stride=stride,
        depthwise=True,
        dilation=dilation,
        padding=padding,
    )
    tape.norm(f"{path}.1", "depthwise")
    tape.activation(f"{path}.2", nl, "depthwise")


def _squeeze_excite(tape: Tape, path: str, squeeze: int) -> None:
    source, channels = tape.last_path, tape.channels
    tape.pool(f"{path}.avgpool", "SE")
    tape.conv(f"{path}.fc1", squeeze, "SE", bias=True)
    tape.activation(f"{path}.activation", "relu", "SE")
    tape.conv(f"{path}.fc2", channels, "SE", bias=True)
    tape.activation(f"{path}.scale_activation", "hardsigmoid", "SE")
    tape.join(f"{path}.scale", "scale", "SE", source)
