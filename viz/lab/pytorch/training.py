"""Training as post 001's train.py does it: its transforms, Adam, cross-entropy, best epoch kept.

What differs: frozen features are frozen (their batch norms keep their statistics too), the last
layer always starts anew, and a run can be stopped and taken up again to the same numbers.
"""

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader
from tqdm import tqdm

from viz.lab.choice import Choice
from viz.lab.errors import RunError, Stopped
from viz.lab.folders import Labelled, Sample
from viz.lab.live import Answered, Live
from viz.lab.pytorch import processes
from viz.lab.pytorch.checkpoint import NAME, Epoch, Progress, packed, unpack
from viz.lab.pytorch.outputs import Outputs
from viz.lab.pytorch.pictures import Pictures, batches, for_answers, for_training, mixed
from viz.lab.pytorch.start import freeze, logits, started
from viz.lab.recipe import Recipe, class_weights, rate_at
from viz.net.trace import Trace, trace_config

MOST_WORKERS = 8
Batch = tuple[Tensor, Tensor]


class Training:
    """One run: made once, ``go`` trains it to its last epoch or until it is stopped."""

    def __init__(
        self, recipe: Recipe, choice: Choice, found: Labelled, folder: Path, device: torch.device
    ) -> None:
        self.recipe, self.folder, self.device = recipe, folder, device
        self.traced: Trace = trace_config(recipe.config)
        self.module = started(self.traced, recipe, choice).to(device)
        self.frozen = freeze(self.module, self.traced) if recipe.freeze == "features" else ()
        learning = [p for p in self.module.parameters() if p.requires_grad]
        self.optimizer = torch.optim.Adam(learning, lr=recipe.lr)
        self.class_weights = self._class_weights(found)
        self.progress = Progress()
        how = recipe.config.image, recipe.prepared
        self.train = Pictures(found.train, for_training(*how), recipe.seed)
        self.val = Pictures(_own(found.val), for_answers(*how), recipe.seed)
        self.outputs = Outputs(recipe, folder, len(found.val))
        self._stopping = False
        if not self._batches(0):
            raise RunError(f"{recipe.data}: {len(found.train)} pictures in train are too few.")

    def _class_weights(self, found: Labelled) -> Tensor | None:
        """What a picture of each class counts in the loss, (classes,); None: all the same."""
        if not self.recipe.balance:
            return None
        labels = [number for _, number in found.train]
        return torch.tensor(class_weights(labels, len(found.classes)), device=self.device)

    def resume(self) -> None:
        """Go on where the folder's checkpoint ends. Raises ``RunError``."""
        self.progress = unpack(self.folder / NAME, self.module, self.optimizer)

    def go(self) -> Epoch:
        """Train; the best epoch. Raises ``Stopped`` on Ctrl-C, and ``RunError``."""
        with _signals(self._stop):
            shared = processes.shared(self.module)
            self._save()
            self.live = self._live()
            while self.progress.epoch < self.recipe.epochs and not self._is_tired():
                self._epoch(shared)
        best = self.progress.best
        assert best is not None  # there is at least one epoch
        if self._is_tired() and processes.rank() == 0:
            count = self.recipe.patience
            epochs = f"{count} epoch{'s' * (count > 1)}"
            print(f"stopped early: {epochs} without a better one", flush=True)
        return best

    def _is_tired(self) -> bool:
        """Whether no epoch of the last ones was the best."""
        best, patience = self.progress.best, self.recipe.patience
        return bool(patience and best and self.progress.epoch - best.epoch >= patience)

    def _live(self) -> Live:
        steps, at = len(self._batches(0)), self.progress
        done = (at.epoch + at.step / steps) / self.recipe.epochs
        made = Live(self.folder, self.recipe.epochs, steps, done)
        if processes.rank() == 0:
            made.forget(at.epoch + 1, at.step)
        return made

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        # Asked twice: at once, with the checkpoint that is there. torchrun asks twice by itself.
        if self._stopping and processes.ranks() == 1:
            raise KeyboardInterrupt
        self._stopping = True

    def _epoch(self, shared: nn.Module) -> None:
        """One epoch, or the rest of one."""
        self._train(shared)
        processes.same_everywhere(self.module)
        loss, right, answers = self._validate()
        at = self.progress
        line = Epoch(at.epoch + 1, at.loss_sum / at.step, loss, right, round(at.seconds, 2))
        self.progress = Progress([*at.history, line])
        if processes.rank() == 0:
            self.outputs.epoch(self.progress, self.module, answers)
        self._save()

    def _train(self, shared: nn.Module) -> None:
        self._modes()
        epoch = self.progress.epoch
        self.train.epoch = epoch
        own = self._batches(epoch)
        loader = self._loader(self.train, own[self.progress.step :])
        bar = self._bar(loader, f"train epoch {epoch + 1}/{self.recipe.epochs}", len(own))
        begun = time.perf_counter()
        for pictures, labels in bar:
            news = [self._step(shared, pictures, labels), float(self._stopping)]
            loss, asked = processes.total(news, self.device)
            self._note(loss / processes.ranks(), begun, begun := time.perf_counter())
            bar.set_postfix(loss=f"{loss / processes.ranks():.3f}")
            if asked:
                self._give_up()

    def _note(self, loss: float, begun: float, ended: float) -> None:
        """Count a step, its loading too. A loss that is no number ends the run everywhere."""
        if not math.isfinite(loss):
            raise RunError(f"the loss is {loss} in epoch {self.progress.epoch + 1}: lower --lr.")
        self.progress.step += 1
        self.progress.loss_sum += loss
        self.progress.seconds += ended - begun
        if processes.rank() == 0:
            self.live.step(self.progress.epoch + 1, self.progress.step, loss)

    def _modes(self) -> None:
        """Training mode for what learns; what is frozen stays as it is at inference."""
        self.module.train()
        for path in self.frozen:
            self.module.get_submodule(path).eval()

    def _batches(self, epoch: int) -> list[list[int]]:
        recipe = self.recipe
        place = processes.rank(), processes.ranks()
        return batches(len(self.train), recipe.batch, recipe.seed, epoch, *place)

    def _step(self, shared: nn.Module, pictures: Tensor, labels: Tensor) -> float:
        """One step of Adam; the loss before it."""
        at = self.progress
        torch.manual_seed(mixed(self.recipe.seed, at.epoch, at.step, processes.rank()))  # dropout
        self._set_rate()
        self.optimizer.zero_grad()
        found = logits(shared(pictures.to(self.device)), self.traced)
        loss = cross_entropy(found, labels.to(self.device), self.class_weights)
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no hints here
        self.optimizer.step()
        return float(loss.detach())

    def _set_rate(self) -> None:
        """The schedule's learning rate for the step that comes."""
        recipe, steps = self.recipe, len(self._batches(0))
        step = self.progress.epoch * steps + self.progress.step
        rate = rate_at(recipe.schedule, recipe.lr, step, recipe.epochs * steps)
        for group in self.optimizer.param_groups:
            group["lr"] = rate

    @torch.no_grad()
    def _validate(self) -> tuple[float, float, list[Answered]]:
        """Mean loss and accuracy over all pictures of ``val``, and the answer on each."""
        self.module.eval()
        size, count = self.recipe.batch, len(self.val)
        numbers = [list(range(i, min(i + size, count))) for i in range(0, count, size)]
        loss, right, sure = 0.0, 0.0, list[tuple[int, float]]()
        title = f"valid epoch {self.progress.epoch + 1}/{self.recipe.epochs}"
        for pictures, labels in self._bar(self._loader(self.val, numbers), title, len(numbers)):
            found = logits(self.module(pictures.to(self.device)), self.traced).cpu()
            loss += float(cross_entropy(found, labels, reduction="sum"))
            right += float((found.argmax(1) == labels).sum())
            chances, named = found.softmax(1).max(1)
            sure += zip(named.tolist(), chances.tolist(), strict=True)
        loss, right, all_of_them = processes.total([loss, right, float(count)], self.device)
        own = [
            Answered(str(path), label, *answer)
            for (path, label), answer in zip(self.val.samples, sure, strict=True)
        ]
        return loss / all_of_them, right / all_of_them, processes.gathered(own)

    def _loader(self, data: Pictures, numbers: list[list[int]]) -> "DataLoader[Batch]":
        # On the CPU computing takes the time, and loading in the same process costs the least.
        workers = 0 if self.device.type == "cpu" else min(MOST_WORKERS, self.recipe.batch)
        return DataLoader(
            data,  # type: ignore[arg-type]  # batches are made of what the data set gives
            batch_sampler=numbers,
            num_workers=workers,
            worker_init_fn=_ignore_stop,
        )

    def _bar(self, loader: "DataLoader[Batch]", title: str, count: int) -> "tqdm[Batch]":
        silent = None if processes.rank() == 0 else True  # None: where there is no terminal
        done = count - len(loader)
        return tqdm(loader, title, total=count, initial=done, disable=silent, leave=False)

    def _give_up(self) -> None:
        self._save()
        if processes.rank() == 0:
            self.live.flush(self.progress.epoch + 1, self.progress.step)
        raise Stopped(
            f"stopped in epoch {self.progress.epoch + 1}, step {self.progress.step}: "
            "the same command with --resume goes on from there."
        )

    def _save(self) -> None:
        if processes.rank() == 0:
            self.outputs.checkpoint(packed(self.recipe, self.progress, self.module, self.optimizer))


def _own(samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
    """Every process validates its share, so that together they see each picture once."""
    return samples[processes.rank() :: processes.ranks()]


@contextmanager
def _signals(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Ctrl-C, and the end that torchrun asks for, come to ``handler``."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Python has signals in the main thread only
        return
    earlier = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, before in earlier.items():
            signal.signal(number, before)


def _ignore_stop(_worker: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the trainer decides
