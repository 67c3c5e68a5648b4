"""How a network is trained: every choice of a run, as a record that lies beside its result."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields, replace
from math import cos, pi
from typing import Any, Literal

from viz.lab.errors import RunError
from viz.lab.preparation import Preparation, from_content
from viz.net.config import Config
from viz.net.fields import Number
from viz.net.words import config_of, words_of

Freeze = Literal["features", "none"]
Schedule = Literal["constant", "cosine"]
FREEZES: tuple[Freeze, ...] = ("features", "none")
SCHEDULES: tuple[Schedule, ...] = ("constant", "cosine")
FIELDS = {
    "epochs": Number(1, 10_000, 5),
    "batch": Number(2, 4_096, 16),  # batch norm needs two values
    "lr": Number(1e-8, 10, 1e-4, 1e-5, whole=False),
    "seed": Number(0, 2**31 - 1, 0),
    "patience": Number(0, 10_000, 0),
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """A run's choices; the defaults are those of post 001's train.py.

    ``words`` are those of the network's configuration, ``weights`` the choice it starts from,
    ``pictures`` the fingerprint of the folder, ``batch`` counts pictures in each process.
    ``preparation`` of pictures is that of the weights, empty for that of the posts. ``balance``
    weighs classes by how rare they are; ``patience`` is the number of epochs without a better one
    after which a run stops, 0 for never.
    """

    data: str
    network: str
    words: Mapping[str, str]
    classes: tuple[str, ...]
    pictures: str
    weights: str = "random:0"
    freeze: Freeze = "none"
    epochs: int = 5
    batch: int = 16
    lr: float = 1e-4
    seed: int = 0
    processes: int = 1
    preparation: Mapping[str, Any] = field(default_factory=dict)
    balance: bool = False
    patience: int = 0
    schedule: Schedule = "constant"

    @property
    def config(self) -> Config:
        """The network that is trained."""
        return config_of(self.network, self.words)

    def content(self) -> dict[str, object]:
        """As JSON's values."""
        return {**asdict(self), "words": dict(self.words), "classes": list(self.classes)}

    @property
    def prepared(self) -> Preparation:
        """How its pictures are prepared."""
        return from_content(self.preparation)


def words_for(config: Config, classes: int) -> dict[str, str]:
    """The configuration's words with another number of classes."""
    return words_of(replace(config, classes=classes))


def written(recipe: Recipe, versions: Mapping[str, str], in_both_halves: int) -> bytes:
    """The recipe as a JSON file, with the versions of what ran it.

    ``in_both_halves`` counts pictures of ``val`` that are in ``train`` too.
    """
    beside = {"in_both_halves": in_both_halves, "versions": versions}
    return (json.dumps({**recipe.content(), **beside}, indent=2) + "\n").encode()


def check_resumable(recipe: Recipe, earlier: Mapping[str, object], folder: str) -> None:
    """Raise ``RunError`` where a run would go on with other choices.

    More epochs are allowed under a constant rate, and another patience.

    A choice that an older Atlas did not have was made by its default.
    """
    now = json.loads(json.dumps(recipe.content()))
    earlier = {**_defaults(), **earlier}
    free = {"data", "patience"}  # a folder may have moved: its fingerprint counts
    free |= {"epochs"} if recipe.schedule == "constant" else set()
    for name, value in now.items():
        if name in free:
            continue
        if value != earlier.get(name):
            raise RunError(
                f"--resume: {folder} was started with {name} {earlier.get(name)}, not {value}."
            )


def _defaults() -> dict[str, object]:
    """What a recipe has where nothing is said."""
    plain = {each.name: each.default for each in fields(Recipe) if each.default is not MISSING}
    return {**plain, "preparation": {}}


def class_weights(labels: Sequence[int], classes: int) -> list[float]:
    """A class's weight in the loss: pictures over classes over the class's own pictures.

    scikit-learn calls it "balanced": all classes count alike, and pictures weigh 1 in the mean.
    """
    counts = Counter(labels)
    return [len(labels) / (classes * counts[number]) for number in range(classes)]


def rate_at(schedule: str, lr: float, step: int, steps: int) -> float:
    """The learning rate of a step, counted from 0: constant, or along half a cosine down to 0."""
    return lr if schedule == "constant" else lr * (1 + cos(pi * step / steps)) / 2
