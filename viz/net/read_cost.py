"""The cost of an operation that no row of a paper's table records: see ``viz.reading.graphs``."""

from typing import NamedTuple


class ReadCost(NamedTuple):
    """Title and cost of an operation of a network that was read from a file or a module.

    ``title`` is what it is called there. ``weights`` (without biases), ``params`` and ``macs``
    stand in place of those of its kind; ``macs`` is None where they are not known: the operation is
    then listed as not counted.
    """

    title: str
    weights: int
    params: int
    macs: int | None
