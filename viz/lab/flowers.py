"""Five kinds of flowers, drawn: each function draws one head in a pose, no two alike.

The kinds are those of the blog posts' data set. What tells them apart is what tells the real ones
apart: the number and shape of petals and the disc, not a colour of their own. A dandelion is seen
in flower or as a clock.
"""

from collections.abc import Callable

import numpy as np

from viz.lab.sketch import (
    Colour,
    Points,
    Pose,
    Sketch,
    bend,
    blade,
    disc,
    mix,
    round_blade,
    shade,
    turned,
)

Random = np.random.Generator
GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))
YELLOW: Colour = (250, 205, 30)
GREEN: Colour = (82, 130, 52)


def _around(random: Random, count: int, wobble: float) -> list[float]:
    """Angles around a circle, not quite even."""
    even = 2 * np.pi * (np.arange(count) + random.uniform()) / count
    return [float(angle) for angle in even + random.normal(0, wobble / count, count)]


def _varied(random: Random, colour: Colour, spread: float = 10) -> Colour:
    red, green, blue = np.array(colour) + random.normal(0, spread, 3)
    return float(red), float(green), float(blue)


def _ring(
    sketch: Sketch, pose: Pose, random: Random, petal: Points, colour: Colour, count: int
) -> None:
    """Petals around the centre, each a little longer or shorter than the next."""
    angles = _around(random, count, 0.8)
    for index in random.permutation(count):
        longer = random.normal(1, 0.06)
        tone = shade(colour, float(random.uniform(0.84, 1.0)))
        sketch.petal(pose.place(turned(petal * longer, angles[index])), tone)


def _seeds(
    sketch: Sketch, pose: Pose, radius: float, count: int, inner: Colour, outer: Colour
) -> None:
    """Dots in the golden spiral that fills a disc evenly."""
    for index in range(count):
        share = np.sqrt((index + 0.5) / count)
        at = radius * share * np.exp(1j * index * GOLDEN_ANGLE)
        size = 0.9 * radius / np.sqrt(count)
        sketch.fill(pose.place(at + disc(float(size), 7)), mix(inner, outer, float(share)))


def daisy(sketch: Sketch, pose: Pose, random: Random) -> None:
    """Many narrow petals, white or pink, around a small yellow disc."""
    pink: Colour = (244, 176, 208)
    colour = _varied(random, mix((250, 250, 246), pink, float(random.choice([0, 0, 0.3, 0.9]))), 4)
    count = int(random.integers(15, 24))
    petal = round_blade(0.2, 1.0, float(random.uniform(0.1, 0.14)))
    _ring(sketch, pose, random, petal, shade(colour, 0.93), count)
    _ring(sketch, pose, random, petal * 0.93, colour, count)
    radius = float(random.uniform(0.22, 0.3))
    sketch.petal(pose.place(disc(radius)), _varied(random, (228, 164, 24)))
    _seeds(sketch, pose, radius * 0.9, 50, (255, 222, 90), (240, 180, 30))


def dandelion(sketch: Sketch, pose: Pose, random: Random) -> None:
    """A dense yellow head without a disc, or the white clock that it becomes."""
    if random.uniform() < 0.3:
        _clock(sketch, pose, random)
        return
    outer, inner = _varied(random, (246, 196, 20)), _varied(random, (240, 168, 10))
    for layer in range(6):
        share = layer / 5
        petal = blade(0.05, 1 - 0.72 * share, 0.055, 0.72)
        count = int(40 - 22 * share)
        _ring(sketch, pose, random, petal, mix(outer, inner, share), count)


def _clock(sketch: Sketch, pose: Pose, random: Random) -> None:
    """Thin rays that end in small stars, around a brown core."""
    pale = _varied(random, (238, 238, 232), 5)
    for index in range(110):
        reach = 0.45 + 0.55 * np.sqrt(random.uniform())
        end = reach * np.exp(1j * index * GOLDEN_ANGLE)
        sketch.line(pose.place(np.array([0, end])), shade(pale, 0.82), pose.radius * 0.012)
        for angle in _around(random, 6, 0.5):
            tip = end + 0.11 * np.exp(1j * angle)
            sketch.line(pose.place(np.array([end, tip])), pale, pose.radius * 0.02)
    sketch.petal(pose.place(disc(0.13)), (128, 100, 62))


def roses(sketch: Sketch, pose: Pose, random: Random) -> None:
    """Broad petals in layers that wind inwards."""
    colours: list[Colour] = [(196, 24, 48), (228, 92, 130), (246, 214, 120), (244, 236, 226)]
    colour = _varied(random, colours[int(random.choice(4, p=[0.45, 0.25, 0.15, 0.15]))])
    for layer in range(7):
        size = 1 - 0.135 * layer
        tone = shade(colour, 0.78 + 0.045 * layer)
        start = layer * 0.7 + random.uniform(0, 0.4)
        count = 5 if layer < 5 else 3
        for k in range(count):
            middle = 0.45 * size * np.exp(1j * (start + 2 * np.pi * k / count))
            petal = pose.place(middle + disc(0.46 * size))
            sketch.petal(petal, shade(tone, float(random.uniform(0.93, 1))), edge=0.7)
    _heart(sketch, pose, colour)


def _heart(sketch: Sketch, pose: Pose, colour: Colour) -> None:
    """The rolled-up petals in a rose's middle."""
    turns = np.linspace(0, 5 * np.pi, 60)
    spiral = (0.03 + 0.016 * turns) * np.exp(1j * turns)
    sketch.fill(pose.place(disc(0.28)), shade(colour, 0.9))
    sketch.line(pose.place(spiral), shade(colour, 0.55), pose.radius * 0.035)


def sunflower(sketch: Sketch, pose: Pose, random: Random) -> None:
    """Pointed petals, yellow to orange, around a large dark disc of seeds."""
    colour = _varied(random, mix(YELLOW, (238, 130, 20), float(random.uniform(0, 0.7))))
    count = int(random.integers(17, 27))
    petal = blade(0.35, 1.0, float(random.uniform(0.095, 0.13)), 0.45)
    _ring(sketch, pose, random, petal, shade(colour, 0.8), count)
    _ring(sketch, pose, random, petal * 0.92, colour, count)
    radius = float(random.uniform(0.4, 0.54))
    brown = _varied(random, (78, 48, 24), 6)
    sketch.petal(pose.place(disc(radius)), brown, core=1.0)
    _seeds(sketch, pose, radius * 0.94, 130, mix(brown, GREEN, 0.35), shade(brown, 1.3))


def tulip(sketch: Sketch, pose: Pose, random: Random) -> None:
    """A cup of upright petals, seen from the side."""
    colours: list[Colour] = [
        (208, 34, 46), (240, 120, 160), (248, 200, 40), (126, 50, 140), (244, 240, 232),
        (240, 120, 40),
    ]  # fmt: skip
    colour = _varied(random, colours[int(random.integers(6))])
    upright = Pose(pose.centre, pose.radius * 1.05, pose.turn * 0.12 + random.normal(0, 0.15))
    opening = float(random.uniform(0.1, 0.36))
    for side in (-1, 1, 0):
        back = _cup(side * opening * 0.9, 0.34, -0.86)
        sketch.petal(upright.place(back), shade(colour, 0.72), edge=0.85)
    for side in random.permutation([-1, 1]):
        sketch.petal(
            upright.place(_cup(float(side) * opening * 1.3, 0.4, -0.8)), shade(colour, 0.9)
        )
    sketch.petal(upright.place(_cup(0.0, 0.42, -0.74)), colour, core=1.16)
    vein = bend(0.72j, 0.1j, -0.5j)
    sketch.line(upright.place(vein), shade(colour, 0.8), pose.radius * 0.02)


def _cup(lean: float, width: float, top: float) -> Points:
    """One petal of a cup from (0, 0.8) up to ``top``, its point leaning to one side."""
    side = bend(0.8j, complex(-2.3 * width + lean, 0.3), complex(lean, top))
    other = bend(complex(lean, top), complex(2.3 * width + lean, 0.3), 0.8j)
    return np.concatenate([side, other])


FLOWERS: dict[str, Callable[[Sketch, Pose, Random], None]] = {
    "daisy": daisy,
    "dandelion": dandelion,
    "roses": roses,
    "sunflower": sunflower,
    "tulip": tulip,
}
