"""How a row dilates, where an output stride leaves its stride to dilation."""

from typing import NamedTuple


class Dilation(NamedTuple):
    """What takes the place of strides; a row that has it as a field can dilate.

    ``first`` is the dilation of the row's first block, ``later`` that of the blocks behind it.
    ``keeps_size`` leaves the row's own stride to dilation; ``counts_as_one`` says that the block
    then adds its input where the channels agree, as one of stride 1 does.
    """

    first: int = 1
    later: int = 1
    keeps_size: bool = False
    counts_as_one: bool = False

    def stride(self, own: int) -> int:
        """The stride as built, of one that the paper gives as ``own``."""
        return 1 if self.keeps_size else own

    def may_add(self, stride: int) -> bool:
        """Whether a block of this stride in the paper may add its input."""
        return stride == 1 or (self.keeps_size and self.counts_as_one)


UNDILATED = Dilation()
