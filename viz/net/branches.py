"""Rows of many branches that become one kernel: MobileOne's and RepViT's.

Vasu et al., 2022, arXiv 2206.04040, section 3; Wang et al., 2023, arXiv 2307.09283, section 3.
As trained, branches are summed; ``fused`` has one convolution with bias in their place, which
``viz.pytorch.fusing`` computes from them. Names inside a block are timm's.
"""

from dataclasses import dataclass
from typing import ClassVar

from viz.net.heads import HEAD
from viz.net.kinds import KINDS, Kind
from viz.net.numbers import larger
from viz.net.operations import Facts, Role, Tape
from viz.net.rows import CHANNELS, KERNEL, REPEATS, STRIDE, TIMES, Columns, flag
from viz.net.units import Player, squeeze_excite


@dataclass(frozen=True, slots=True)
class OneStem:
    """MobileOne's stem: a 3x3 and a 1x1 branch, with stride 2."""

    kind: ClassVar[Kind] = KINDS["stem"]
    columns: ClassVar[Columns] = Columns("onestem", {"out": CHANNELS, "stride": STRIDE}, 1)
    out: int
    stride: int = 2
    fused: bool = False

    def record(self, player: Player) -> None:
        """Record the branches and their sum."""
        tape = player.tape
        tape.open_block(self.kind, new_stage=True)
        channels = player.scaler.stem_channels(self.out)
        _one(tape, "", channels, Role.STEM, kernel=3, stride=self.stride, k=1, fused=self.fused)
        tape.close_block(
            Facts(kernels=(3,), activation="relu", stride=self.stride, normed=not self.fused)
        )


@dataclass(frozen=True, slots=True)
class OneBlock:
    """MobileOne: ``n`` pairs of a depthwise and a pointwise step, each of ``k`` equal branches.

    Each step has a skip branch too where shapes agree, and the depthwise one a 1x1 branch.
    """

    kind: ClassVar[Kind] = KINDS["mobileone"]
    columns: ClassVar[Columns] = Columns(
        "one", {"n": REPEATS, "out": CHANNELS, "stride": STRIDE, "k": TIMES}
    )
    n: int
    out: int
    stride: int
    k: int
    fused: bool = False

    def record(self, player: Player) -> None:
        """Record ``n`` pairs; the first has the stride."""
        out = player.scaler.block_channels(self.out)
        for repeat in range(self.n):
            self._pair(player.tape, out, self.stride if repeat == 0 else 1)

    def _pair(self, tape: Tape, out: int, stride: int) -> None:
        tape.open_block(self.kind, new_stage=stride > 1)
        k, fused, role = self.k, self.fused, Role.DEPTHWISE
        _one(tape, "0", tape.channels, role, kernel=3, stride=stride, k=k, fused=fused)
        _one(tape, "1", out, Role.POINTWISE, kernel=1, stride=1, k=k, fused=fused)
        facts = Facts(kernels=(3,), activation="relu", stride=stride, normed=not self.fused)
        tape.close_block(facts)


def _one(
    tape: Tape, path: str, out: int, role: Role, *, kernel: int, stride: int, k: int, fused: bool
) -> None:
    """Record a step of MobileOne: branches, their sum, ReLU."""
    dot = f"{path}." if path else ""
    depthwise = role is Role.DEPTHWISE
    if fused:
        tape.conv(
            f"{dot}reparam_conv",
            out,
            role,
            kernel=kernel,
            stride=stride,
            depthwise=depthwise,
            bias=True,
        )
    else:
        ends = _one_branches(tape, dot, out, role, kernel=kernel, stride=stride, k=k)
        if len(ends) > 1:
            tape.branch(ends[0])
            tape.add(f"{dot}add", *ends[1:])
    tape.activation(f"{dot}act", "relu", role if fused else Role.ADD)


def _one_branches(
    tape: Tape, dot: str, out: int, role: Role, *, kernel: int, stride: int, k: int
) -> list[str]:
    """Record all branches; where they end, in timm's order of addition."""
    start, has_skip = tape.path, stride == 1 and out == tape.channels

    def branch(name: str, branch_role: Role, side: int) -> str:
        tape.branch(start)
        own = role is Role.DEPTHWISE
        path = f"{dot}{name}"
        tape.conv(f"{path}.conv", out, branch_role, kernel=side, stride=stride, depthwise=own)
        tape.norm(f"{path}.bn", branch_role)
        return tape.path

    skip = []
    if has_skip:
        tape.norm(f"{dot}identity", Role.SKIP)
        skip = [tape.path]
    equal = [branch(f"conv_kxk{number}", role, kernel) for number in range(k)]
    scale = [branch("conv_scale", Role.SCALE_BRANCH, 1)] if kernel > 1 else []
    return [*scale, *equal, *skip]


@dataclass(frozen=True, slots=True)
class RepStem:
    """RepViT's stem: two 3x3 convolutions of stride 2, GELU between them."""

    kind: ClassVar[Kind] = KINDS["stem"]
    columns: ClassVar[Columns] = Columns("repstem", {"out": CHANNELS})
    out: int
    fused: bool = False

    def record(self, player: Player) -> None:
        """Record both."""
        tape, fused = player.tape, self.fused
        tape.open_block(self.kind, new_stage=True)
        channels = player.scaler.stem_channels(self.out)
        half = larger(channels // 2, 1)
        _conv_norm(tape, "conv1", half, Role.STEM, kernel=3, stride=2, fused=fused)
        tape.activation("act1", "gelu", Role.STEM)
        _conv_norm(tape, "conv2", channels, Role.STEM, kernel=3, stride=2, fused=fused)
        tape.close_block(Facts(kernels=(3, 3), activation="gelu", stride=4, normed=not fused))


@dataclass(frozen=True, slots=True)
class RepBlock:
    """RepViT: a token mixer of three branches, SE in every other block, and a channel mixer."""

    kind: ClassVar[Kind] = KINDS["repvit"]
    columns: ClassVar[Columns] = Columns(
        "rep", {"out": CHANNELS, "se": flag("se"), "t": TIMES, "kernel": KERNEL}, 2
    )
    out: int
    se: bool
    t: int = 2
    kernel: int = 3
    fused: bool = False

    def record(self, player: Player) -> None:
        """Record token mixer, SE and channel mixer."""
        tape, channels = player.tape, player.tape.channels
        out = player.scaler.block_channels(self.out)
        tape.open_block(self.kind, new_stage=False)
        _mix_tokens(tape, self.kernel, fused=self.fused)
        squeeze = player.squeeze(channels) if self.se else 0
        if squeeze:
            squeeze_excite(tape, "se", squeeze)
        residual = _mix_channels(tape, "channel_mixer", self.t, out, fused=self.fused)
        tape.close_block(
            Facts(
                kernels=(self.kernel,),
                expanded=self.t * channels,
                squeeze=squeeze,
                activation="gelu",
                residual=residual,
                normed=not self.fused,
            )
        )


@dataclass(frozen=True, slots=True)
class RepDown:
    """RepViT between stages: a depthwise convolution of stride 2, a 1x1 one, a channel mixer."""

    kind: ClassVar[Kind] = KINDS["downsample"]
    columns: ClassVar[Columns] = Columns("repdown", {"out": CHANNELS, "t": TIMES}, 1)
    out: int
    t: int = 2
    fused: bool = False

    def record(self, player: Player) -> None:
        """Record all three."""
        tape, fused = player.tape, self.fused
        out = player.scaler.block_channels(self.out)
        tape.open_block(self.kind, new_stage=True)
        path, role = "spatial_downsample", Role.DEPTHWISE
        _conv_norm(tape, path, tape.channels, role, kernel=3, stride=2, fused=fused)
        _conv_norm(tape, "channel_downsample", out, Role.POINTWISE, fused=fused)
        _mix_channels(tape, "ffn", self.t, out, fused=fused)
        facts = Facts(kernels=(3,), expanded=self.t * out, activation="gelu", stride=2)
        tape.close_block(facts._replace(residual=True, normed=not fused))


@dataclass(frozen=True, slots=True)
class DistilledClassifier:
    """RepViT's two heads, one of them distilled, each of batch norm and a linear layer; their mean.

    For no classes there is none.
    """

    kind: ClassVar[Kind] = KINDS["classifier"]
    columns: ClassVar[Columns] = Columns("distilled", {}, needs="vector")
    fused: bool = False

    def record(self, player: Player) -> None:
        """Record both heads, where there are classes."""
        if not player.classes:
            return
        tape, role = player.tape, Role.CLASSIFIER
        tape.open_block(self.kind, new_stage=False, path=HEAD)
        if self.fused:
            tape.linear("head", player.classes, role)
        else:
            start = tape.path
            ends = [self._head(tape, start, name, player.classes) for name in HEADS]
            tape.mean("mean", *ends, role=role)
        tape.close_block(Facts(normed=not self.fused))

    def _head(self, tape: Tape, start: str, name: str, classes: int) -> str:
        tape.branch(start)
        tape.norm(f"{name}.bn", Role.CLASSIFIER)
        tape.linear(f"{name}.l", classes, Role.CLASSIFIER)
        return tape.path


HEADS = ("head", "head_dist")


def _conv_norm(
    tape: Tape, path: str, out: int, role: Role, *, fused: bool, kernel: int = 1, stride: int = 1
) -> None:
    """Record a convolution and its norm, or one that has both."""
    tape.conv(
        path if fused else f"{path}.c",
        out,
        role,
        kernel=kernel,
        stride=stride,
        depthwise=role is Role.DEPTHWISE,
        bias=fused,
    )
    if not fused:
        tape.norm(f"{path}.bn", role)


def _mix_tokens(tape: Tape, kernel: int, *, fused: bool) -> None:
    """Record a depthwise convolution, one of 1x1 and the input, their sum and its norm."""
    start, channels, role = tape.path, tape.channels, Role.DEPTHWISE
    if fused:
        tape.conv("token_mixer", channels, role, kernel=kernel, depthwise=True, bias=True)
        return
    _conv_norm(tape, "token_mixer.conv", channels, role, kernel=kernel, fused=False)
    spatial = tape.path
    tape.branch(start)
    tape.conv("token_mixer.conv1", channels, Role.SCALE_BRANCH, depthwise=True, bias=True)
    one = tape.path
    tape.branch(spatial)
    tape.add("token_mixer.add", one, start)
    tape.norm("token_mixer.bn", Role.ADD)


def _mix_channels(tape: Tape, path: str, t: int, out: int, *, fused: bool) -> bool:
    """Record expansion, GELU and projection; whether the input is added."""
    start, channels = tape.path, tape.channels
    _conv_norm(tape, f"{path}.conv1", t * channels, Role.EXPAND, fused=fused)
    tape.activation(f"{path}.act", "gelu", Role.EXPAND)
    _conv_norm(tape, f"{path}.conv2", out, Role.PROJECT, fused=fused)
    if out == channels:
        tape.add("add", start)
    return out == channels
