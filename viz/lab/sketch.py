"""Shapes that flowers are drawn from: petals, leaves, stems and discs on a sketch of one picture.

Points are complex numbers (x + iy, y downwards), so that turning and stretching are products. A
pose places a flower's own plane, in which its radius is 1, on the picture.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Points = npt.NDArray[np.complex128]
Colour = tuple[float, float, float]  # red, green, blue from 0 to 255

STEPS = np.linspace(0, 1, 17)


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a flower's plane lies: ``centre`` and ``radius`` in pixels, ``turn`` in radians.

    ``tilt`` is how much of its height is left when it is seen from the side (1: from above).
    """

    centre: complex
    radius: float
    turn: float = 0.0
    tilt: float = 1.0

    def place(self, points: Points) -> Points:
        """Points of the plane as points of the picture."""
        flat = points.real + 1j * points.imag * self.tilt
        return np.asarray(self.centre + flat * np.exp(1j * self.turn) * self.radius)


class Sketch:
    """A picture that is being drawn; later shapes lie above earlier ones."""

    def __init__(self, image: Image.Image) -> None:
        self.image = image
        self._draw = ImageDraw.Draw(image)

    def fill(self, points: Points, colour: Colour) -> None:
        """A closed shape."""
        self._draw.polygon([(p.real, p.imag) for p in points], fill=pixel(colour))

    def line(self, points: Points, colour: Colour, width: float) -> None:
        """An open line, ``width`` pixels wide."""
        places = [(p.real, p.imag) for p in points]
        self._draw.line(places, fill=pixel(colour), width=max(1, round(width)), joint="curve")

    def petal(
        self, points: Points, colour: Colour, *, edge: float = 0.8, core: float = 1.1
    ) -> None:
        """A shape with a darker rim and a lighter middle, as if it were curved."""
        middle = points.mean()
        self.fill(points, shade(colour, edge))
        self.fill(middle + (points - middle) * 0.88, colour)
        self.fill(middle + (points - middle) * 0.5, shade(colour, core))


def pixel(colour: Colour) -> tuple[int, int, int]:
    """The colour as Pillow takes it."""
    red, green, blue = (min(255, max(0, round(part))) for part in colour)
    return red, green, blue


def shade(colour: Colour, factor: float) -> Colour:
    """Darker below 1; above it, lighter towards white."""
    if factor <= 1:
        return colour[0] * factor, colour[1] * factor, colour[2] * factor
    return mix(colour, (255, 255, 255), min(1.0, factor - 1))


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """``share`` of the other colour, the rest of the first."""
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue


def blade(inner: float, outer: float, width: float, point: float = 0.5) -> Points:
    """A petal or leaf from ``inner`` to ``outer`` along x; ``point`` is where it is widest."""
    power = np.log(0.5) / np.log(point)
    half = width * np.sin(np.pi * STEPS**power)
    x = inner + (outer - inner) * STEPS
    return np.concatenate([x + 1j * half, (x - 1j * half)[::-1]])


def round_blade(inner: float, outer: float, width: float) -> Points:
    """A petal with a blunt end."""
    half = width * np.sqrt(np.sin(np.pi * np.clip(STEPS, 0.0, 1.0) ** 1.6))
    x = inner + (outer - inner) * STEPS
    return np.concatenate([x + 1j * half, (x - 1j * half)[::-1]])


def disc(radius: float = 1.0, sides: int = 28) -> Points:
    """A circle around the origin."""
    return np.asarray(radius * np.exp(2j * np.pi * np.arange(sides) / sides))


def bend(start: complex, middle: complex, end: complex) -> Points:
    """A quadratic Bézier curve."""
    t = STEPS
    return np.asarray((1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end)


def turned(points: Points, angle: float) -> Points:
    """Turned around the origin, in radians."""
    return np.asarray(points * np.exp(1j * angle))
