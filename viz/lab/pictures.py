"""Picture files as upright RGB images, or an error of one sentence.

Every picture comes in here, for an answer as for training: what a camera, a scanner or a drawing
program makes is brought to what a network reads, and what would take the machine's memory is
refused before it is decoded.
"""

import warnings
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from viz.lab.errors import RunError
from viz.net.bounds import OPENED_PIXELS as MOST_PIXELS

LONGEST_TO_SHORTEST = 50  # the short side becomes 256 pixels: the long one must stay affordable
SIXTEEN_BITS = ("I", "I;16", "I;16L", "I;16B", "I;16N")
WHITE = (255, 255, 255, 255)


def open_picture(file: Path | BinaryIO, name: str = "") -> Image.Image:
    """The first frame as RGB, turned as its EXIF says, transparency over white.

    16 bits per channel become 8; so do 12 that lie in a 16-bit file. ``name`` stands in messages,
    by default the path. Raises ``RunError`` for what is no picture, is cut off, too large, too long
    or has floating point.
    """
    name = name or str(file)
    try:
        with _quietly_opened(file) as image:
            _check_size(name, image.size)
            is_deep = isinstance(image, ImageFile.ImageFile) and ";16" in str(image.tile)
            image.load()
            _check_depth(name, image, is_deep=is_deep)
            return _as_rgb(name, ImageOps.exif_transpose(image))
    except RunError:
        raise
    except Image.DecompressionBombError:
        raise RunError(_too_large(name)) from None
    except IsADirectoryError:
        raise RunError(f"{name} is a folder: name a picture in it.") from None
    except (FileNotFoundError, PermissionError) as error:
        raise RunError(f"{name}: {error.strerror}.") from None
    except UnidentifiedImageError:
        raise RunError(f"{name} is no picture that can be read, such as JPEG or PNG.") from None
    except Exception:  # decoders raise whatever they like at damaged content
        raise RunError(f"{name} is damaged or cut off.") from None


def _quietly_opened(file: Path | BinaryIO) -> Image.Image:
    """Opened without Pillow's warning of a size that is refused anyway."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        return Image.open(file)


def _too_large(name: str) -> str:
    return f"{name} is too large: at most {MOST_PIXELS:,} pixels are read."


def _check_size(name: str, size: tuple[int, int]) -> None:
    short, long = sorted(size)
    if short * long > MOST_PIXELS:
        raise RunError(_too_large(name))
    if long > LONGEST_TO_SHORTEST * short:
        raise RunError(
            f"{name} is {size[0]:,} × {size[1]:,} pixels: its long side may be at most "
            f"{LONGEST_TO_SHORTEST} times its short one."
        )


def _as_rgb(name: str, image: Image.Image) -> Image.Image:
    if image.mode in SIXTEEN_BITS:
        return _eight_bits(name, image).convert("RGB")
    if image.mode == "F":
        raise RunError(f"{name} holds floating point numbers: save it with 8 bits per channel.")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, WHITE), layer).convert("RGB")
    return image.convert("RGB")


def _check_depth(name: str, image: Image.Image, *, is_deep: bool) -> None:
    """Raise ``RunError`` for 12 bits in 16-bit colours: Pillow keeps the upper 8, so only 4."""
    if is_deep and image.mode in ("RGB", "RGBA"):
        brightest = int(np.asarray(image)[..., :3].max())
        if 0 < brightest < 2**4:
            raise RunError(
                f"{name} holds 12 bits per channel in a 16-bit file: save it with 8 bits."
            )


def _eight_bits(name: str, image: Image.Image) -> Image.Image:
    """Brought from 16 bits, or the 12 or 8 that suffice for all values, to 8.

    Pillow's own conversion would cut everything above 255 off. No camera's picture uses less than
    a sixteenth of its range: the file has more bits than the picture.
    """
    values = np.asarray(image).astype(np.int64)
    if values.min() < 0 or values.max() > 65_535:
        raise RunError(f"{name} holds 32-bit numbers: save it with 8 bits per channel.")
    bits = next(bits for bits in (8, 12, 16) if values.max() < 2**bits)
    return Image.fromarray(np.round(values / (2**bits - 1) * 255).astype(np.uint8))
