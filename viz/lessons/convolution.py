"""What a standard and a depthwise separable convolution cost, and how large the output is."""

from collections.abc import Iterable
from dataclasses import dataclass

from viz.facts.tables import Record
from viz.net import cost
from viz.net.operations import Operation, Tape

# name -> lowest, highest, default: the posts' own example is 3 -> 4 channels
LIMITS = {"m": (1, 512, 3), "n": (1, 512, 4), "k": (1, 7, 3), "size": (1, 224, 14)}


@dataclass(frozen=True, slots=True)
class ConvolutionCost:
    """A standard convolution, and the depthwise separable pair that stands in for it."""

    standard: Operation
    depthwise: Operation
    pointwise: Operation

    @property
    def macs_ratio(self) -> float:
        """MACs of the pair, as a share of the standard convolution's: 1/N + 1/K²."""
        pair = cost.macs(self.depthwise) + cost.macs(self.pointwise)
        return pair / cost.macs(self.standard)

    def rows(self) -> list[Record]:
        """Parameters (without bias) and MACs of each, and of the pair."""
        parts = [
            ("standard", [self.standard]),
            ("depthwise", [self.depthwise]),
            ("pointwise", [self.pointwise]),
            ("depthwise + pointwise", [self.depthwise, self.pointwise]),
        ]
        return [
            {
                "convolution": name,
                "params": sum(map(cost.params, operations)),
                "macs": sum(map(cost.macs, operations)),
            }
            for name, operations in parts
        ]


def convolution_cost(channels: int, filters: int, kernel: int, size: int) -> ConvolutionCost:
    """Both ways from ``channels`` to ``filters`` maps of ``size`` x ``size`` pixels, stride 1."""
    return ConvolutionCost(
        standard=_convolved(channels, filters, kernel, size),
        depthwise=_convolved(channels, channels, kernel, size, depthwise=True),
        pointwise=_convolved(channels, filters, 1, size),
    )


def _convolved(
    channels: int, out: int, kernel: int, size: int, *, depthwise: bool = False
) -> Operation:
    tape = Tape((channels, size, size))
    tape.open_block("conv", "conv", new_stage=False)
    tape.conv("0", out, "conv", kernel=kernel, depthwise=depthwise)
    return tape.operations[0]


def ratio_rows(kernels: Iterable[int], most: int = 512) -> list[Record]:
    """The ratio for every number of filters up to ``most``, a series for each kernel."""
    return [
        {
            "kernel": kernel,
            "filters": filters,
            "ratio": convolution_cost(1, filters, kernel, 8).macs_ratio,
        }
        for kernel in kernels
        for filters in range(1, most + 1)
    ]
