"""GhostNet's rows: half of a map is computed, the other half derived from it by cheap operations.

Han et al., 2020, arXiv 1911.11907, sections 3.1 and 3.2; names inside a block are timm's.
"""

from dataclasses import dataclass
from typing import ClassVar

from viz.activations import Nonlinearity
from viz.net.kinds import KINDS, Kind
from viz.net.operations import Facts, Role, Tape
from viz.net.rows import CHANNELS, KERNEL, STRIDE, Columns, flag
from viz.net.units import Player, conv_norm_act, squeeze_excite

CHEAP_KERNEL = 3


@dataclass(frozen=True, slots=True)
class GhostBneck:
    """G-bneck: expand and project by ghost modules, a depthwise convolution only for a stride.

    ``exp`` is a number of channels, as in the table. Where stride or channels change, the shortcut
    is a depthwise and a pointwise convolution.
    """

    kind: ClassVar[Kind] = KINDS["ghost"]
    columns: ClassVar[Columns] = Columns(
        "ghost",
        {"kernel": KERNEL, "exp": CHANNELS, "out": CHANNELS, "se": flag("se"), "stride": STRIDE},
    )
    kernel: int
    exp: int
    out: int
    se: bool
    stride: int

    def record(self, player: Player) -> None:
        """Record the block."""
        tape, scaler = player.tape, player.scaler
        before, channels = tape.path, tape.channels
        expanded = scaler.expanded(self.exp, player.paper_in, channels)
        out = scaler.block_channels(self.out)
        squeeze = player.squeeze(expanded, channels) if self.se else 0
        tape.open_block(self.kind, new_stage=self.stride > 1)
        ghost_module(tape, "ghost1", expanded, Role.EXPAND, "relu")
        if self.stride > 1:
            self._depthwise(tape, "conv_dw", "bn_dw", Role.DEPTHWISE)
        if squeeze:
            squeeze_excite(tape, "se", squeeze)
        ghost_module(tape, "ghost2", out, Role.PROJECT)
        end = tape.path
        shortcut = before
        if self.stride > 1 or out != channels:
            shortcut = self._shortcut(tape, before, out)
        tape.branch(end)
        tape.add("add", shortcut)
        tape.close_block(self._facts(expanded, squeeze))

    def _depthwise(self, tape: Tape, conv: str, norm: str, role: Role) -> None:
        tape.conv(conv, tape.channels, role, kernel=self.kernel, stride=self.stride, depthwise=True)
        tape.norm(norm, role)

    def _shortcut(self, tape: Tape, before: str, out: int) -> str:
        """Record the convolutions beside the block; the path of the last one's norm."""
        tape.branch(before)
        self._depthwise(tape, "shortcut.0", "shortcut.1", Role.SHORTCUT)
        tape.conv("shortcut.2", out, Role.SHORTCUT)
        tape.norm("shortcut.3", Role.SHORTCUT)
        return tape.path

    def _facts(self, expanded: int, squeeze: int) -> Facts:
        middle = (self.kernel,) if self.stride > 1 else ()
        return Facts(
            kernels=(CHEAP_KERNEL, *middle, CHEAP_KERNEL),
            expanded=expanded,
            squeeze=squeeze,
            activation="relu",
            stride=self.stride,
            residual=True,
        )


def ghost_module(
    tape: Tape, path: str, out: int, role: Role, nl: Nonlinearity | None = None
) -> None:
    """Record a primary 1x1 convolution, a cheap depthwise one of its output, and both together.

    The concatenation has the module's ``role``; where ``out`` is odd its last channel is cut off.
    """
    half = -(-out // 2)
    conv_norm_act(tape, f"{path}.primary_conv", half, nl, Role.PRIMARY)
    primary = tape.path
    conv_norm_act(
        tape,
        f"{path}.cheap_operation",
        half,
        nl,
        Role.CHEAP,
        kernel=CHEAP_KERNEL,
        depthwise=True,
    )
    tape.concat(f"{path}.concat", primary, tape.path, role=role)
    if 2 * half != out:
        tape.split(f"{path}.cut", out)
