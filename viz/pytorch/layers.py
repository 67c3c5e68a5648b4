"""The modules that torch lacks. An exported Python file gets those that it needs as they are here.

Joins are modules too, so that no step is invisible to hooks; they have no parameters.
"""

from collections import OrderedDict

import torch
from torch import Tensor, nn


class Wired(nn.Sequential):
    """Children in order, each on the outputs that it reads.

    ``reads`` has the places of each child's inputs: those of the container first, then its
    children's outputs.
    """

    def __init__(self, children: OrderedDict[str, nn.Module], reads: list[tuple[int, ...]]) -> None:
        super().__init__(children)
        self.reads = reads

    def forward(self, *inputs: Tensor) -> Tensor:
        """The container's inputs -> the last child's output."""
        values = list(inputs)
        for child, places in zip(self, self.reads, strict=True):
            values.append(child(*[values[place] for place in places]))
        return values[-1]


class Residual(Wired):
    """A block that adds its input to its output."""


class SqueezeExcitation(Wired):
    """Squeeze, excite and scale."""


class MultiQueryAttention(Wired):
    """Query, key and value of one map; the two products; the output's 1x1 convolution."""


class Branches(Wired):
    """Several branches from one map, joined."""


class Add(nn.Module):
    """The sum of two maps or more."""

    def forward(self, flow: Tensor, *others: Tensor) -> Tensor:
        """(N, C, H, W) each -> their sum."""
        for other in others:
            flow = flow + other
        return flow


class Mean(nn.Module):
    """The mean of several tensors."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """Tensors of one shape -> their mean."""
        return torch.stack(inputs).mean(dim=0)


class Scale(nn.Module):
    """SE's last step: every channel times its gate."""

    def forward(self, gate: Tensor, start: Tensor) -> Tensor:
        """(N, C, 1, 1) gates and the (N, C, H, W) input of the SE -> the scaled input."""
        return gate * start


class Concat(nn.Module):
    """Maps with their channels one behind the other."""

    def forward(self, *maps: Tensor) -> Tensor:
        """(N, C_i, H, W) each -> (N, sum of C_i, H, W)."""
        return torch.cat(maps, dim=1)


class Split(nn.Module):
    """Some channels of a map: ``channels`` from ``start`` on."""

    def __init__(self, channels: int, start: int = 0) -> None:
        super().__init__()
        self.channels, self.start = channels, start

    def forward(self, flow: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, channels, H, W)."""
        return flow[:, self.start : self.start + self.channels]


class Shuffle(nn.Module):
    """The channels of ``groups`` groups, interleaved."""

    def __init__(self, groups: int) -> None:
        super().__init__()
        self.groups = groups

    def forward(self, flow: Tensor) -> Tensor:
        """(N, C, H, W) -> the same shape."""
        images, channels, height, width = flow.shape
        grouped = flow.reshape(images, self.groups, channels // self.groups, height, width)
        return grouped.transpose(1, 2).reshape(images, channels, height, width)


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
    """A learned factor for every channel, small at first: timm's and TensorFlow's 1e-5."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.full((channels,), 1e-5))

    def forward(self, flow: Tensor) -> Tensor:
        """(N, C, H, W) -> the same shape."""
        return flow * self.gamma[:, None, None]
