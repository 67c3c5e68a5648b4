"""Cost of standard and depthwise separable convolutions, and the output size."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from viz.net import cost
from viz.net.operations import Operation, Role, Tape

# name -> lowest, highest, default: the posts' own example is 3 -> 4 channels
LIMITS = {"m": (1, 512, 3), "n": (1, 512, 4), "k": (1, 7, 3), "size": (1, 224, 14)}


class CostRow(NamedTuple):
    """Weights (without bias) and MACs of a convolution, or of a pair."""

    convolution: str
    params: int
    macs: int


class RatioRow(NamedTuple):
    """MACs of a separable pair as a share of a standard convolution's."""

    kernel: int
    filters: int
    ratio: float


@dataclass(frozen=True, slots=True)
class ConvolutionCost:
    """A standard convolution and the depthwise separable pair that replaces it."""

    standard: Operation
    depthwise: Operation
    pointwise: Operation

    @property
    def macs_ratio(self) -> float:
        """MACs of the pair, as a share of the standard convolution's: 1/N + 1/K²."""
        pair = cost.macs(self.depthwise) + cost.macs(self.pointwise)
        return pair / cost.macs(self.standard)

    @property
    def product_guesses(self) -> dict[str, int]:
        """Multiplications of the standard one (``all``), and what forgets some of its maps."""
        whole, (m, n) = cost.macs(self.standard), self._maps
        return {"window": whole // m // n, "filters": whole // m, "all": whole}

    @property
    def saving_guesses(self) -> dict[str, float]:
        """How many times cheaper the pair is (``both``), and with one of its two terms alone."""
        both = 1 / self.macs_ratio
        return {"both": both, "filters": self._maps[1], "kernel": self.standard.kernel**2}

    @property
    def _maps(self) -> tuple[int, int]:
        return self.standard.in_shape[0], self.standard.out_shape[0]

    def rows(self) -> list[CostRow]:
        """Each convolution, and the pair."""
        parts = [
            ("standard", [self.standard]),
            ("depthwise", [self.depthwise]),
            ("pointwise", [self.pointwise]),
            ("depthwise + pointwise", [self.depthwise, self.pointwise]),
        ]
        return [
            CostRow(name, sum(map(cost.params, operations)), sum(map(cost.macs, operations)))
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
    tape.conv("0", out, Role.CONV, kernel=kernel, depthwise=depthwise)
    return tape.operations[0]


def ratio_rows(kernels: Iterable[int], most: int = 512) -> list[RatioRow]:
    """The ratio for every number of filters up to ``most``, a series for each kernel."""
    return [
        RatioRow(kernel, filters, convolution_cost(1, filters, kernel, 8).macs_ratio)
        for kernel in kernels
        for filters in range(1, most + 1)
    ]
