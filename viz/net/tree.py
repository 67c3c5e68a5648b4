"""The tree of modules that the operations' paths describe."""

from collections.abc import Iterable
from typing import Union

from viz.net.operations import JOINS, PRODUCTS, Operation

PAD = "_pad"  # behind a convolution's name: the module that pads before it

Tree = dict[str, Union[Operation, "Tree"]]


def tree_of(operations: Iterable[Operation]) -> Tree:
    """Nested by the parts of their paths, in execution order."""
    tree: Tree = {}
    for op in operations:
        *containers, leaf = op.path.split(".")
        branch = tree
        for name in containers:
            inner = branch.setdefault(name, {})
            assert isinstance(inner, dict)  # no path goes through an operation
            branch = inner
        branch[leaf] = op
    return tree


def join_of(tree: Tree) -> str:
    """The kind of join among the direct children of a container: add, scale, scores, or none."""
    kinds = (child.kind for child in tree.values() if isinstance(child, Operation))
    return next((kind for kind in kinds if kind in JOINS | PRODUCTS), "")


def is_uneven(op: Operation) -> bool:
    """Whether an operation's padding differs between the near and the far sides."""
    return op.padding[0] != op.padding[1] or op.across[0] != op.across[1]


def even_padding(op: Operation) -> int | tuple[int, int]:
    """The padding of the convolution itself: 0 where a module before it pads."""
    if is_uneven(op):
        return 0
    return op.padding[0] if op.padding == op.across else (op.padding[0], op.across[0])
