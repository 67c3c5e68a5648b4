"""How long a training run takes, roughly, before anything has been measured."""

from typing import NamedTuple

# Measured with the recipe beside the shipped weights (viz/lab/atlas/v2.json): 13 ms a picture.
MACS_PER_SECOND = 2e9  # of one core, batch norm and activations included
SECONDS_PER_PICTURE = 0.004  # to open one, to turn and to crop it
SECONDS_TO_DRAW = 0.03  # one flower
SECONDS_TO_START = 8.0  # torch, and every picture looked at
BACKWARD = 2  # a backward pass takes as long as two forward ones


class Work(NamedTuple):
    """A run's work: multiply-adds of one picture, pictures of both halves, what is trained."""

    macs: int
    train: int
    val: int
    epochs: int
    frozen: bool
    to_draw: int = 0  # pictures that have yet to be drawn

    @property
    def seconds(self) -> float:
        """Seconds on one core."""
        passes = self.train * (1 if self.frozen else 1 + BACKWARD) + self.val
        reading = (self.train + self.val) * SECONDS_PER_PICTURE
        epoch = passes * self.macs / MACS_PER_SECOND + reading
        return SECONDS_TO_START + self.epochs * epoch + self.to_draw * SECONDS_TO_DRAW


def about(seconds: float) -> str:
    """A duration as rough as it is known: 40 s, 3 min, 2 h."""
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= 1.5 * size:
            return f"{round(seconds / size)} {unit}"
    return f"{max(10, round(seconds, -1)):.0f} s"
