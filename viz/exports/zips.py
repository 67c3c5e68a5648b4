"""Zip files without the time of day, so that the same content is the same bytes."""

import io
import zipfile

EPOCH = (1980, 1, 1, 0, 0, 0)


def timeless(data: bytes) -> bytes:
    """The same archive, every member dated to the epoch of the format."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in source.namelist():
            copy.writestr(zipfile.ZipInfo(name, EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return target.getvalue()
