"""Nodes -> operations, in the zoo's own terms wherever these say all of a node."""

from viz.net import cost
from viz.net.operations import Operation, OperationKind, Role
from viz.net.read_cost import ReadCost
from viz.reading.graphs.activations import label
from viz.reading.graphs.nodes import Node, Window
from viz.reading.graphs.wiring import INPUT, Wiring

KINDS: dict[str, OperationKind] = {
    "average": "pool",
    "scalar": "other",
}
# One word for what PyTorch and ONNX call differently; anything else keeps its own name.
TITLES = {
    name: word
    for word, names in {
        "BN": ("batch_norm", "BatchNormalization"),
        "LN": ("layer_norm", "LayerNormalization"),
        "GN": ("group_norm", "GroupNormalization"),
        "linear": ("Gemm", "MatMul"),
        "matmul": ("bmm", "mm"),
        "upsample": ("upsample_bilinear2d", "upsample_nearest2d", "Resize", "Upsample"),
        "max pool": ("max_pool2d", "MaxPool"),
        "avg pool": ("avg_pool2d", "adaptive_avg_pool2d", "AveragePool"),
        "concat": ("cat", "Concat"),
        "split": ("getitem", "Split"),
        "slice": ("Slice",),
        "reshape": ("view", "Reshape"),
        "transpose": ("permute", "Transpose"),
        "product": ("mul", "Mul"),
    }.items()
    for name in names
}
PLAIN_NORMS = ("batch_norm", "BatchNormalization")


def operation(wiring: Wiring, place: int, block: int, stage: int, role: Role) -> Operation:
    """One node as an operation of a block."""
    node = wiring.nodes[place]
    kind = _kind(wiring, place, role)
    window = node.window or Window((0, 0))
    top, left, bottom, right = window.padding
    inputs = _inputs(wiring, place)
    made = Operation(
        path=node.name,
        kind=kind,
        inputs=tuple(_path(wiring, source) for source in inputs),
        in_shapes=tuple(wiring.shape(source) for source in inputs),
        out_shape=node.shape,
        block=block,
        stage=stage,
        role=role,
        kernel=max(window.kernel) if kind != "other" else 0,
        stride=max(window.stride),
        padding=(top, bottom),
        across=(left, right),
        groups=window.groups,
        dilation=max(window.dilation),
        bias=node.params > node.weights > 0,
        activation=label(node) if kind == "activation" else "",
    )
    return made if _says_all(made, node) else made._replace(read=_cost(node))


def _kind(wiring: Wiring, place: int, role: Role) -> OperationKind:
    node = wiring.nodes[place]
    if node.kind == "conv":
        assert node.window is not None  # a convolution has one
        channels = wiring.shape(wiring.sources[place][0])[-3]
        if node.window.groups == channels > 1:
            return "depthwise"
        return "pointwise" if node.window.kernel == (1, 1) else "conv"
    if node.kind == "product" and role is Role.SCALE:
        return "scale"
    if node.kind == "shape" and len(node.shape) == 1 and role is Role.POOL:
        return "flatten"
    return KINDS.get(node.kind, node.kind)  # type: ignore[arg-type]  # the other kinds are the same


def _inputs(wiring: Wiring, place: int) -> list[int]:
    """What a node reads, each once; the one before it first."""
    read = list(dict.fromkeys(wiring.sources[place])) or [INPUT]
    return sorted(read, key=lambda source: source != place - 1)


def _path(wiring: Wiring, place: int) -> str:
    return "" if place == INPUT else wiring.nodes[place].name


def _says_all(made: Operation, node: Node) -> bool:
    """Whether kind, shapes and window give the same costs and the same words."""
    if cost.macs(made) != node.macs:
        return False
    bias = made.out_shape[0] if made.bias else 0
    if made.kind in ("conv", "depthwise", "pointwise"):
        assert node.window is not None  # a convolution has one
        each = (node.window.kernel, node.window.stride, node.window.dilation)
        is_square = all(len(set(pair)) == 1 for pair in each) and len(made.out_shape) == 3
        return is_square and node.params == node.weights + bias
    if made.kind == "linear":
        sizes = (len(made.in_shape), len(made.out_shape))
        return sizes == (1, 1) and node.params == node.weights + bias
    if made.kind == "norm":
        return node.title in PLAIN_NORMS and node.params == 2 * made.out_shape[0]
    if made.kind == "gain":
        return node.params == made.out_shape[0] and len(made.out_shape) == 3
    free = ("activation", "pool", "flatten", "dropout", "add", "scale")
    return made.kind in free and not node.params


def _cost(node: Node) -> ReadCost:
    return ReadCost(title_of(node), node.weights, node.params, node.macs)


def title_of(node: Node) -> str:
    """What a step is called on screen."""
    if node.kind == "conv" and node.window:
        return "{}×{} conv".format(*node.window.kernel)
    if node.kind == "matmul":
        return "matmul"
    return TITLES.get(node.title, node.title.replace("_", " "))
