"""A training run from its command line to its last file: everything is checked before it starts."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from tqdm import tqdm

from viz.lab.choice import Choice, choice_of, config_for
from viz.lab.errors import RunError
from viz.lab.files import check_free, make_folder
from viz.lab.folders import Labelled, check_pictures, in_both_halves, labelled
from viz.lab.machine import this_machine
from viz.lab.preparation import POST
from viz.lab.pytorch import processes
from viz.lab.pytorch.checkpoint import NAME, Epoch, recipe_in
from viz.lab.pytorch.outputs import has_begun_only
from viz.lab.pytorch.pictures import check_channels
from viz.lab.pytorch.training import Training
from viz.lab.pytorch.weights import preparation_to_train
from viz.lab.recipe import Freeze, Recipe, Schedule, check_resumable, words_for
from viz.net.config import NUMBERS


class Wanted(NamedTuple):
    """A training run to carry out; ``params`` configure the network."""

    data: Path
    output: Path
    network: str | None
    params: Mapping[str, str]
    weights: str = "torchvision"
    by_order: bool = False
    freeze: Freeze = "features"
    epochs: int = 5
    batch: int = 16
    lr: float = 1e-4
    seed: int = 0
    balance: bool = False
    patience: int = 0
    schedule: Schedule = "constant"
    resume: bool = False
    device: str = "auto"
    threads: int | None = None


def train(wanted: Wanted) -> Epoch:
    """Carry out a run; its best epoch. Raises ``RunError``, ``ConfigError``, and ``Stopped``."""
    # Half of the cores: on a busy machine, or with two threads a core, all of them are far slower.
    torch.set_num_threads(wanted.threads or max(1, this_machine().cores // 2))
    device = processes.device_of(wanted.device)
    with processes.together(device):
        found = labelled(wanted.data)
        choice = choice_of(wanted.weights, wanted.network, by_order=wanted.by_order)
        recipe = _recipe(wanted, found, choice)
        _check_output(wanted, recipe)
        _open_all(found)
        if not wanted.resume:
            make_folder(wanted.output)
        training = Training(recipe, choice, found, wanted.output, device)
        if wanted.resume:
            training.resume()
        processes.wait_for_all()
        _begin(wanted, training, found)
        return training.go()


def _recipe(wanted: Wanted, found: Labelled, choice: Choice) -> Recipe:
    # The folder says how many classes there are, whatever the weights were trained on.
    params = {name: text for name, text in wanted.params.items() if name != "classes"}
    config = config_for(choice, wanted.network, params)
    check_channels(config)
    _check_classes(wanted, found)
    prepared = preparation_to_train(config, choice)
    return Recipe(
        data=str(wanted.data),
        network=config.variant,
        words=words_for(config, len(found.classes)),
        classes=found.classes,
        pictures=found.fingerprint,
        weights=choice.text,
        freeze=wanted.freeze,
        epochs=wanted.epochs,
        batch=wanted.batch,
        lr=wanted.lr,
        seed=wanted.seed,
        processes=processes.ranks(),
        preparation={} if prepared == POST else prepared.content(),
        balance=wanted.balance,
        patience=wanted.patience,
        schedule=wanted.schedule,
    )


def _check_classes(wanted: Wanted, found: Labelled) -> None:
    """``--classes`` may be given, but must be right."""
    count = len(found.classes)
    if "classes" in wanted.params:
        stated = NUMBERS["classes"].read("classes", wanted.params["classes"])
        if stated != count:
            raise RunError(f"--classes {stated}: {wanted.data} has {count} classes.")


def _check_output(wanted: Wanted, recipe: Recipe) -> None:
    """Whether the folder can take the run, before anything is written."""
    checkpoint = wanted.output / NAME
    if wanted.resume and not checkpoint.is_file():
        raise RunError(f"--resume: {wanted.output} holds no run that could go on.")
    if wanted.resume:
        check_resumable(recipe, recipe_in(checkpoint), str(wanted.output))
    elif checkpoint.exists():
        raise RunError(f"{wanted.output} holds a run: --resume goes on with it.")
    elif not has_begun_only(wanted.output):
        check_free(wanted.output)


def _open_all(found: Labelled) -> None:
    """Read every picture once: a bad one is named now and not in the middle of an epoch."""
    silent = None if processes.rank() == 0 else True
    count = len(found.train) + len(found.val)
    for _ in tqdm(check_pictures(found), "checking", total=count, disable=silent, leave=False):
        pass


def _begin(wanted: Wanted, training: Training, found: Labelled) -> None:
    """Write the recipe and print the plan; only in the first process."""
    if processes.rank():
        return
    shared = in_both_halves(found)
    training.outputs.begin(len(shared))
    recipe = training.recipe
    learning = sum(p.numel() for p in training.module.parameters() if p.requires_grad)
    print(
        f"{recipe.config.title}: {learning:,} of {training.traced.params:,} parameters learn "
        f"{len(recipe.classes)} classes from {len(training.train):,} pictures "
        f"on {training.device}; results in {wanted.output}",
        flush=True,
    )
    if shared:
        print(_said_of(shared, len(found.val)), flush=True)


def _said_of(shared: Sequence[tuple[Path, Path]], count: int) -> str:
    first, second = shared[0]
    return (
        f"{len(shared):,} of the {count:,} pictures in val are in train too ({second} is {first}): "
        "the accuracy on val is too high."
    )
