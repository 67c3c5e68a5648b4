"""Files that mean harm, made byte by byte."""

import pickle
import struct
import zipfile
import zlib
from pathlib import Path

CHUNK = 16 * 2**20
# What a checkpoint and a Keras file have beside their largest entry.
BESIDE = {"archive/version": b"3\n", "archive/byteorder": b"little", "config.json": b"{}"}


def zip_bomb(path: Path, name: str, start: bytes, filling: bytes, chunks: int) -> Path:
    """A zip with one entry that grows to ``chunks`` times 16 MiB; if large, without checksum."""
    part = filling * (CHUNK // len(filling))
    checksum = zlib.crc32(start)
    for _ in range(chunks if chunks < 32 else 0):
        checksum = zlib.crc32(part, checksum)
    packed = _deflated(start) + _deflated(part) * chunks + zlib.compressobj(9, 8, -15).flush()
    entries = [
        (name, 8, checksum, packed, len(start) + chunks * CHUNK),
        *(
            (beside, 0, zlib.crc32(content), content, len(content))
            for beside, content in BESIDE.items()
            if beside.partition("/")[1] == name.partition("/")[1]
        ),
    ]
    path.write_bytes(_zip_of(entries))
    return path


def _deflated(content: bytes) -> bytes:
    """A piece of a deflate stream that can be repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)


def _zip_of(entries: list[tuple[str, int, int, bytes, int]]) -> bytes:
    """A zip of (name, method, checksum, packed content, size that is claimed)."""
    content, index = b"", b""
    for name, method, checksum, packed, size in entries:
        title, about = name.encode(), (checksum, len(packed), size)
        index += struct.pack("<4s6H3L", b"PK\1\2", 20, 20, 0, method, 0, 0, *about)
        index += struct.pack("<5H2L", len(title), 0, 0, 0, 0, 0, len(content)) + title
        content += struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, method, 0, 0, *about, len(title), 0)
        content += title + packed
    count, start = len(entries), len(content)
    return (
        content
        + index
        + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(index), start, 0)
    )


def torch_zip(path: Path, data: bytes) -> Path:
    """A checkpoint whose pickle is ``data``."""
    with zipfile.ZipFile(path, "w") as target:
        target.writestr("archive/data.pkl", data)
        target.writestr("archive/version", "3\n")
        target.writestr("archive/byteorder", "little")
    return path


class Touches:
    """An object whose unpickling creates a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.path,)


def pickle_with_code(path: Path, mark: Path) -> Path:
    return torch_zip(path, pickle.dumps({"w": Touches(mark)}, protocol=2))


def safetensors_of(path: Path, header: str, data: bytes = b"") -> Path:
    content = header.encode()
    path.write_bytes(len(content).to_bytes(8, "little") + content + data)
    return path
