"""A run in the middle of its way, as one safetensors file: weights, Adam's moments, progress.

Numbers are stored as they are in memory, so that a run which is taken up again does not know that
it was interrupted. There is no pickle in it.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import safetensors.torch
from torch import Tensor, nn
from torch.optim import Adam

from viz.lab.cards import content_of, header
from viz.lab.errors import RunError
from viz.lab.pytorch.weights import read
from viz.lab.recipe import Recipe

NAME = "checkpoint.safetensors"
MODULE, OPTIMIZER = "module.", "optimizer."


class Epoch(NamedTuple):
    """One line of the history: mean losses, accuracy from 0 to 1, seconds of training."""

    epoch: int
    train_loss: float
    val_loss: float
    val_accuracy: float
    seconds: float


@dataclass
class Progress:
    """Progress: finished epochs, and steps and summed loss of the current one."""

    history: list[Epoch] = field(default_factory=list)
    step: int = 0
    loss_sum: float = 0.0
    seconds: float = 0.0

    @property
    def epoch(self) -> int:
        """The epoch that is going on, from 0."""
        return len(self.history)

    @property
    def best(self) -> Epoch | None:
        """The first epoch of the highest validation accuracy."""
        return max(self.history, key=lambda epoch: epoch.val_accuracy, default=None)


def packed(recipe: Recipe, progress: Progress, module: nn.Module, optimizer: Adam) -> bytes:
    """The file's content."""
    tensors = {MODULE + name: value for name, value in module.state_dict().items()}
    tensors |= {OPTIMIZER + name: value for name, value in _moments(module, optimizer)}
    content: dict[str, object] = {"recipe": recipe.content(), "progress": asdict(progress)}
    whole = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    return safetensors.torch.save(whole, metadata=header(content))


def _moments(module: nn.Module, optimizer: Adam) -> Iterator[tuple[str, Tensor]]:
    """Adam's state by parameter and name."""
    for name, parameter in module.named_parameters():
        for key, value in optimizer.state.get(parameter, {}).items():
            yield f"{name}/{key}", value


def recipe_in(path: Path) -> dict[str, object]:
    """The choices that a checkpoint was made with. Raises ``RunError``."""
    recipe = content_of(path).get("recipe")
    if not isinstance(recipe, dict):
        raise RunError(f"{path} is no checkpoint of a run.")
    return recipe


def unpack(path: Path, module: nn.Module, optimizer: Adam) -> Progress:
    """Put a checkpoint back into module and optimizer. Raises ``RunError``."""
    tensors = read(path)
    state = {n.removeprefix(MODULE): v for n, v in tensors.items() if n.startswith(MODULE)}
    module.load_state_dict(state)
    for name, parameter in module.named_parameters():
        prefix = f"{OPTIMIZER}{name}/"
        # Adam counts its steps on the CPU, wherever the parameter is.
        own = {
            n.removeprefix(prefix): v if n.endswith("/step") else v.to(parameter.device)
            for n, v in tensors.items()
            if n.startswith(prefix)
        }
        if own:
            optimizer.state[parameter] = own
    return _progress(content_of(path)["progress"])


def _progress(stored: Any) -> Progress:
    history = [Epoch(*line) for line in stored.pop("history")]
    return Progress(history, **stored)
