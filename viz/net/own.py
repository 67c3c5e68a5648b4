"""What an operation has that no row of a paper's table records: see ``viz.reading.graphs``."""

from typing import NamedTuple


class Own(NamedTuple):
    """An operation of a network that was read from a file or a module, in its own words.

    ``title`` is what it is called there. ``weights`` (without biases), ``params`` and ``macs`` are
    its costs, in place of those of its kind; ``macs`` is None where nobody can say: it is then
    listed as not counted. ``taken`` are the values of all its inputs together, ``reads`` the paths
    of all operations that it reads, empty for the network's own input.
    """

    title: str
    weights: int
    params: int
    macs: int | None
    taken: int
    reads: tuple[str, ...]
