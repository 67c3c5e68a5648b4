"""Make the weights that come with the Atlas out of a finished run on the drawn flowers.

``python -m viz.lab.pytorch.ship RUN --train N --val N`` draws the run's pictures again, checks
that they are the same, halves the numbers' precision, measures what is left on the pictures of
``val`` and on some of another seed, and writes ``viz/lab/atlas/NETWORK.safetensors`` with
``NETWORK.json``: recipe, commands, accuracy and time.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from viz.lab.cards import content_of, header, read_card
from viz.lab.choice import ATLAS, choice_of, config_for
from viz.lab.errors import RunError
from viz.lab.files import write_whole
from viz.lab.folders import Sample, labelled
from viz.lab.pytorch.checkpoint import NAME, recipe_in
from viz.lab.pytorch.outputs import WEIGHTS
from viz.lab.pytorch.pictures import Pictures, for_answers
from viz.lab.pytorch.weights import Loaded, load, read
from viz.lab.sample_data import LICENCE, SampleData, draw

ANOTHER = 1_000  # a seed that no run uses


def main() -> None:
    """Write the two files of one network."""
    parser = argparse.ArgumentParser(prog="python -m viz.lab.pytorch.ship")
    parser.add_argument("run", type=Path)
    for name in ("train", "val", "side", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(SampleData(), name))
    options = parser.parse_args()
    data = SampleData(options.train, options.val, options.side, options.seed)
    torch.set_num_threads(1)
    print(json.dumps(ship(options.run, data), indent=2))


def ship(run: Path, data: SampleData) -> dict[str, Any]:
    """Write the files; what the second one says. Raises ``RunError`` for other pictures."""
    recipe = recipe_in(run / NAME)
    card = read_card(run / WEIGHTS)
    assert card is not None  # training wrote it
    target = ATLAS / f"{card.network}.safetensors"
    content = safetensors.torch.save(_halved(run / WEIGHTS), metadata=header(card._asdict()))
    with tempfile.TemporaryDirectory() as folder:
        own, other = Path(folder, "own"), Path(folder, "other")
        draw(own, data)
        draw(other, SampleData(1, data.val, data.side, ANOTHER))
        if labelled(own).fingerprint != recipe["pictures"]:
            raise RunError(f"{run} was trained on other pictures.")
        ATLAS.mkdir(exist_ok=True)
        write_whole(target, content)
        found = _loaded(target)
        measured = {
            "val": accuracy(found, labelled(own).val),
            f"another seed ({ANOTHER})": accuracy(found, labelled(other).val),
        }
    about = _about(run, recipe, data, measured) | {"bytes": len(content), "licence": LICENCE}
    write_whole(target.with_suffix(".json"), (json.dumps(about, indent=2) + "\n").encode())
    return about


def _halved(path: Path) -> dict[str, Tensor]:
    return {n: v.half() if v.is_floating_point() else v for n, v in read(path).items()}


def _loaded(path: Path) -> Loaded:
    choice = choice_of(str(path))
    return load(config_for(choice, None, {}), choice)


@torch.inference_mode()
def accuracy(found: Loaded, samples: Sequence[Sample]) -> float:
    """The share of pictures whose class is the likeliest."""
    prepare = for_answers(found.traced.config.image, found.preparation)
    pictures = Pictures(samples, prepare, 0)
    pairs = (pictures[number] for number in range(len(pictures)))
    right = [int(found.module(picture[None]).argmax()) == label for picture, label in pairs]
    return sum(right) / len(right)


def _about(
    run: Path, recipe: dict[str, Any], data: SampleData, measured: dict[str, float]
) -> dict[str, Any]:
    progress: Any = content_of(run / NAME)["progress"]
    lines = progress["history"]
    best = max(lines, key=lambda line: line[3])
    return {
        "what": "weights of a small network that learned drawn flowers, no photographs",
        "commands": [_sample_data(data), _train(recipe)],
        "recipe": {name: value for name, value in recipe.items() if name != "data"},
        "versions": json.loads((run / "config.json").read_text())["versions"],
        "accuracy": measured,
        "accuracy_before_half_precision": best[3],
        "best_epoch": best[0],
        "seconds": round(sum(line[4] for line in lines)),
        "val_accuracy_by_epoch": [round(line[3], 4) for line in lines],
    }


def _sample_data(data: SampleData) -> str:
    options = [f"--{name} {value}" for name, value in data._asdict().items()]
    return " ".join(["python -m viz sample-data FLOWERS", *options])


def _train(recipe: dict[str, Any]) -> str:
    words = {n: v for n, v in recipe["words"].items() if n != "classes"}
    names = ["weights", "freeze", "epochs", "batch", "lr", "seed"]
    names += ["schedule"] * ("schedule" in recipe)  # told where it is not constant
    options = {"network": recipe["network"], **words, **{n: recipe[n] for n in names}}
    flags = [f"--{name} {value}" for name, value in options.items()]
    return " ".join(["python -m viz train FLOWERS", *flags, "--output RUN"])


if __name__ == "__main__":
    main()
