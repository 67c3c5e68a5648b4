"""``python -m viz.reading.graphs.child FILE BYTES SECONDS HEIGHT WIDTH CHANNELS``: a file's graph.

The reading process of ONNX files (``viz.reading.child``) where not only weights are asked for.
"""

import sys
from pathlib import Path
from typing import Any

from viz.reading.child import Reader, serve


def _reader(_path: Path) -> Reader:
    from viz.reading.formats.onnx_graph import read_graph
    from viz.reading.graphs.nodes import as_lines

    height, width, channels = map(int, sys.argv[4:])

    def read(path: Path) -> dict[str, Any]:
        return as_lines(read_graph(path, (height, width), channels))

    return read


if __name__ == "__main__":
    serve(_reader)
