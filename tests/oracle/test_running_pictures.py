"""Every kind of picture file, against Pillow's and torchvision's own readers."""

import io
import struct
import zlib

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.datasets.folder import pil_loader
from torchvision.models import MobileNet_V2_Weights

from viz.lab.errors import RunError
from viz.lab.pictures import open_picture
from viz.lab.pytorch.pictures import for_answers
from viz.lab.scenery import picture

FLOWER = picture("daisy", (0,), 96)


def saved(tmp_path, image, name, **how):
    path = tmp_path / name
    image.save(path, **how)
    return path


def same(one, other):
    return one.mode == other.mode == "RGB" and np.array_equal(np.asarray(one), np.asarray(other))


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("RGB", "a.jpg"),
        ("L", "a.jpg"),
        ("CMYK", "a.jpg"),
        ("CMYK", "a.tif"),
        ("P", "a.gif"),
        ("1", "a.png"),
        ("YCbCr", "a.jpg"),
        ("RGB", "a.webp"),
    ],
)
def test_usual_files_are_what_torchvision_reads(tmp_path, mode, name):
    path = saved(tmp_path, FLOWER.convert(mode), name)
    assert same(open_picture(path), pil_loader(str(path)))


@pytest.mark.parametrize("turn", [3, 6, 8])
def test_a_turned_picture_stands_upright(tmp_path, turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    upright = FLOWER.crop((0, 0, 96, 64))
    lying = upright.rotate({3: 180, 6: 90, 8: 270}[turn], expand=True)
    path = saved(tmp_path, lying, "a.png", exif=exif)
    assert same(open_picture(path), upright)


def test_what_is_transparent_is_white(tmp_path):
    layer = FLOWER.convert("RGBA")
    alpha = np.linspace(0, 255, 96 * 96).reshape(96, 96).astype(np.uint8)
    layer.putalpha(Image.fromarray(alpha))
    found = np.asarray(open_picture(saved(tmp_path, layer, "a.png")), dtype=float)
    share = alpha[..., None] / 255
    assert np.abs(found - (np.asarray(FLOWER) * share + 255 * (1 - share))).max() <= 1


def test_a_transparent_colour_of_a_palette_is_white(tmp_path):
    image = Image.new("P", (4, 4), 0)
    image.putpalette([200, 0, 0])
    path = saved(tmp_path, image, "a.png", transparency=0)
    assert open_picture(path).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_sixteen_bits_become_eight(tmp_path, name):
    grey = np.asarray(FLOWER.convert("L"))
    path = saved(tmp_path, Image.fromarray(grey.astype(np.uint16) * 257), name)
    assert same(open_picture(path), Image.fromarray(grey).convert("RGB"))


@pytest.mark.parametrize("bits", [8, 12])
@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_fewer_bits_in_a_sixteen_bit_file_are_as_bright_as_in_eight(tmp_path, name, bits):
    grey = np.asarray(FLOWER.convert("L"))
    values = np.round(grey / 255 * (2**bits - 1)).astype(np.uint16)
    found = np.asarray(open_picture(saved(tmp_path, Image.fromarray(values), name)))
    assert np.abs(found.astype(int) - grey[..., None]).max() <= 1


def sixteen_bit_png(values):
    """A PNG of three 16-bit channels, which Pillow itself does not write."""

    def chunk(kind, content):
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    height, width, _ = values.shape
    lines = b"".join(b"\0" + line.astype(">u2").tobytes() for line in values)
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def test_colours_of_twelve_bits_are_refused_and_not_answered_black(tmp_path):
    """Pillow keeps the upper eight of their sixteen bits: four are left."""
    flower = np.asarray(FLOWER).astype(np.uint16)
    path = tmp_path / "a.png"
    path.write_bytes(sixteen_bit_png(flower * 257))
    assert same(open_picture(path), FLOWER)
    path.write_bytes(sixteen_bit_png(flower * 16))
    with pytest.raises(RunError, match="12 bits per channel in a 16-bit file: save it with 8"):
        open_picture(path)
    path.write_bytes(sixteen_bit_png(flower * 0))
    assert open_picture(path).getextrema() == ((0, 0),) * 3


def test_of_an_animation_the_first_frame_is_read(tmp_path):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    path = saved(tmp_path, frames[0], "a.gif", save_all=True, append_images=frames[1:])
    assert open_picture(path).getpixel((0, 0)) == (255, 0, 0)


def test_a_picture_may_come_from_memory():
    target = io.BytesIO()
    FLOWER.save(target, "PNG")
    target.seek(0)
    assert same(open_picture(target, "upload"), FLOWER)


def png_of_size(width, height):
    """A PNG file that promises a size and holds next to nothing."""

    def chunk(kind, content):
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def jpeg():
    target = io.BytesIO()
    FLOWER.save(target, "JPEG")
    return target.getvalue()


def tiff(values):
    target = io.BytesIO()
    Image.fromarray(values).save(target, "TIFF")
    return target.getvalue()


BAD = {
    "large": (png_of_size(60_000, 60_000), "too large"),
    "larger": (png_of_size(9_500, 9_500), "too large"),
    "long": (png_of_size(10, 1_000), "long side may be at most 50 times"),
    "hollow": (png_of_size(100, 100), "damaged or cut off"),
    "truncated": (jpeg()[: len(jpeg()) // 2], "damaged or cut off"),
    "text": (b"hello", "no picture that can be read"),
    "empty": (b"", "no picture that can be read"),
    "floating": (tiff(np.ones((4, 4), np.float32)), "floating point"),
    "wide": (tiff(np.full((4, 4), 70_000, np.int32)), "32-bit"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_bad_pictures_are_refused_in_one_sentence(tmp_path, name):
    content, message = BAD[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RunError) as refused:
        open_picture(path)
    assert message in str(refused.value)
    assert str(path) in str(refused.value)


def test_what_is_no_file_is_named(tmp_path):
    for path in (tmp_path, tmp_path / "none.jpg"):
        with pytest.raises(RunError, match=str(path)):
            open_picture(path)


@pytest.mark.parametrize("size", [(96, 96), (300, 200), (200, 300), (1000, 700)])
def test_a_picture_is_prepared_as_torchvisions_weights_want_it(size):
    image = FLOWER.resize(size)
    theirs = MobileNet_V2_Weights.IMAGENET1K_V1.transforms()(image)
    torch.testing.assert_close(for_answers((224, 224))(image), theirs, atol=1e-6, rtol=0)
