"""A torch module -> the nodes of its graph, by ``torch.export``: any module that it can run.

The module is run once on an image of zeros, in evaluation mode, without computing: what it does
with tensors is recorded as ATen's operators. It is the caller's own code that runs.
"""

from collections.abc import Iterator
from contextlib import redirect_stderr
from io import StringIO
from typing import Any, NamedTuple

import torch
from torch import nn

from viz.pytorch.aten import TABLE, Call, counted, plain_name, unknown
from viz.reading.graphs.nodes import IMAGE, Graph, Node, checked, needed, node_name
from viz.reading.tensors import ReadError

# Operators that hand on what they are given.
NOTHING = frozenset({"contiguous", "clone", "detach", "alias", "to", "lift_fresh_copy", "identity"})
SPLITS = frozenset({"chunk", "split", "split_with_sizes", "unbind", "tensor_split"})
REGIONS = ("wrap_with_autocast", "wrap_with_set_grad_enabled")
ASSERTIONS = ("_assert", "sym_", "item", "_local_scalar")
LONGEST_REASON = 160


def check_module(source: object) -> None:
    """Raise ``ReadError`` for anything but a module."""
    if not isinstance(source, nn.Module):
        kind = type(source).__name__
        raise ReadError(f"{kind} is neither a torch module nor the path of an ONNX file")


def graph_of(module: nn.Module, resolution: tuple[int, int], in_channels: int) -> Graph:
    """The graph of a module for one image. Raises ``ReadError`` where it does not run on it.

    The module is left as it was.
    """
    shape = (in_channels, *resolution)
    program = _exported(module, shape)
    nodes, outputs = _Recorder(module, program).nodes()
    name = type(module).__name__
    unused = _unused(module, sum(node.params for node in nodes))
    return checked(Graph(name, f"the module {name}", shape, tuple(nodes), outputs, unused))


def _exported(module: nn.Module, shape: tuple[int, ...]) -> Any:
    _check_kind(module)
    was_training = [part for part in module.modules() if part.training]
    image = torch.zeros(1, *shape, device=_device(module), dtype=_dtype(module))
    try:
        module.eval()
        with redirect_stderr(StringIO()):  # where it gives up it prints the whole graph
            return torch.export.export(module, (image,), strict=False)
    except Exception as error:  # the module's own code may raise anything
        size = "x".join(map(str, shape))
        raise ReadError(
            f"{type(module).__name__} cannot be followed on an input of {size}: {_reason(error)}."
        ) from error
    finally:
        for part in was_training:
            part.training = True


def _check_kind(module: nn.Module) -> None:
    """Raise ``ReadError`` for a module that has no Python to follow, or runs on int8."""
    name = getattr(module, "original_name", type(module).__name__)
    if isinstance(module, torch.jit.ScriptModule):
        raise ReadError(
            f"{name} is a traced or scripted module, which has no Python left to follow: read the "
            "module that it was made from, or give its state_dict() to viz.identify."
        )
    if is_quantized(module):
        raise ReadError(
            f"{name} is quantized to int8: read the float module that it was made from, or give "
            "its state_dict() to viz.identify."
        )


def is_quantized(module: nn.Module) -> bool:
    """Whether it computes in int8, as torch.ao's modules do, whose weights are packed."""
    return any(".quantized" in type(part).__module__ for part in module.modules())


def _reason(error: Exception) -> str:
    """The first line of what went wrong, or what it means."""
    text = str(error).strip()
    if "data-dependent" in text:  # in PyTorch's own words
        return (
            "what it does depends on values of the image, as where boxes are chosen; "
            "read the part before that, such as its backbone"
        )
    return (text.splitlines() or [type(error).__name__])[0][:LONGEST_REASON].rstrip(".")


def _device(module: nn.Module) -> torch.device:
    return next((held.device for held in module.parameters()), torch.device("cpu"))


def _dtype(module: nn.Module) -> torch.dtype:
    return next((p.dtype for p in module.parameters() if p.is_floating_point()), torch.float32)


def _unused(module: nn.Module, read: int) -> tuple[str, ...]:
    left = sum(held.numel() for held in module.parameters()) - read
    return (f"{left:,} of its parameters take no part in the answer.",) if left else ()


class _Cost(NamedTuple):
    """What constants that go into a node need."""

    params: int
    macs: int


class _Recorder:
    """Walks a program's operators in order and makes a node of each that works on the image."""

    def __init__(self, module: nn.Module, program: Any) -> None:
        self.module = module
        self.program = program
        signature = program.graph_signature
        self.parameters: dict[str, str] = dict(signature.inputs_to_parameters)
        self.images = set(signature.user_inputs)
        self.made: dict[str, Node] = {}
        self.values: dict[Any, str | None] = {}  # fx node -> name; None for what is constant
        self.held: dict[Any, dict[str, _Cost]] = {}  # fx node -> parameters and constants within it
        self.counted: set[str] = set()
        self.first_of_several: set[Any] = set()

    def nodes(self) -> tuple[list[Node], tuple[str, ...]]:
        """All nodes that the answer depends on, and the names of those that give it."""
        outputs: list[str] = []
        for node in with_regions_inlined(self.program.graph_module).nodes:
            if node.op == "placeholder":
                self._place(node)
            elif node.op == "call_function":
                self._call(node)
            elif node.op == "output":
                named = [self.values.get(held) for held in _tensors(node.args)]
                outputs = [name for name in named if name]
        if not outputs:
            raise ReadError(f"{type(self.module).__name__} gives nothing that depends on its input")
        return needed(list(self.made.values()), outputs), tuple(dict.fromkeys(outputs))

    def _place(self, node: Any) -> None:
        self.values[node] = IMAGE if node.name in self.images else None
        if name := self.parameters.get(node.name):
            self.held[node] = {name: _Cost(node.meta["val"].numel(), 0)}

    def _call(self, node: Any) -> None:
        read = list(_tensors((node.args, node.kwargs)))
        names = [self.values.get(held) for held in read]
        moving = [name for name in names if name is not None]
        own = {n: cost for held in read for n, cost in self.held.get(held, {}).items()}
        operator = plain_name(node.target)
        if operator.startswith(ASSERTIONS) or not moving:
            self._constant(node, operator, own)
            return
        is_whole = operator == "getitem" and node.args[0] in self.first_of_several
        if operator in NOTHING or operator in SPLITS or (is_whole and node.args[1] == 0):
            self.values[node] = moving[0]  # each part of a split is a ``getitem``
            return
        if not _is_tensor(node.meta["val"]):
            self.first_of_several.add(node)
        new = [cost for name, cost in own.items() if name not in self.counted]
        self.counted |= set(own)
        params, macs = sum(c.params for c in new), counted(node) + sum(c.macs for c in new)
        call = Call(node, operator, tuple(moving), tuple(names), params, macs)
        made = (TABLE.get(operator) or unknown)(call)
        made = made._replace(name=node_name(self._path(node, operator, own), self.made))
        self.made[made.name] = made
        self.values[node] = made.name
        if operator.endswith("_") and isinstance(node.args[0], torch.fx.Node):
            self.values[node.args[0]] = made.name  # written over

    def _constant(self, node: Any, operator: str, own: dict[str, _Cost]) -> None:
        """What does not depend on the image is counted with the first node that reads it."""
        macs = 0 if operator.startswith(ASSERTIONS) else counted(node)
        self.values[node] = None
        self.held[node] = own | ({f"{node.name}()": _Cost(0, macs)} if macs else {})

    def _path(self, node: Any, operator: str, own: dict[str, _Cost]) -> str:
        if params := [name for name, cost in own.items() if cost.params]:
            return params[0].rpartition(".")[0] or operator
        stack = list((node.meta.get("nn_module_stack") or {}).values())
        path = stack[-1][0].partition("@")[0] if stack else ""
        try:
            is_leaf = bool(path) and not list(self.module.get_submodule(path).children())
        except AttributeError:
            is_leaf = False
        return path if is_leaf else ".".join(filter(None, [path, operator.rstrip("_")]))


def with_regions_inlined(module: torch.fx.GraphModule) -> torch.fx.Graph:
    """A module's graph, with what runs under ``autocast`` or ``no_grad`` in its place."""
    graph = module.graph
    node: Any
    for node in [node for node in graph.nodes if plain_name(node.target) in REGIONS]:
        place = next(p for p, held in enumerate(node.args) if _is_region(held))
        region = with_regions_inlined(getattr(module, node.args[place].target))
        given = zip(region.find_nodes(op="placeholder"), node.args[place + 1 :], strict=True)
        with graph.inserting_before(node):
            outputs: Any = graph.graph_copy(region, dict(given))
        for user in list(node.users):  # each takes one of several outputs
            user.replace_all_uses_with(outputs[user.args[1]])
            graph.erase_node(user)
        graph.erase_node(node)
    return graph


def _is_region(held: Any) -> bool:
    return isinstance(held, torch.fx.Node) and held.op == "get_attr"


def _tensors(held: Any) -> Iterator[Any]:
    """The program's nodes within arguments, in order."""
    if isinstance(held, torch.fx.Node):
        yield held
    elif isinstance(held, dict):
        yield from _tensors(tuple(held.values()))
    elif isinstance(held, (tuple, list)):
        for part in held:
            yield from _tensors(part)


def _is_tensor(value: Any) -> bool:
    return isinstance(value, torch.Tensor)
