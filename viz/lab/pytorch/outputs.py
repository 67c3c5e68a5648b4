"""Files of a run: weights, checkpoint, history, recipe, class names."""

import csv
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import safetensors.torch
import torch
import torchvision
from torch import nn

from viz.lab.cards import card_of, header
from viz.lab.files import write_whole
from viz.lab.live import ANSWERS, Answered, answers_text
from viz.lab.pytorch.checkpoint import NAME, Epoch, Progress
from viz.lab.recipe import Recipe, written

WEIGHTS = "weights.safetensors"
CONFIG, CLASSES = "config.json", "class_indices.json"


class Outputs:
    """The files of one run, each there whole or not at all."""

    def __init__(self, recipe: Recipe, folder: Path, checked: int) -> None:
        self.recipe, self.folder, self.checked = recipe, folder, checked

    def begin(self, in_both_halves: int) -> None:
        """Write what is known before training: the recipe, and post 001's class_indices.json.

        ``in_both_halves`` counts pictures of ``val`` that are in ``train`` too.
        """
        versions = {
            "python": sys.version.split()[0],
            "torch": torch.__version__,
            "torchvision": torchvision.__version__,
        }
        names = dict(enumerate(self.recipe.classes))
        about = written(self.recipe, versions, in_both_halves)
        write_whole(self.folder / CONFIG, about)
        write_whole(self.folder / CLASSES, json.dumps(names, indent=4).encode())

    def checkpoint(self, content: bytes) -> None:
        """Write the checkpoint needed to resume."""
        write_whole(self.folder / NAME, content)

    def epoch(
        self, progress: Progress, module: nn.Module, answers: Sequence[Answered] = ()
    ) -> None:
        """Keep weights and answers if they are the best so far, and the history; say how it went.

        ``answers`` are those on the pictures of ``val``.
        """
        line, best = progress.history[-1], progress.best
        if line == best:
            write_whole(self.folder / WEIGHTS, self._weights(module))
            write_whole(self.folder / ANSWERS, answers_text(answers))
        write_whole(self.folder / "history.csv", _csv(progress.history))
        print(
            f"epoch {line.epoch} of {self.recipe.epochs}: loss {line.train_loss:.3f}, validation "
            f"{line.val_accuracy:.1%} of {self.checked}, {line.seconds:.0f} s"
            f"{' (best so far)' if line == best else ''}",
            flush=True,
        )

    def _weights(self, module: nn.Module) -> bytes:
        card = card_of(self.recipe.config, self.recipe.classes, self.recipe.preparation)
        tensors = {name: value.cpu().contiguous() for name, value in module.state_dict().items()}
        return safetensors.torch.save(tensors, metadata=header(card._asdict()))


def has_begun_only(folder: Path) -> bool:
    """Whether a run has left the folder before its first checkpoint: nothing in it is lost."""
    try:
        about = json.loads((folder / CONFIG).read_bytes())
        names = {path.name for path in folder.iterdir() if not path.name.startswith(f".{NAME}.")}
    except (OSError, ValueError):
        return False
    is_ours = isinstance(about, dict) and {"network", "words", "pictures"} <= about.keys()
    return is_ours and names <= {CONFIG, CLASSES}


def _csv(history: list[Epoch]) -> bytes:
    target = io.StringIO()
    lines = csv.writer(target, lineterminator="\n")
    lines.writerow(Epoch._fields)
    lines.writerows(history)
    return target.getvalue().encode()
