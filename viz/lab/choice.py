"""Choice of weights: ``random``, ``atlas``, ``torchvision`` or a file.

One choice everywhere. Weights that know their network (ours, and files that training wrote) bring
its configuration along; what is said beside them may change the resolution, but no shape.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from viz.lab.cards import Card, read_card
from viz.lab.errors import RunError
from viz.lab.shapes import shape_named, shape_of
from viz.net.config import Config
from viz.net.fields import Number, one_of
from viz.net.names import LIBRARY_NAMES, meaning
from viz.net.words import config_of, words_of

ATLAS = Path(__file__).parent / "atlas"
SEED = Number(0, 2**31 - 1, 0)
SHAPELESS = ("resolution", "output_stride")  # what may change while the weights stay
TORCHVISION = {"torchvision": 1, "torchvision:v1": 1, "torchvision:v2": 2}  # of its enum's entries
SUFFIXES = (".safetensors", ".pth", ".pt", ".bin", ".ckpt")


class Choice(NamedTuple):
    """Source of weights: ``path`` is a file, ``seed`` that of random weights.

    ``by_order`` takes the layers of others' files in their order, where names tell none;
    ``version`` is that of torchvision's weights.
    """

    source: str
    path: Path | None = None
    seed: int = 0
    by_order: bool = False
    version: int = 1

    @property
    def text(self) -> str:
        """The choice as ``--weights`` has it."""
        if self.source == "random":
            return f"random:{self.seed}"
        if self.version > 1:
            return f"{self.source}:v{self.version}"
        return str(self.path) if self.source == "file" else self.source


def choice_of(text: str, network: str | None = None, *, by_order: bool = False) -> Choice:
    """Read a choice: a word, ``random:SEED``, or the path of a file. Raises ``RunError``."""
    word, _, seed = text.partition(":")
    if word == "random":
        return Choice("random", seed=int(SEED.read("the seed of --weights", seed or "0")))
    if text in TORCHVISION:
        return Choice("torchvision", version=TORCHVISION[text])
    if word == "torchvision":
        raise RunError(f"--weights {text}: it must be {one_of(list(TORCHVISION))}.")
    if text == "atlas":
        return Choice("atlas", _ours(network))
    path = Path(text)
    if path.is_dir():
        raise RunError(f"--weights {text} is a folder: name a file in it.")
    if not path.is_file():
        raise RunError(
            f"--weights {text}: no such file, and none of random, atlas and torchvision."
        )
    if path.suffix.lower() not in SUFFIXES:
        raise RunError(f"--weights {text}: the file must be {one_of(list(SUFFIXES))}.")
    return Choice("file", path, by_order=by_order)


def shipped() -> dict[str, Path]:
    """Weights that come with the Atlas, by network."""
    return {path.stem: path for path in sorted(ATLAS.glob("*.safetensors"))}


def _ours(network: str | None) -> Path:
    ours = shipped()
    key = meaning(network)[0] if network else next(iter(ours))
    if key not in ours:
        raise RunError(f"--weights atlas: there are none of {network}, only of {', '.join(ours)}.")
    return ours[key]


def knows_resolution(choice: Choice) -> bool:
    """Whether the weights name their training resolution; only the Atlas's do."""
    return card_for(choice) is not None


def card_for(choice: Choice) -> Card | None:
    """Card of the weights. Raises ``RunError``."""
    if choice.path is None or choice.path.suffix.lower() != ".safetensors":
        return None
    return read_card(choice.path)


def config_for(choice: Choice, network: str | None, params: Mapping[str, str]) -> Config:
    """Configuration to run: the weights' own, overridden by ``params``.

    ``network`` may be None where the weights know theirs. Raises ``RunError`` where what is said
    does not fit the weights, and ``ConfigError``.
    """
    card = card_for(choice)
    if card is None:
        theirs = _identified(choice) if network is None else None
        if theirs:
            return config_of(theirs.variant, {**words_of(theirs), **params})
        if network is None:
            raise RunError(
                "--network is missing: these weights do not say which network is theirs."
            )
        return config_of(network, params)
    config = config_of(network or card.network, {**card.words, **params})
    _check_same_shapes(choice, config, config_of(card.network, card.words))
    return config


def _identified(choice: Choice) -> Config | None:
    """Network identified by a weights file's shapes; None if unknown."""
    if choice.path is None:
        return None
    from viz.reading.identify import identify  # for files of others only
    from viz.reading.tensors import ReadError

    try:
        found = identify(choice.path)
    except ReadError as error:
        raise RunError(str(error)) from None
    return found.match if found.exact else None


def _check_same_shapes(choice: Choice, config: Config, theirs: Config) -> None:
    wanted = replace(config, **{name: getattr(theirs, name) for name in SHAPELESS})
    if wanted != theirs:
        raise RunError(f"--weights {choice.text}: they are of {theirs.title}, not {wanted.title}.")


def torchvision_name(config: Config) -> str:
    """torchvision's name of the network with these shapes. Raises ``RunError``."""
    is_plain = (config.width_rule, config.divisor, config.in_channels) == ("torchvision", 8, 3)
    for name, (_, choices) in LIBRARY_NAMES.items():
        of_torchvision = choices.get("width_rule", "torchvision") == "torchvision"
        if is_plain and of_torchvision and shape_named(name) == shape_of(config):
            return name
    raise RunError(f"--weights torchvision: torchvision has none of {config.title}.")
