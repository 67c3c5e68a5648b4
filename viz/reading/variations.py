"""Networks that the papers do not have as they are: other input channels, divisors, depths."""

from collections import Counter
from math import gcd

from viz.net.config import NUMBERS
from viz.net.zoo import ZOO
from viz.reading.layers import KernelShape, Layers
from viz.reading.search import Found, Shapes, best
from viz.reading.specs import FINEST, Candidate, candidates, specs_at

MOST_IN_CHANNELS = 64
LARGEST_DIVISOR = 32
# Depths and the widths that go with them, in hundredths: of EfficientNet B1 to B7 (Lite1 to Lite4
# have the first four), and of timm's V2 at 110d and 120d.
PUBLISHED_DEPTHS = {1.1: 100, 1.2: 110, 1.4: 120, 1.8: 140, 2.2: 160, 2.6: 180, 3.1: 200}


def in_channels_of(layers: Layers) -> list[int]:
    """What may enter the network: what the full convolution with the fewest inputs takes."""
    full = [k.shape[1] for k in layers.kernels if k.shape[2] > 1 and k.shape[1] > 1]
    fewest = min(full, default=1)
    likely = [fewest] if fewest <= MOST_IN_CHANNELS else []
    return likely if fewest <= 4 and likely else [*likely, 1] if layers.kernels else []


def at_other_divisors(layers: Layers, shapes: Shapes, in_channels: int) -> list[Found]:
    """Networks at the divisors that the file's depthwise channels have in common."""
    depthwise = [k.shape for k in layers.kernels if _is_depthwise(k.shape)]
    shared = gcd(*(shape[0] for shape in depthwise)) if depthwise else 1
    usual = NUMBERS["divisor"].default
    divisors = [d for d in range(LARGEST_DIVISOR, 0, -1) if shared % d == 0 and d != usual]
    windows = Counter(shape[2] for shape in depthwise)
    likely = [c for c in candidates(in_channels) if _windows(c) <= windows]
    return best(shapes, [c._replace(divisor=d) for d in divisors for c in likely if _rounds(c)])


def at_other_depths(layers: Layers, shapes: Shapes, in_channels: int) -> list[Found]:
    """Deeper networks with all the depthwise convolutions of the file, at published depths."""
    windows = Counter(k.shape[2] for k in layers.kernels if _is_depthwise(k.shape))
    deeper = [
        c._replace(depth=depth)
        for c in candidates(in_channels)
        if ZOO[c.variant].deepens
        for depth in PUBLISHED_DEPTHS
    ]
    inside = {c: _windows(c) for c in deeper if _windows(c) <= windows}
    most = max((held.total() for held in inside.values()), default=0)
    return best(shapes, [c for c, held in inside.items() if held.total() == most])


def _windows(candidate: Candidate) -> Counter[int]:
    """How many depthwise convolutions of each window a network has."""
    shapes = (spec.shape for spec in specs_at(candidate, FINEST))
    return Counter(shape[2] for shape in shapes if _is_depthwise(shape))


def _is_depthwise(shape: KernelShape) -> bool:
    return shape[1] == 1 and shape[2] > 1


def _rounds(candidate: Candidate) -> bool:
    return ZOO[candidate.variant].rule(candidate.rule).rounds
