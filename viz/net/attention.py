"""MobileNetV4's attention: many queries share one key and one value.

Qin et al., 2024, arXiv 2404.10518, section 5: Mobile MQA; Shazeer, 2019, arXiv 1911.02150.
"""

from dataclasses import dataclass
from typing import ClassVar

from viz.net.dilation import UNDILATED, Dilation
from viz.net.fields import Number
from viz.net.kinds import KINDS, Kind
from viz.net.operations import Facts, Role, Tape
from viz.net.rows import CHANNELS, STRIDE, Columns
from viz.net.units import Player


@dataclass(frozen=True, slots=True)
class MobileMQA:
    """V4's hybrids: normalise, attend with ``heads`` queries of ``dim`` channels, scale, add.

    Key and value are taken from every ``kv_stride``-th position, through a depthwise 3x3, whose
    ``dilation`` is that of the blocks around it. Neither heads nor their channels follow the width
    multiplier.
    """

    kind: ClassVar[Kind] = KINDS["attention"]
    columns: ClassVar[Columns] = Columns(
        "mqa",
        {
            "heads": Number(1, 32, 4),
            "dim": Number(1, 256, 64),
            "kv_stride": STRIDE,
            "out": CHANNELS,
        },
    )
    heads: int
    dim: int
    kv_stride: int
    out: int
    dilation: Dilation = UNDILATED

    def record(self, player: Player) -> None:
        """Record the block: three branches from one map, and the two products that join them."""
        tape = player.tape
        before, (channels, height, width) = tape.path, tape.shape
        tape.open_block(self.kind, new_stage=False)
        tape.norm("norm", Role.NORM)
        start = tape.path
        tape.conv("attn.query", self.heads * self.dim, Role.QUERY)
        query = tape.path
        key = self._branch(tape, start, "attn.key", Role.KEY)
        seen = tape.shape[1] * tape.shape[2]
        value = self._branch(tape, start, "attn.value", Role.VALUE)
        weights = (self.heads, height * width, seen)
        tape.product("attn.scores", "scores", weights, query, key)
        tape.activation("attn.softmax", "softmax", Role.ATTEND)
        mixed = (self.heads * self.dim, height, width)
        tape.product("attn.mix", "mix", mixed, tape.path, value)
        out = player.scaler.block_channels(self.out)
        tape.conv("attn.output", out, Role.PROJECT)
        tape.gain("layer_scale")
        if out == channels:
            tape.add("add", before)
        facts = Facts(
            expanded=self.heads * self.dim,
            residual=out == channels,
            heads=self.heads,
            dilation=self.dilation.first if self.kv_stride > 1 else 1,
        )
        tape.close_block(facts)

    def _branch(self, tape: Tape, start: str, path: str, role: Role) -> str:
        """Record key or value, from the normalised map; the path of its last operation."""
        tape.branch(start)
        if self.kv_stride > 1:
            tape.conv(
                f"{path}.down",
                tape.channels,
                role,
                kernel=3,
                stride=self.kv_stride,
                depthwise=True,
                dilation=self.dilation.first,
            )
            tape.norm(f"{path}.norm", role)
        tape.conv(f"{path}.proj", self.dim, role)
        return tape.path
