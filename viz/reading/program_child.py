"""``python -m viz.reading.program_child FILE BYTES SECONDS``: the operators of a TFLite file.

The reading process of TFLite files (``viz.reading.child``) where not only weights are asked for.
"""

from pathlib import Path

from viz.reading.child import Reader, serve


def _reader(_path: Path) -> Reader:
    from viz.reading.formats.tflite_program import read_program

    return lambda path: read_program(path)._asdict()


if __name__ == "__main__":
    serve(_reader)
