"""A drawn flower in its place: background, stem and leaves, pose, light.

``picture`` gives the same picture for the same class and seed. It is drawn at twice its size and
made smaller, which smooths its edges.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from viz.lab.flowers import FLOWERS, GREEN, Random
from viz.lab.sketch import Colour, Pose, Sketch, bend, blade, mix, pixel, shade, turned

OVERSAMPLING = 2
Pixels = npt.NDArray[np.float64]


def picture(kind: str, seed: tuple[int, ...], side: int) -> Image.Image:
    """A flower (a key of ``FLOWERS``), ``side`` pixels high and wide, RGB."""
    random = np.random.default_rng([*seed, list(FLOWERS).index(kind)])
    size = side * OVERSAMPLING
    image = BACKGROUNDS[int(random.integers(len(BACKGROUNDS)))](random, size)
    sketch = Sketch(image)
    heads = int(random.choice([1, 2, 3], p=[0.72, 0.2, 0.08]))
    for index in range(heads):
        _plant(sketch, kind, _pose(random, size, heads, index), random, size)
    small = _lit(image, random).resize((side, side), Image.Resampling.BOX)
    return _seen(small, random)


def _pose(random: Random, size: int, heads: int, index: int) -> Pose:
    radius = size * random.uniform(0.24, 0.42) / (1.0, 1.45, 1.7)[heads - 1]
    across = (index + 0.5) / heads + random.normal(0, 0.05)
    down = random.uniform(0.32, 0.58)
    tilt = random.uniform(0.55, 1.0)
    turn = random.normal(0, 0.45)
    return Pose(complex(size * across, size * down), radius, float(turn), float(tilt))


def _plant(sketch: Sketch, kind: str, pose: Pose, random: Random, size: int) -> None:
    """Stem and leaves, then the head."""
    green = mix(GREEN, (130, 150, 70), float(random.uniform(0, 0.6)))
    foot = complex(pose.centre.real + random.normal(0, 0.12) * size, size * 1.05)
    middle = complex(pose.centre.real, (pose.centre.imag + foot.imag) / 2)
    stem = bend(pose.centre, middle, foot)
    for side in random.permutation([-1, 1])[: int(random.integers(0, 3))]:
        _leaf(sketch, stem[int(random.integers(10, 15))], float(side), green, random, size)
    sketch.line(stem, shade(green, 0.85), size * 0.022)
    FLOWERS[kind](sketch, pose, random)


def _leaf(
    sketch: Sketch, at: complex, side: float, green: Colour, random: Random, size: int
) -> None:
    long, thick = size * random.uniform(0.22, 0.4), size * random.uniform(0.025, 0.06)
    shape = blade(0, float(long), float(thick), 0.45)
    angle = -np.pi / 2 + side * random.uniform(0.4, 1.2)
    sketch.petal(at + turned(shape, float(angle)), shade(green, float(random.uniform(0.8, 1.05))))


# Backgrounds: what is behind the flower, out of focus


def _gradient(above: Colour, below: Colour, size: int) -> Image.Image:
    share = np.linspace(0, 1, size)[:, None, None]
    rows = np.array(above) * (1 - share) + np.array(below) * share
    return Image.fromarray(np.broadcast_to(rows, (size, size, 3)).clip(0, 255).astype(np.uint8))


def _blurred(image: Image.Image, size: int, share: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(size * share))


def _meadow(random: Random, size: int) -> Image.Image:
    """Grass, with patches of light and of other flowers."""
    dark = mix((40, 84, 36), (98, 112, 40), float(random.uniform(0, 1)))
    image = _gradient(shade(dark, 1.25), shade(dark, 0.7), size)
    sketch = Sketch(image)
    for _ in range(90):
        x, y = random.uniform(0, size), random.uniform(0.2, 1.1) * size
        tip = complex(x + random.normal(0, 0.08) * size, y - random.uniform(0.1, 0.35) * size)
        tone = shade(dark, float(random.uniform(0.6, 1.4)))
        sketch.line(bend(complex(x, y), complex(x, y - 0.1 * size), tip), tone, size * 0.012)
    _patches(image, random, size, 6)
    return _blurred(image, size, float(random.uniform(0.006, 0.03)))


def _patches(image: Image.Image, random: Random, size: int, count: int) -> None:
    draw = ImageDraw.Draw(image)
    for _ in range(count):
        x, y = random.uniform(0, size, 2)
        radius = random.uniform(0.015, 0.06) * size
        colour = tuple(float(part) for part in random.uniform(90, 255, 3))
        box = (x - radius, y - radius, x + radius, y + radius)
        draw.ellipse(box, fill=pixel(colour))  # type: ignore[arg-type]  # three parts


def _sky(random: Random, size: int) -> Image.Image:
    """Blue, grey or evening sky above a strip of land."""
    skies: list[tuple[Colour, Colour]] = [
        ((84, 150, 222), (202, 226, 244)),
        ((168, 178, 190), (220, 222, 224)),
        ((120, 108, 168), (246, 188, 140)),
    ]
    image = _gradient(*skies[int(random.integers(3))], size)
    draw = ImageDraw.Draw(image)
    for _ in range(int(random.integers(0, 5))):
        x, y = random.uniform(0, size), random.uniform(0, 0.5) * size
        wide, high = random.uniform(0.1, 0.3) * size, random.uniform(0.03, 0.08) * size
        draw.ellipse((x - wide, y - high, x + wide, y + high), fill=(240, 242, 246))
    land = size * random.uniform(0.72, 0.95)
    draw.rectangle((0, land, size, size), fill=pixel(shade(GREEN, float(random.uniform(0.6, 1)))))
    return _blurred(image, size, 0.03)


def _bokeh(random: Random, size: int) -> Image.Image:
    """Discs of light in the dark, as a lens makes them."""
    base = tuple(float(part) for part in random.uniform(20, 110, 3))
    image = _gradient(base, shade(base, 0.6), size)  # type: ignore[arg-type]  # three parts
    _patches(image, random, size, int(random.integers(6, 16)))
    return _blurred(image, size, float(random.uniform(0.02, 0.06)))


def _wall(random: Random, size: int) -> Image.Image:
    """Plaster, wood or cloth: one colour with a grain."""
    colour = tuple(float(part) for part in random.uniform(60, 235, 3))
    plain = mix(colour, (190, 184, 174), 0.6)  # type: ignore[arg-type]  # three parts
    image = _gradient(shade(plain, 1.1), shade(plain, 0.8), size)
    grain = random.normal(0, 14, (size // 8, 1 if random.uniform() < 0.5 else size // 8))
    noise = Image.fromarray((128 + grain).clip(0, 255).astype(np.uint8)).resize(image.size)
    return Image.blend(image, noise.convert("RGB"), 0.3)


def _soil(random: Random, size: int) -> Image.Image:
    """Earth with stones."""
    brown = mix((88, 62, 44), (140, 116, 92), float(random.uniform(0, 1)))
    image = _gradient(shade(brown, 1.15), shade(brown, 0.75), size)
    sketch = Sketch(image)
    for _ in range(120):
        at = complex(*random.uniform(0, size, 2))
        stone = blade(0, float(random.uniform(0.01, 0.06) * size), size * 0.012)
        sketch.fill(at + stone, shade(brown, float(random.uniform(0.6, 1.3))))
    return _blurred(image, size, float(random.uniform(0.004, 0.02)))


BACKGROUNDS: tuple[Callable[[Random, int], Image.Image], ...] = (
    _meadow,
    _sky,
    _bokeh,
    _wall,
    _soil,
)


# Light and camera


def _lit(image: Image.Image, random: Random) -> Image.Image:
    """Light from one side, brighter or darker, warmer or colder."""
    size = image.width
    ramp = np.linspace(-1, 1, size)
    angle = random.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * ramp[None, :] + np.sin(angle) * ramp[:, None]
    light = random.uniform(0.7, 1.15) * (1 + random.uniform(0, 0.3) * slope)
    warmth = random.normal(0, 0.07)
    tint = np.array([1 + warmth, 1.0, 1 - warmth])
    return _as_image(np.asarray(image, dtype=np.float64) * light[:, :, None] * tint)


def _seen(image: Image.Image, random: Random) -> Image.Image:
    """A little out of focus, with the camera's noise."""
    image = image.filter(ImageFilter.GaussianBlur(float(random.uniform(0, 0.9))))
    noise = random.normal(0, random.uniform(1, 6), (image.height, image.width, 3))
    return _as_image(np.asarray(image, dtype=np.float64) + noise)


def _as_image(values: Pixels) -> Image.Image:
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))
