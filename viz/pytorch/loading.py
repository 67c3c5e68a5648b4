"""Weights of one implementation carried into a module of another, by shapes and order.

The file and the module are both laid over the same network of the zoo; what lies on the same layer
belongs together. Kernels are turned from the file's layout into PyTorch's, matrices become 1x1
kernels and back; folded batch norms become norms that do nothing but add, and a bias before a norm
becomes part of its mean.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from viz.net.config import Config
from viz.net.trace import Trace, trace_config
from viz.pytorch.checkpoints import state_dict_in
from viz.reading.identify import identify_content
from viz.reading.layers import Norm, layers_of
from viz.reading.loose_weights import with_beside
from viz.reading.match import Match, Pair, match
from viz.reading.process import read
from viz.reading.specs import specs_of
from viz.reading.table import beside_names
from viz.reading.tensors import Content, Layout, ReadError, arrays_in, content_of, printable
from viz.reading.words import tensors_text, title_of

Weights = Mapping[str, Any]
MEAN = 2  # the place of the running mean among a norm's tensors


def load(module: nn.Module, source: str | Path | Weights, *, strict: bool = True) -> nn.Module:
    """Carry the weights of a file or a state_dict into ``module``, and give it back.

    ``module`` is any implementation of a network of the zoo: torchvision's, timm's, one of
    ``viz.build``. With ``strict`` every weight of the module must be in ``source``; without it what
    is missing, or has another shape, stays as it is. Raises ``ReadError``, one sentence, and then
    changes nothing. Equal shapes do not mean equal outputs: see ``UNSEEN`` in ``words``.
    """
    content, weights = _opened(source)
    own = module.state_dict()
    target = content_of(own)
    said = identify_content(target)
    if said.match is None:
        raise ReadError("The module is none of our networks, so that no order of layers is known.")
    traced = trace_config(said.match)
    theirs, ours = _laid(content, traced), _laid(target, traced)
    carried = dict(_carried(theirs, ours, content, target, weights, module))
    lacking = [name for name in own if name not in carried and not name.endswith("tracked")]
    if lacking and strict:
        raise ReadError(_lacks(lacking, own, content, said.match))
    module.load_state_dict({**own, **carried})
    return module


def _lacks(lacking: Sequence[str], own: Weights, content: Content, module: Config) -> str:
    """Why a strict load is refused: another network, or tensors that are not there."""
    file = identify_content(content).match
    if file and title_of(file) != title_of(module):
        return (
            f"The file is {title_of(file)}, the module {title_of(module)}: build the module as the "
            "file is, or with strict=False keep what has another shape."
        )
    shape = "×".join(map(str, own[lacking[0]].shape))
    are, them = ("is", "it") if len(lacking) == 1 else ("are", "them")
    return (
        f"{tensors_text(len(lacking))} of the module {are} not in the file, the first is "
        f"{lacking[0]} ({shape}); strict=False leaves {them} as the module has {them}."
    )


def _opened(source: str | Path | Weights) -> tuple[Content, Weights]:
    if isinstance(source, Mapping):
        arrays = arrays_in(source)
        return content_of(arrays), arrays
    path, content = Path(source), read(source)
    if content.format == "torch":
        with path.open("rb") as opened:  # given its name, torch would go by how that ends
            held = torch.load(opened, map_location="cpu", weights_only=True)
        return content, {printable(name): value for name, value in state_dict_in(held)}
    found = import_module(f"viz.reading.formats.{content.format}").arrays(path)
    return content, {printable(name): value for name, value in found.items()}


def _laid(content: Content, traced: Trace) -> Match:
    layers = layers_of(content)
    return with_beside(content, layers, match(layers, specs_of(traced)), traced)


def _carried(
    theirs: Match,
    ours: Match,
    content: Content,
    target: Content,
    weights: Weights,
    module: nn.Module,
) -> Iterator[tuple[str, Tensor]]:
    """The module's names with the file's values, where both have the layer in one shape."""
    yield from _beside(theirs, ours, content, target, weights)
    for source, place in zip(theirs.pairs, ours.pairs, strict=True):
        if source.norm and source.norm.spelled and place.norm:
            yield from _as_norm(place.norm, target, module)
        for number, wanted in _numbers(source, place):
            given, taken = content.tensors[number], target.tensors[wanted]
            value = _turned(_tensor(weights[given.name]), content.layout, turned=given.turned)
            if value.numel() == taken.elements:
                yield taken.name, value.reshape(taken.shape)
        extra, norm = _extra_bias(source, place), place.norm
        if extra is not None and norm is not None:
            bias = _vector(content, weights, extra)
            if source.norm is None:
                yield from _as_norm(norm, target, module, shift=bias)
            else:
                mean = _mean(content, weights, source.norm, bias)
                yield target.tensors[norm.tensors[MEAN]].name, mean - bias


def _beside(
    theirs: Match, ours: Match, content: Content, target: Content, weights: Weights
) -> Iterator[tuple[str, Tensor]]:
    """Norms of their own and layer scale, where both sides have them all."""
    for source, place in zip(beside_names(theirs), beside_names(ours), strict=False):
        taken = target.tensors[place[0]]
        value = _vector(content, weights, source[0])
        if source[1] == place[1] and value.numel() == taken.elements:
            yield taken.name, value.reshape(taken.shape)


def _extra_bias(source: Pair, place: Pair) -> int | None:
    """A bias of the file for which the module has no place but in a norm."""
    has_place = place.kernel is None or place.kernel.bias is not None
    return None if has_place or source.kernel is None else source.kernel.bias


def _vector(content: Content, weights: Weights, number: int) -> Tensor:
    return _tensor(weights[content.tensors[number].name])


def _numbers(source: Pair, place: Pair) -> Iterator[tuple[int, int]]:
    """Numbers of tensors that belong together: the file's, the module's."""
    if source.kernel and place.kernel:
        if source.kernel.shape == place.kernel.shape:
            yield source.kernel.weight, place.kernel.weight
        if source.kernel.bias is not None and place.kernel.bias is not None:
            yield source.kernel.bias, place.kernel.bias
    if source.norm and place.norm:
        yield from zip(source.norm.tensors, place.norm.tensors, strict=False)


def _tensor(value: Any) -> Tensor:
    if not isinstance(value, Tensor):
        return torch.from_numpy(value.copy())
    return value.detach().dequantize() if value.is_quantized else value.detach()


def _turned(value: Tensor, layout: Layout, *, turned: bool) -> Tensor:
    """A kernel in PyTorch's order: (out, in / groups, height, width), or (out, in)."""
    if value.dim() == 2:
        return value.t() if turned != (layout == "keras") else value
    if value.dim() != 4 or layout == "torch":
        return value
    if layout == "tflite":
        is_depthwise = value.shape[0] == 1 and value.shape[1] > 1
        return value.permute(3, 0, 1, 2) if is_depthwise else value.permute(0, 3, 1, 2)
    is_depthwise = value.shape[3] == 1 and value.shape[0] > 1
    return value.permute(2, 3, 0, 1) if is_depthwise else value.permute(3, 2, 0, 1)


def _mean(content: Content, weights: Weights, norm: Norm, like: Tensor) -> Tensor:
    """The mean that a norm takes away, none where it is spelled out without one."""
    has_mean = len(norm.tensors) > MEAN
    return _vector(content, weights, norm.tensors[MEAN]) if has_mean else torch.zeros_like(like)


def _as_norm(
    norm: Norm, target: Content, module: nn.Module, shift: Tensor | None = None
) -> Iterator[tuple[str, Tensor]]:
    """A batch norm that only adds, or does nothing: its variance and epsilon make one."""
    eps = float(getattr(module.get_submodule(norm.layer), "eps", 0.0))
    one = torch.ones(norm.length)
    bias = torch.zeros(norm.length) if shift is None else shift
    values = (one, bias, torch.zeros_like(bias), one - eps)
    for number, value in zip(norm.tensors, values, strict=True):
        yield target.tensors[number].name, value
