"""A network that comes as operations, not as rows: read from a file or a module.

It has one input and one width, so nothing of it can be chosen. Pictures, tables, costs and
comparisons are made of its operations, as they are for any other network.
"""

from dataclasses import dataclass, field

from viz.net.operations import Block, Operation, Shape

KEY = "file"


@dataclass(frozen=True, slots=True)
class Unrolled:
    """Operations and blocks of a network that was read, for one input of ``in_shape``.

    ``source`` is what it was read from, ``notes`` are sentences about what was not read; ``digest``
    stands for all of it where two are compared.
    """

    in_shape: Shape
    operations: tuple[Operation, ...] = field(compare=False)
    blocks: tuple[Block, ...] = field(compare=False)
    digest: str
    source: str = ""
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def features(self) -> int:
        """Length of what it gives, where that is a vector; 0 where it is anything else."""
        shape = self.operations[-1].out_shape
        return shape[0] if len(shape) == 1 else 0
