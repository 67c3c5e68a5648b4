"""The pieces that rows are made of: convolution with normalisation, SE, the inverted residual.

Each records its operations onto a tape, in the tape's dialect.
"""

from dataclasses import dataclass
from typing import Literal

from viz.net.operations import Tape

Nonlinearity = Literal["relu", "relu6", "hardswish"]


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
        names = (f"{attribute}.{i}" for i in range(6))
        if self.expanded != channels or tape.dialect.keeps_expansion:
            conv_norm_act(tape, next(names), self.expanded, self.nl, "expand")
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
        tape.conv(conv, self.out, "project", bias=tape.dialect.bias)
        tape.norm(norm, "project")
        if tape.dialect.activates_projection:
            tape.activation(f"{name}.2" if project_nested else next(names), self.nl, "project")
        residual = self.paper_stride == 1 and self.out == channels
        if residual:
            tape.join("add", "add", "add", before)
        tape.close_block(residual=residual)


def conv_norm_act(
    tape: Tape,
    path: str,
    out: int,
    nl: Nonlinearity,
    role: str,
    *,
    kernel: int = 1,
    stride: int = 1,
) -> None:
    """Record a convolution, its normalisation and its activation at ``path``.0, .1 and .2."""
    dot = f"{path}." if path else ""
    bias = tape.dialect.bias
    tape.conv(f"{dot}0", out, role, kernel=kernel, stride=stride, bias=bias)
    tape.norm(f"{dot}1", role)
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
        "depthwise",
        kernel=kernel,
        stride=stride,
        depthwise=True,
        dilation=dilation,
        bias=tape.dialect.bias,
        padding=padding,
    )
    tape.norm(f"{path}.1", "depthwise")
    if tape.dialect.activates_depthwise:
        tape.activation(f"{path}.2", nl, "depthwise")


def squeeze_excite(tape: Tape, path: str, squeeze: int) -> None:
    """Record SE with ``squeeze`` channels at its waist: squeeze, excite, scale."""
    source, channels, dialect = tape.last_path, tape.channels, tape.dialect
    tape.pool(f"{path}.avgpool", "SE")
    tape.conv(f"{path}.fc1", squeeze, "SE", bias=dialect.squeeze_bias)
    tape.activation(f"{path}.activation", dialect.squeeze_activation, "SE")
    tape.conv(f"{path}.fc2", channels, "SE", bias=dialect.squeeze_bias)
    tape.activation(f"{path}.scale_activation", dialect.gate, "SE")
    tape.join(f"{path}.scale", "scale", "SE", source)
