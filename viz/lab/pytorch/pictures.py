"""Pictures as tensors: the transforms of post 001's scripts, and batches of a labelled folder.

Randomness is drawn for each picture from (seed, epoch, number of the picture), so that a run gives
the same numbers whatever loads its pictures and wherever it was interrupted.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset
from torchvision import transforms
from torchvision.transforms import InterpolationMode, functional

from viz.lab.errors import RunError
from viz.lab.folders import Sample
from viz.lab.pictures import open_picture
from viz.lab.preparation import COLOURS, POST, Preparation
from viz.net.config import Config

Transform = Callable[[Image.Image], Tensor]
Size = tuple[int, int]  # height and width


def for_answers(image: Size, preparation: Preparation = POST) -> Transform:
    """RGB -> (3, *image): resized, the middle cut out, normalised."""
    chain: Transform = transforms.Compose(
        [
            lambda picture: resized(picture, image, preparation),
            transforms.CenterCrop(image),
            transforms.ToTensor(),
            transforms.Normalize(preparation.mean, preparation.deviation),
        ]
    )
    return chain


def resized(picture: Image.Image, image: Size, preparation: Preparation) -> Image.Image:
    """The picture with the short side that the crop is taken from, or stretched to the input."""
    short = preparation.short_side(image)
    found: Image.Image = functional.resize(
        picture, [short] if short else list(image), _filter(preparation)
    )
    return found


def for_training(image: Size, preparation: Preparation = POST) -> Transform:
    """RGB -> (3, *image): a random part at a random size, mirrored every other time, normalised."""
    chain: Transform = transforms.Compose(
        [
            transforms.RandomResizedCrop(image, interpolation=_filter(preparation)),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.Normalize(preparation.mean, preparation.deviation),
        ]
    )
    return chain


def _filter(preparation: Preparation) -> InterpolationMode:
    return InterpolationMode(preparation.filter)


def check_channels(config: Config) -> None:
    """Raise ``RunError`` for a network that does not take pictures in three colours."""
    if config.in_channels != COLOURS:
        raise RunError(f"in_channels is {config.in_channels}, but pictures have three.")


def mixed(*numbers: int) -> int:
    """One seed out of several numbers."""
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0])


@contextmanager
def seeded(*numbers: int) -> Iterator[None]:
    """Let torch's randomness depend on these numbers alone, and leave no trace."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(mixed(*numbers))
        yield


class Pictures(Dataset[tuple[Tensor, int]]):
    """(picture, class) of samples; ``epoch`` chooses the random parts that training sees."""

    def __init__(self, samples: Sequence[Sample], transform: Transform, seed: int) -> None:
        self.samples, self.transform = samples, transform
        self.seed, self.epoch = seed, 0

    def __len__(self) -> int:
        """How many there are."""
        return len(self.samples)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        """(3, H, W) and the number of the class."""
        path, label = self.samples[index]
        picture = open_picture(path)
        with seeded(self.seed, self.epoch, index):
            return self.transform(picture), label


def batches(count: int, size: int, seed: int, epoch: int, rank: int, ranks: int) -> list[list[int]]:
    """The numbers of the pictures in each batch of one process, shuffled anew in each epoch.

    Processes have equally many. A last batch of one picture is left out, as batch norm has nothing
    to compare it with.
    """
    generator = torch.Generator().manual_seed(mixed(seed, epoch))
    order = torch.randperm(count, generator=generator).tolist()
    own = order[rank::ranks][: count // ranks]
    found = [own[start : start + size] for start in range(0, len(own), size)]
    return [batch for batch in found if len(batch) > 1]
