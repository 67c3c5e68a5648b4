"""The hub: a configuration, unrolled into the list of operations that everything else reads.

Picture, table, cost, comparison, sweep, export and torch module are all made from this list, so
they cannot disagree. Needs neither torch nor Streamlit; takes well under a millisecond.
"""

from collections.abc import Container
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from itertools import compress
from typing import Unpack

from viz.net import bounds, cost, graph
from viz.net.channels import Scaler
from viz.net.choices import Choices
from viz.net.config import Config, configure
from viz.net.fields import ConfigError, Resolution, size_text
from viz.net.graph import Part
from viz.net.notebook import Bundle, block_sheet, bundle_of
from viz.net.numbers import larger
from viz.net.operations import Block, MapVanishes, Operation, Tape
from viz.net.rows import Row, paper_channels
from viz.net.taps import Tap, taps_of
from viz.net.units import Player
from viz.net.zoo import Network


@dataclass(frozen=True)
class Trace:
    """A network at one configuration, as operations in execution order."""

    config: Config
    operations: tuple[Operation, ...]
    blocks: tuple[Block, ...]

    @cached_property
    def params(self) -> int:
        """Learnable parameters."""
        return sum(map(cost.params, self.operations))

    @cached_property
    def macs(self) -> int:
        """Multiply-adds of convolution and linear weights for one image."""
        return sum(map(cost.macs, self.operations))

    @cached_property
    def uncounted(self) -> tuple[Operation, ...]:
        """Operations of a network that was read of which nobody can say what they cost."""
        return tuple(op for op in self.operations if op.read is not None and op.read.macs is None)

    @cached_property
    def activation_bytes(self) -> int:
        """Bytes of all outputs at float32, batch 1."""
        return sum(map(cost.activation_bytes, self.operations))

    @cached_property
    def main_path(self) -> tuple[Operation, ...]:
        """The operations on a path from image to logits; SE, keys and values left out."""
        return tuple(compress(self.operations, graph.on_path(self.operations)))

    @cached_property
    def depth(self) -> int:
        """Layers with weights (convolutions and linear ones) on the longest path; no SE."""
        return graph.depth(self.operations)

    def weight_bytes(self, bytes_per_value: int = cost.BYTES_PER_VALUE) -> int:
        """Bytes of all learnable parameters."""
        return bytes_per_value * self.params

    def live_bytes(
        self,
        bytes_per_value: int = cost.BYTES_PER_VALUE,
        *,
        batch: int = 1,
        depthwise_in_place: bool = False,
    ) -> tuple[int, ...]:
        """Bytes of activations alive during each operation; ``graph`` has the rules."""
        live = self._live_in_place if depthwise_in_place else self._live
        return tuple(bytes_per_value * batch * values for values in live)

    @cached_property
    def _live(self) -> tuple[int, ...]:
        return graph.live_values(self.operations)

    @cached_property
    def _live_in_place(self) -> tuple[int, ...]:
        return graph.live_values(self.operations, depthwise_in_place=True)

    def peak_bytes(
        self,
        bytes_per_value: int = cost.BYTES_PER_VALUE,
        *,
        batch: int = 1,
        depthwise_in_place: bool = False,
    ) -> int:
        """The most bytes of activations that are alive at once, weights not counted."""
        live = self.live_bytes(bytes_per_value, batch=batch, depthwise_in_place=depthwise_in_place)
        return reduce(larger, live)

    @cached_property
    def seen_by_operations(self) -> tuple[int | None, ...]:
        """For each operation the side, in input pixels, of what one position of its output sees.

        None off the path: inside SE, and for keys and values.
        """
        return graph.receptive_fields(self.operations, self.config.image)

    def part_seen(self, block: int, row: int, column: int) -> Part:
        """Pixels of the input that a position of a block's output is made from; SE is left out."""
        return graph.part_seen(self.operations[: self.blocks[block].stop], row, column)

    @cached_property
    def receptive_fields(self) -> tuple[int, ...]:
        """The same for each block; SE is left out."""
        sides = [1] * len(self.blocks)
        for op, side in zip(self.operations, self.seen_by_operations, strict=True):
            sides[op.block] = side or sides[op.block]
        return tuple(sides)

    @property
    def receptive_field(self) -> int:
        """Side, in input pixels, of what one position of the last map before pooling sees."""
        return self.receptive_fields[-1]

    @cached_property
    def taps(self) -> tuple[Tap, ...]:
        """Feature levels: the last map at each stride from 2 on."""
        last_is_head = self.config.network.last_is_head
        return taps_of(self.operations, self.blocks, last_is_head=last_is_head)

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> Bundle:
        """What a notebook shows: a line for each block."""
        return bundle_of(block_sheet(self.config.title, self.blocks, self.operations))

    def of_block(self, index: int) -> tuple[Operation, ...]:
        """The operations of one block; IndexError where there is no such block."""
        block = self.blocks[index]
        return self.operations[block.start : block.stop]

    @cached_property
    def stages(self) -> dict[int, tuple[Block, ...]]:
        """Blocks by stage: a stage ends where the paper's stride halves the map."""
        grouped: dict[int, list[Block]] = {}
        for block in self.blocks:
            grouped.setdefault(block.stage, []).append(block)
        return {stage: tuple(blocks) for stage, blocks in grouped.items()}


KEPT = 64  # traces: a page asks for one many times, and so does a class


def trace(variant: str | Network, **chosen: Unpack[Choices]) -> Trace:
    """Unroll one network of the zoo, or the reader's own.

    Keyword arguments are those of ``configure``: width, resolution (pixels), classes, divisor,
    in_channels, width_rule and the network's options. Raises ``ConfigError``.
    """
    return trace_config(configure(variant, **chosen))


def trace_config(config: Config) -> Trace:
    """Unroll a configuration that has been checked.

    Raises ``ConfigError`` where a map would vanish, or there is more than ``bounds`` allow.
    """
    return kept_trace(config)


@lru_cache(maxsize=KEPT)
def kept_trace(config: Config) -> Trace:
    """What ``trace_config`` gives, which is never changed; the last few are kept."""
    if unrolled := config.network.unrolled:
        bounds.check_counted(unrolled.operations)
        return Trace(config, unrolled.operations, unrolled.blocks)
    try:
        tape = record(config, config.width, config.image)
    except MapVanishes as vanished:
        raise too_small(vanished, config.resolution) from None
    if config.own:
        bounds.check_counted(tape.operations)
    return Trace(config, tuple(tape.operations), tuple(tape.blocks))


def record(config: Config, width: float, image: tuple[int, int]) -> Tape:
    """Play the rows of a configuration at a width, and at height and width of an image.

    These may be arrays (``lanes``). Raises ``MapVanishes``.
    """
    rule = config.rule
    shape = (config.in_channels, *image)
    tape = Tape(shape, config.network.dialect, same_padding=rule.same_padding)
    scaler = Scaler(rule, width, rule.divisor or config.divisor)
    for row, paper_in in _rows(
        config.variant,
        config.width_rule,
        config.options,
        config.output_stride,
        config.depth,
        config.own,
    ):
        row.record(Player(tape, scaler, paper_in, config.classes))
    return tape


def too_small(vanished: MapVanishes, resolution: Resolution) -> ConfigError:
    """What is said of a resolution at which a map vanishes."""
    allowed = f"larger: the map of {vanished} would vanish"
    return ConfigError("resolution", size_text(resolution), allowed)


@lru_cache(maxsize=256)
def _rows(
    variant: str,
    width_rule: str,
    options: tuple[str, ...],
    output_stride: int,
    depth: float,
    own: Network | None,
) -> tuple[tuple[Row, int], ...]:
    """The rows under these options, each with the paper's number of channels that enter it."""
    config = Config(variant, width_rule=width_rule, own=own)
    rows = config.network.rows_with(frozenset(options), config.rule, output_stride, depth)
    paper_in, paired = 0, []
    for row in rows:
        paired.append((row, paper_in))
        paper_in = paper_channels(row, paper_in)
    return tuple(paired)
