"""Class activation map: which places of the last feature map speak for a class.

Where pooling and one linear layer follow the last map, the class's score is the mean of the map of
Zhou et al. (Learning deep features for discriminative localization, 2016): the weights of the class
times the channels, plus its bias. Elsewhere the channels' weights are the mean gradients of the
score (Selvaraju et al., Grad-CAM, 2017), and what speaks against the class is left out.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from matplotlib import colormaps
from PIL import Image
from torch import Tensor, nn

from viz.lab.errors import RunError
from viz.lab.pytorch.answers import named, probabilities
from viz.lab.pytorch.pictures import for_answers
from viz.lab.pytorch.preparation import png_text, unprepared
from viz.lab.pytorch.start import last_layer
from viz.lab.pytorch.weights import Loaded
from viz.net.operations import SE_ROLES, Operation
from viz.net.trace import Trace

COLOURS, STRENGTH = "inferno", 0.55  # of the map over the picture
STEPS = 256  # of the scale


class ClassMap(NamedTuple):
    """The map of one class, at the size of the last feature map.

    ``score`` is the class's output before softmax, ``probability`` after it. ``method`` is "CAM" or
    "Grad-CAM", ``path`` the torch module whose output is mapped, ``values`` are its rows, and
    ``picture`` is the network's input, ``image`` the same under the map, and ``scale`` the map's
    colours from its highest value down to its lowest, as PNG (base64).
    """

    number: int
    name: str
    probability: float
    score: float
    method: str
    path: str
    values: tuple[tuple[float, ...], ...]
    picture: str
    image: str
    scale: str

    def content(self) -> dict[str, Any]:
        """As JSON's values."""
        return self._asdict()


def class_map(loaded: Loaded, picture: Image.Image, number: int | None = None) -> ClassMap:
    """The map of a class; the likeliest without a ``number``. Raises ``RunError``."""
    traced = loaded.traced
    path, scorer = _last_map(traced), last_layer(traced)
    prepared = for_answers(traced.config.image, loaded.preparation)(picture)
    features, scores, answer = _run(loaded.module, path, scorer.path, prepared)
    chosen = _checked(int(answer.argmax()) if number is None else number, len(answer))
    weight = loaded.module.get_parameter(f"{scorer.path}.weight")[chosen].flatten()
    is_exact = _is_exact(traced, path, scorer)
    values = _exact(features, weight) if is_exact else _by_gradient(features, scores[chosen])
    guess = next(g for g in named(probabilities(answer, traced), loaded) if g.number == chosen)
    shown = unprepared(prepared, loaded.preparation)
    return ClassMap(
        *guess,
        score=float(scores[chosen].detach()),
        method="CAM" if is_exact else "Grad-CAM",
        path=path,
        values=tuple(map(tuple, values.tolist())),
        picture=png_text(shown),
        image=png_text(_over(shown, values)),
        scale=png_text(_coloured(np.linspace(1, 0, STEPS)[:, None])),
    )


def _last_map(traced: Trace) -> str:
    """What the last pooling over a whole map reads. Raises ``RunError``."""
    pools = [op for op in traced.operations if op.kind == "pool" and op.role not in SE_ROLES]
    if not pools or len(pools[-1].in_shape) != 3:
        raise RunError(f"{traced.config.title} pools no feature map: there is nothing to map.")
    return pools[-1].inputs[0]


def _checked(number: int, classes: int) -> int:
    if not 0 <= number < classes:
        raise RunError(f"class {number}: allowed is a whole number from 0 to {classes - 1}.")
    return number


def _is_exact(traced: Trace, path: str, scorer: Operation) -> bool:
    """Whether pooling and the classifier alone stand between the map and the scores."""
    places = [op.path for op in traced.operations]
    between = traced.operations[places.index(path) + 1 : places.index(scorer.path)]
    return all(op.kind in ("pool", "flatten", "dropout") for op in between)


def _run(module: nn.Module, path: str, scorer: str, prepared: Tensor) -> tuple[Tensor, ...]:
    """The last feature map (channels, height, width), scores and answer (classes,)."""
    seen: dict[str, Tensor] = {}

    def keep(name: str) -> Any:
        return lambda _module, _inputs, output: seen.__setitem__(name, output)

    hooks = [module.get_submodule(p).register_forward_hook(keep(p)) for p in (path, scorer)]
    try:
        answer = module(prepared[None])[0]
    finally:
        for hook in hooks:
            hook.remove()
    return seen[path], seen[scorer][0].flatten(), answer.detach()


def _exact(features: Tensor, weight: Tensor) -> Tensor:
    return torch.einsum("c,chw->hw", weight, features[0]).detach()


def _by_gradient(features: Tensor, score: Tensor) -> Tensor:
    (gradient,) = torch.autograd.grad(score, features)
    return torch.einsum("c,chw->hw", gradient[0].mean((1, 2)), features[0]).relu().detach()


def _over(shown: Image.Image, values: Tensor) -> Image.Image:
    """The picture under a map, which is coloured from its lowest value to its highest."""
    above = (values - values.min()).numpy()
    shares = Image.fromarray(above / (above.max() or 1))
    scaled = shares.resize(shown.size, Image.Resampling.BILINEAR)
    return Image.blend(shown, _coloured(np.asarray(scaled)), STRENGTH)


def _coloured(shares: npt.NDArray[Any]) -> Image.Image:
    """Values from 0 to 1 as colours."""
    return Image.fromarray(np.uint8(255 * colormaps[COLOURS](shares)[..., :3]))
