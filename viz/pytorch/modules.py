"""Trace -> torch.nn.Module, without knowing any network by name.

The tree of modules is read off the operations' paths: every operation is a leaf, every container
runs its children in order. A container that holds a join (SE's scaling, a residual addition) gives
it the container's own input as second operand. Joins are modules too, so that no step is invisible
to hooks; they have no parameters, so weights can still be exchanged with torchvision. All else is
torch's own classes, which every counting tool knows: uneven padding is a module before its
convolution, whose name it leaves alone.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable

import torch
from torch import Tensor, nn

from viz.activations import ACTIVATIONS
from viz.net.config import Config
from viz.net.operations import CONVOLUTIONS, Operation
from viz.net.trace import Trace, trace
from viz.net.tree import PAD, Tree, even_padding, is_uneven, join_of, tree_of
from viz.net.zoo import Network

_RANDOMNESS = threading.Lock()  # torch has one source of it for all threads
LAYER_SCALE = 1e-5  # at the start: timm and TensorFlow


class Add(nn.Module):
    """The residual addition of a block."""

    def forward(self, flow: Tensor, start: Tensor) -> Tensor:
        """(N, C, H, W) and the block's input of the same shape -> their sum."""
        return flow + start


class Scale(nn.Module):
    """SE's last step: every channel times its gate."""

    def forward(self, gate: Tensor, start: Tensor) -> Tensor:
        """(N, C, 1, 1) gates and the (N, C, H, W) input of the SE -> the scaled input."""
        return gate * start


class Scores(nn.Module):
    """Attention's first product: every query against every key, over the root of their width."""

    def __init__(self, heads: int) -> None:
        super().__init__()
        self.heads = heads

    def forward(self, query: Tensor, key: Tensor) -> Tensor:
        """(N, heads x d, H, W) and (N, d, H', W') -> (N, heads, H x W, H' x W')."""
        width = key.shape[1]
        queries = query.reshape(query.shape[0], self.heads, width, -1).transpose(2, 3)
        return torch.matmul(queries * width**-0.5, key.flatten(2).unsqueeze(1))

    def extra_repr(self) -> str:
        """What torch prints of it."""
        return f"heads={self.heads}"


class Mix(nn.Module):
    """Attention's second product: values, weighted by the scores."""

    def forward(self, weights: Tensor, value: Tensor, like: Tensor) -> Tensor:
        """(N, heads, H x W, H' x W') and (N, d, H', W') -> (N, heads x d, H, W) as ``like``."""
        values = value.flatten(2).unsqueeze(1).transpose(2, 3)
        mixed = torch.matmul(weights, values).transpose(2, 3).flatten(1, 2)
        return mixed.reshape(mixed.shape[0], mixed.shape[1], like.shape[2], like.shape[3])


class LayerScale(nn.Module):
    """A learned factor for every channel, small at first."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.full((channels,), LAYER_SCALE))

    def forward(self, flow: Tensor) -> Tensor:
        """(N, C, H, W) -> the same shape."""
        return flow * self.gamma[:, None, None]


class MultiQueryAttention(nn.Sequential):
    """V4's attention: query, key and value of one map; the two products; the output's 1x1."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C_out, H, W)."""
        query, key, value = (self.get_submodule(n)(input) for n in ("query", "key", "value"))
        weights = self.get_submodule("softmax")(self.get_submodule("scores")(query, key))
        mixed = self.get_submodule("mix")(weights, value, input)
        output: Tensor = self.get_submodule("output")(mixed)
        return output


class Joined(nn.Sequential):
    """Children in order; a join among them also gets this container's input."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C_out, H_out, W_out)."""
        flow = input
        for child in self:
            flow = child(flow, input) if isinstance(child, (Add, Scale)) else child(flow)
        return flow


class Residual(Joined):
    """An inverted residual block with its shortcut."""


class SqueezeExcitation(Joined):
    """Squeeze, excite and scale."""


def build(variant: str | Network, **chosen: object) -> nn.Module:
    """Build one network of the zoo; arguments and errors as for ``viz.trace``.

    The module takes (N, in_channels, height, width) and gives (N, classes) logits.
    """
    return build_trace(trace(variant, **chosen))


def build_trace(traced: Trace) -> nn.Module:
    """Build the module of a trace, with V2's and V3's usual initialisation."""
    module = _container(tree_of(traced.operations), traced.config, "")
    module.apply(_initialise)
    return module


def seeded_module(traced: Trace, seed: int) -> nn.Module:
    """The module with random weights that depend on the seed alone, whatever runs beside it."""
    with _RANDOMNESS, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build_trace(traced)


def _container(tree: Tree, config: Config, path: str) -> nn.Module:
    prefix = f"{path}." if path else ""
    children: OrderedDict[str, nn.Module] = OrderedDict()
    for name, child in tree.items():
        if isinstance(child, Operation):
            if is_uneven(child):
                children[name + PAD] = nn.ZeroPad2d(child.across + child.padding)
            children[name] = _leaf(child, config)
        else:
            children[name] = _container(child, config, prefix + name)
    kinds: dict[str, type[nn.Sequential]] = {
        "add": Residual,
        "scale": SqueezeExcitation,
        "scores": MultiQueryAttention,
    }
    return kinds.get(join_of(tree), nn.Sequential)(children)


def _leaf(op: Operation, config: Config) -> nn.Module:
    if op.kind in CONVOLUTIONS:
        return _convolution(op)
    makers: dict[str, Callable[[], nn.Module]] = {
        "linear": lambda: nn.Linear(op.in_shape[0], op.out_shape[0], bias=op.bias),
        "norm": lambda: nn.BatchNorm2d(
            op.out_shape[0], eps=config.norm.eps, momentum=config.norm.momentum
        ),
        "activation": lambda: _activation(op.activation),
        "pool": lambda: nn.AdaptiveAvgPool2d(1),
        "flatten": lambda: nn.Flatten(1),
        "dropout": lambda: nn.Dropout(config.network.dropout),
        "scale": Scale,
        "add": Add,
        "scores": lambda: Scores(op.out_shape[0]),
        "mix": Mix,
        "gain": lambda: LayerScale(op.out_shape[0]),
    }
    return makers[op.kind]()


def _activation(key: str) -> nn.Module:
    record = ACTIVATIONS[key]
    made: nn.Module = getattr(nn, record.module)(**dict(record.arguments))
    return made


def _convolution(op: Operation) -> nn.Module:
    return nn.Conv2d(
        op.in_shape[0],
        op.out_shape[0],
        op.kernel,
        stride=op.stride,
        padding=even_padding(op),
        dilation=op.dilation,
        groups=op.groups,
        bias=op.bias,
    )


def _initialise(module: nn.Module) -> None:
    """He initialisation for convolutions, small normal weights for linear layers."""
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out")
    elif isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, 0, 0.01)
    if isinstance(module, (nn.Conv2d, nn.Linear)) and module.bias is not None:
        nn.init.zeros_(module.bias)


def example_input(traced: Trace) -> Tensor:
    """A batch of one image of zeros, of the size that the trace was made for."""
    return torch.zeros(1, *traced.operations[0].in_shape)
