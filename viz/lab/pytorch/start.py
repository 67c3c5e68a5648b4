"""Network at the start of training: chosen weights with a new last layer."""

from torch import Tensor, nn

from viz.lab.choice import Choice
from viz.lab.errors import RunError
from viz.lab.pytorch.weights import Tensors, carried_features, fill, fresh, tensors_for
from viz.lab.recipe import Recipe
from viz.net.operations import Operation, Role
from viz.net.trace import Trace


def last_layer(traced: Trace) -> Operation:
    """The linear layer that gives a value per class. Raises ``RunError`` where there is none."""
    for op in reversed(traced.operations):
        if op.role is Role.CLASSIFIER and op.kind in ("linear", "pointwise"):
            return op
    raise RunError(f"{traced.config.title} has no classifier, so it knows no classes.")


def started(traced: Trace, recipe: Recipe, choice: Choice) -> nn.Module:
    """The network with the weights that it starts from. Raises ``RunError``."""
    last = last_layer(traced).path
    module = fresh(traced, recipe.seed if choice.source != "random" else choice.seed)
    if choice.source != "random":
        own = {n: v for n, v in module.state_dict().items() if _belongs(n, last)}
        try:
            fill(module, {**_without(tensors_for(traced.config, choice), last), **own}, choice)
        except RunError:
            theirs = carried_features(traced, choice) if choice.path else None
            if theirs is None:
                raise
            fill(module, {**_without(theirs, last), **own}, choice)
    return module


def _belongs(name: str, path: str) -> bool:
    return name.startswith(f"{path}.")


def _without(tensors: Tensors, path: str) -> dict[str, Tensor]:
    return {name: value for name, value in tensors.items() if not _belongs(name, path)}


def feature_paths(traced: Trace) -> tuple[str, ...]:
    """The operations before the pooling of the last map: what a transferred network keeps."""
    roles = [op.role for op in traced.operations]
    end = roles.index(Role.POOL) if Role.POOL in roles else len(roles)
    return tuple(op.path for op in traced.operations[:end])


def freeze(module: nn.Module, traced: Trace) -> tuple[str, ...]:
    """Take the features out of training; their paths, whose modules must stay in ``eval``."""
    paths = feature_paths(traced)
    for path in paths:
        module.get_submodule(path).requires_grad_(False)
    return paths


def ends_in_softmax(traced: Trace) -> bool:
    """Whether the network itself gives probabilities."""
    return traced.operations[-1].activation == "softmax"


def logits(outputs: Tensor, traced: Trace) -> Tensor:
    """What cross-entropy takes; the logarithm undoes a softmax at a network's end."""
    return outputs.clamp_min(1e-12).log() if ends_in_softmax(traced) else outputs
