"""The pieces that rows are made of: convolution with normalisation, SE, the inverted residual.

Each records its operations onto a tape, in the tape's dialect.
"""

from typing import NamedTuple

from viz.activations import Nonlinearity
from viz.net.channels import Scaler
from viz.net.kinds import KINDS
from viz.net.operations import Facts, Role, Tape

BNECK = KINDS["bneck"]


class Player(NamedTuple):
    """What a row needs to know beyond itself: where to record, how to scale, what went before.

    ``paper_in`` is the paper's number of input channels for the row, before scaling.
    """

    tape: Tape
    scaler: Scaler
    paper_in: int
    classes: int

    def squeeze(self, expanded: int, entering: int = 0) -> int:
        """Squeeze width of an SE on ``expanded`` channels in a block that ``entering`` enter."""
        return self.scaler.squeezed(expanded, self.tape.dialect.squeeze, entering)


class InvertedResidual(NamedTuple):
    """Expand, depthwise, SE, project, add: the block of V2 and V3 with its actual channels.

    ``squeeze`` is 0 where there is no SE. A block that ``halves`` starts a stage, also where
    dilation has taken the place of its stride; one that ``may_skip`` adds its input to its output
    where the channels agree.
    """

    kernel: int
    expanded: int
    out: int
    squeeze: int
    nl: Nonlinearity
    stride: int
    dilation: int
    halves: bool
    may_skip: bool

    def record(self, tape: Tape, attribute: str, *, project_nested: bool) -> None:
        """Record the block with its layers below ``attribute`` (torchvision's name for it)."""
        before, channels = tape.path, tape.channels
        tape.open_block(BNECK, new_stage=self.halves)
        names = (f"{attribute}.{i}" for i in range(6))
        if self.expanded != channels or tape.dialect.keeps_expansion:
            conv_norm_act(tape, next(names), self.expanded, self.nl, Role.EXPAND)
        depthwise(
            tape,
            next(names),
            self.nl,
            kernel=self.kernel,
            stride=self.stride,
            dilation=self.dilation,
        )
        if self.squeeze:
            squeeze_excite(tape, next(names), self.squeeze)
        name = next(names)
        norm = f"{name}.1" if project_nested else next(names)
        conv = f"{name}.0" if project_nested else name
        tape.conv(conv, self.out, Role.PROJECT, bias=tape.dialect.bias)
        tape.norm(norm, Role.PROJECT)
        if tape.dialect.activates_projection:
            path = f"{name}.2" if project_nested else next(names)
            tape.activation(path, self.nl, Role.PROJECT)
        facts = self._facts(channels)
        if facts.residual:
            tape.add("add", before)
        tape.close_block(facts)

    def _facts(self, channels: int) -> Facts:
        return Facts(
            kernels=(self.kernel,),
            expanded=self.expanded,
            squeeze=self.squeeze,
            activation=self.nl,
            stride=self.stride,
            dilation=self.dilation,
            residual=self.may_skip and self.out == channels,
        )


def conv_norm_act(
    tape: Tape,
    path: str,
    out: int,
    nl: Nonlinearity | None,
    role: Role,
    *,
    kernel: int = 1,
    stride: int = 1,
    dilation: int = 1,
    groups: int = 1,
    depthwise: bool = False,
) -> None:
    """Record a convolution, its normalisation and its activation at ``path``.0, .1 and .2.

    Without an ``nl`` it is linear.
    """
    dot = f"{path}." if path else ""
    tape.conv(
        f"{dot}0",
        out,
        role,
        kernel=kernel,
        stride=stride,
        dilation=dilation,
        groups=groups,
        depthwise=depthwise,
        bias=tape.dialect.bias,
    )
    tape.norm(f"{dot}1", role)
    if nl:
        tape.activation(f"{dot}2", nl, role)


def depthwise(
    tape: Tape,
    path: str,
    nl: Nonlinearity,
    *,
    kernel: int,
    stride: int,
    dilation: int = 1,
    padding: tuple[int, int] | None = None,
) -> None:
    """Record a depthwise convolution, normalised, and activated where the dialect does so."""
    tape.conv(
        f"{path}.0",
        tape.channels,
        Role.DEPTHWISE,
        kernel=kernel,
        stride=stride,
        depthwise=True,
        dilation=dilation,
        bias=tape.dialect.bias,
        padding=padding,
    )
    tape.norm(f"{path}.1", Role.DEPTHWISE)
    if tape.dialect.activates_depthwise:
        tape.activation(f"{path}.2", nl, Role.DEPTHWISE)


def squeeze_excite(tape: Tape, path: str, squeeze: int) -> None:
    """Record SE with ``squeeze`` channels at its waist: squeeze, excite, scale."""
    source, channels, dialect = tape.path, tape.channels, tape.dialect
    tape.pool(f"{path}.avgpool", Role.SQUEEZE)
    tape.conv(f"{path}.fc1", squeeze, Role.REDUCE, bias=dialect.squeeze_bias)
    tape.activation(f"{path}.activation", dialect.squeeze_activation, Role.INNER)
    tape.conv(f"{path}.fc2", channels, Role.EXCITE, bias=dialect.squeeze_bias)
    tape.activation(f"{path}.scale_activation", dialect.gate, Role.GATE)
    tape.scale(f"{path}.scale", source)
