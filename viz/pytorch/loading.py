"""Weights of one implementation carried into a module of another, by names and shapes.

Names that are equal, after any prefix, decide. Else the file and the module are both laid over the
same network of the zoo, and what lies on the same layer belongs together: the numbers in names tell
the order of layers, and shapes that fit one place only. The order in which a file or a dict holds
its tensors never counts, unless it is asked for.

Kernels are turned from the file's layout into PyTorch's, matrices become 1x1 kernels and back;
folded batch norms become norms that do nothing but add, and a bias before a norm becomes part of
its mean.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from viz.net.config import Config
from viz.net.trace import Trace, trace_config
from viz.pytorch.exported import is_quantized
from viz.reading.identify import identify_content
from viz.reading.layers import Norm, is_counter, layers_of
from viz.reading.loose_weights import with_beside
from viz.reading.match import Match, Pair, match
from viz.reading.order import is_average
from viz.reading.process import read
from viz.reading.specs import specs_of
from viz.reading.table import beside_names
from viz.reading.tensors import Content, Layout, ReadError, arrays_in, content_of, printable
from viz.reading.words import tensors_text, title_of

Weights = Mapping[str, Any]
MOST = 2 / 3  # of a module's weights: with as many under equal names, names decide
LONGEST = 60  # characters of a name that are shown
_PACKED = (
    "The module is quantized and holds packed weights: load the float module that it was made "
    "from, and quantize that."
)
MEAN = 2  # the place of the running mean among a norm's tensors


def load(
    module: nn.Module, source: str | Path | Weights, *, strict: bool = True, by_order: bool = False
) -> nn.Module:
    """Carry the weights of a file or a state_dict into ``module``, and give it back.

    ``module`` is any implementation of a network of the zoo: torchvision's, timm's, one of
    ``viz.build``; where names are equal after any prefix, any module at all. With ``strict`` every
    weight of the module must be in ``source``; without it what is missing, or has another shape,
    stays as it is. ``by_order`` takes layers of one shape in the order in which the source holds
    them, where names tell none. Raises ``ReadError``, one sentence, and then changes nothing. Equal
    shapes do not mean equal outputs: see ``UNSEEN`` in ``words``.
    """
    own = module.state_dict()
    if is_quantized(module):
        raise ReadError(_PACKED)
    content, weights = _opened(source)
    carried = _by_names(content, weights, own)
    if len(carried) < _weights_of(own) and (strict or len(carried) < MOST * _weights_of(own)):
        carried = _by_network(module, content, weights, strict=strict, by_order=by_order)
    module.load_state_dict({**own, **carried})
    return module


def _weights_of(own: Weights) -> int:
    return sum(not _is_counter(name) for name in own)


def _is_counter(name: str) -> bool:
    return name.endswith("num_batches_tracked")


def _by_names(content: Content, weights: Weights, own: Weights) -> dict[str, Tensor]:
    """What has one name on both sides, after a prefix of either, and one shape."""
    if content.layout != "torch":
        return {}
    held = {tensor.name: tensor.shape for tensor in content.tensors}
    names = [name for name in own if not _is_counter(name)]
    found: dict[str, str] = {}
    for theirs, ours in _prefixes(held, names):
        pairs = ((name, theirs + name.removeprefix(ours)) for name in names)
        fits = {n: other for n, other in pairs if held.get(other) == tuple(own[n].shape)}
        found = fits if len(fits) > len(found) else found
    if _has_more(content, set(found.values())):
        return {}
    return {name: _tensor(weights[other]) for name, other in found.items()}


def _has_more(content: Content, names: Set[str]) -> bool:
    """Whether the file's layers have weights beside these, such as a bias before a norm."""
    layers = {tensor.layer for tensor in content.tensors if tensor.name in names}
    return any(
        tensor.layer in layers and tensor.name not in names and not is_counter(tensor)
        for tensor in content.tensors
    )


def _prefixes(held: Iterable[str], names: Sequence[str]) -> list[tuple[str, str]]:
    """What may stand before the names of one side: the file's, the module's."""
    found = {("", "")}
    for first in names[:1]:
        for name in held:
            if name.endswith(first) and (name == first or name.removesuffix(first)[-1] in "./_"):
                found.add((name.removesuffix(first), ""))
            elif first.endswith(f".{name}"):
                found.add(("", first.removesuffix(name)))
    return sorted(found, key=lambda both: (is_average(both[0]), both))


def _by_network(
    module: nn.Module, content: Content, weights: Weights, *, strict: bool, by_order: bool
) -> dict[str, Tensor]:
    """What lies on the same layer of the module's network."""
    own = module.state_dict()
    target = replace(content_of(own), ordered=by_order)
    found = identify_content(target)
    if found.match is None:
        raise ReadError(
            "The module is not a network the Atlas knows, and its names are not the file's."
        )
    content = replace(content, ordered=True) if by_order else content
    traced = trace_config(found.match)
    theirs, ours = _laid(content, traced), _laid(target, traced)
    carried = dict(_carried(theirs, ours, content, target, weights, module))
    lacking = [name for name in own if name not in carried and not _is_counter(name)]
    if lacking and strict:
        raise ReadError(_lacks(lacking, own, content, found.match))
    for laid, who in ((theirs, "file"), (ours, "module")):
        if laid.undecided:
            raise ReadError(_undecided(laid.undecided, who))
    return carried


def _undecided(names: Sequence[str], who: str) -> str:
    shown = " and ".join(repr(name[:LONGEST]) for name in names)
    return (
        f"Names in the {who} do not tell the order of its layers ({shown} fit one place), so that "
        "weights could reach the wrong ones: by_order=True (--by-order) takes them in the order in "
        "which they are held."
    )


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
    if not isinstance(source, str | os.PathLike):
        arrays = arrays_in(source)
        return content_of(arrays), arrays
    path, content = Path(source), read(source)
    if content.format == "torch":
        with path.open("rb") as opened:  # given its name, torch would go by how that ends
            held = torch.load(opened, map_location="cpu", weights_only=True)
        return content, {printable(name): value for name, value in arrays_in(held).items()}
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
