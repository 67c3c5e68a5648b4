"""The tree of modules that the operations' paths describe, and what each module reads."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Union

from viz.net.operations import Operation

PAD = "_pad"  # behind a convolution's name: the module that pads before it
SEQUENTIAL, RESIDUAL, BRANCHES = "Sequential", "Residual", "Branches"
FORMS = {"scale": "SqueezeExcitation", "scores": "MultiQueryAttention"}
# Attention's last product is a map again; its height and width are those of the container's input.
SIZED = frozenset({"mix"})


class WiringError(Exception):
    """Paths and inputs do not make a tree of modules; the message is one sentence."""


class Pad(NamedTuple):
    """Padding that differs between the near and the far sides, before a convolution."""

    op: Operation

    @property
    def sides(self) -> tuple[int, int, int, int]:
        """Left, right, above, below, as torch has them."""
        return self.op.across + self.op.padding


class Container(NamedTuple):
    """A module that holds others, by their names in execution order.

    ``reads`` says what each child is given: places among the container's inputs and then its
    children's outputs. Where that is the child before it throughout, ``form`` is "Sequential".
    ``inputs`` are paths of operations outside, ``output`` is that of its last one.
    """

    form: str
    children: dict[str, "Child"]
    reads: tuple[tuple[int, ...], ...]
    inputs: tuple[str, ...]
    output: str


Child = Union[Operation, Pad, Container]  # noqa: UP007 - a forward reference
Names = dict[str, Union[Operation, "Names"]]


def modules_of(operations: Iterable[Operation]) -> Container:
    """The whole network as a container. Raises ``WiringError``."""
    return _container(_names_of(operations), "")


def _names_of(operations: Iterable[Operation]) -> Names:
    """Operations nested by the parts of their paths, in execution order."""
    tree: Names = {}
    for op in operations:
        *containers, leaf = op.path.split(".")
        branch = tree
        for name in containers:
            inner = branch.setdefault(name, {})
            assert isinstance(inner, dict)  # no path goes through an operation
            branch = inner
        branch[leaf] = op
    return tree


def _container(names: Names, path: str) -> Container:
    children: dict[str, Child] = {}
    for name, node in names.items():
        if isinstance(node, Operation):
            if is_uneven(node):
                children[name + PAD] = Pad(node)
            children[name] = node
        else:
            children[name] = _container(node, f"{path}.{name}" if path else name)
    inside = {_output(child) for child in children.values()}
    read = [source for child in children.values() for source in _inputs(child)]
    inputs = tuple(dict.fromkeys(source for source in read if source not in inside))
    _check(children, inputs, path)
    reads = _reads(children, inputs)
    output = _output(list(children.values())[-1])
    return Container(_form(children, inputs, reads), children, reads, inputs, output)


def _check(children: Mapping[str, Child], inputs: Sequence[str], path: str) -> None:
    """Whether all that is read from outside is there before the container runs."""
    hidden = [source for source in inputs if f"{source}.".startswith(f"{path}.")]
    if path and hidden:
        raise WiringError(f"{hidden[0]} is not the last of its module, but read outside of it.")


def _inputs(child: Child) -> tuple[str, ...]:
    if isinstance(child, Pad):
        return child.op.inputs
    if isinstance(child, Operation) and is_uneven(child):
        return (child.path + PAD,)
    return child.inputs


def _output(child: Child) -> str:
    if isinstance(child, Container):
        return child.output
    return child.op.path + PAD if isinstance(child, Pad) else child.path


def _reads(children: Mapping[str, Child], inputs: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    known = [*inputs, *map(_output, children.values())]
    place = {path: index for index, path in enumerate(known)}
    return tuple(
        (*(place[path] for path in _inputs(child)), *(0,) * _is_sized(child))
        for child in children.values()
    )


def _is_sized(child: Child) -> bool:
    return isinstance(child, Operation) and child.kind in SIZED


def _form(
    children: Mapping[str, Child], inputs: Sequence[str], reads: tuple[tuple[int, ...], ...]
) -> str:
    """The class of the container, by what joins its children."""
    if len(inputs) == 1 and reads == tuple((place,) for place in range(len(reads))):
        return SEQUENTIAL
    for child, read in zip(children.values(), reads, strict=True):
        if isinstance(child, Operation) and child.kind in FORMS:
            return FORMS[child.kind]
        if isinstance(child, Operation) and child.kind == "add" and len(read) == 2 and 0 in read:
            return RESIDUAL
    return BRANCHES


def is_uneven(op: Operation) -> bool:
    """Whether an operation's padding differs between the near and the far sides."""
    return op.padding[0] != op.padding[1] or op.across[0] != op.across[1]


def even_padding(op: Operation) -> int | tuple[int, int]:
    """The padding of the convolution itself: 0 where a module before it pads."""
    if is_uneven(op):
        return 0
    return op.padding[0] if op.padding == op.across else (op.padding[0], op.across[0])
