"""Windows of a convolution along one side of a map, and the pixels not covered."""

from collections.abc import Sequence
from dataclasses import dataclass

from viz.net.operations import MapVanishes, Operation, Role, Tape

# name -> lowest, highest, default
LIMITS = {"w": (1, 24, 8), "f": (1, 7, 3), "p": (0, 6, 1), "s": (1, 4, 2), "d": (1, 4, 1)}


WITH_WEIGHTS = ("conv", "depthwise")
SMALL = 16  # pixels of a side that stands for a larger one


@dataclass(frozen=True, slots=True)
class Windows:
    """One side of ``size`` pixels, padded ``before`` and ``after``, under ``out`` windows."""

    size: int
    kernel: int
    stride: int
    before: int
    after: int
    out: int
    dilation: int = 1

    @property
    def padded(self) -> int:
        """Pixels with padding."""
        return self.before + self.size + self.after

    @property
    def starts(self) -> list[int]:
        """First pixel of every window, counted from the start of the padding."""
        return [index * self.stride for index in range(self.out)]

    @property
    def reach(self) -> int:
        """Pixels from a window's first to its last, holes included."""
        return (self.kernel - 1) * self.dilation + 1

    def taps(self, start: int) -> range:
        """The pixels that the window at ``start`` reads."""
        return range(start, start + self.reach, self.dilation)

    def seen(self, position: int) -> bool:
        """Whether any window reads the pixel at ``position`` of the padded side."""
        return any(position in self.taps(start) for start in self.starts)

    @property
    def formula(self) -> int:
        """Result of the formula; not a valid size if the window is larger than the side."""
        return (self.padded - self.reach) // self.stride + 1

    @property
    def size_guesses(self) -> dict[str, int]:
        """The output's size (``formula``), and what forgets the padding, or the stride."""
        bare = (self.size - self.reach) // self.stride + 1
        dense = self.padded - self.reach + 1
        return {"bare": max(bare, 0), "formula": self.out, "dense": dense}

    @property
    def missed(self) -> list[int]:
        """Pixels of the input, counted from 0, that no window reads."""
        return [i for i in range(self.size) if not self.seen(self.before + i)]


def pytorch_windows(
    size: int, kernel: int, stride: int, padding: int, dilation: int = 1
) -> Windows:
    """``padding`` at both ends: floor((size + 2 padding - reach) / stride) + 1 windows."""
    tape = Tape((1, size, size))
    return _windows(tape, size, kernel, stride, (padding, padding), dilation)


def tensorflow_windows(size: int, kernel: int, stride: int, dilation: int = 1) -> Windows:
    """TensorFlow's "same": ceil(size / stride) windows, the odd pixel of padding at the end."""
    tape = Tape((1, size, size), same_padding=True)
    return _windows(tape, size, kernel, stride, None, dilation)


def _windows(
    tape: Tape,
    size: int,
    kernel: int,
    stride: int,
    padding: tuple[int, int] | None,
    dilation: int,
) -> Windows:
    try:
        tape.conv(
            "0", 1, Role.CONV, kernel=kernel, stride=stride, padding=padding, dilation=dilation
        )
    except MapVanishes:
        before, after = padding or (0, 0)
        return Windows(size, kernel, stride, before, after, 0, dilation)
    op = tape.operations[0]
    return Windows(size, kernel, stride, *op.padding, op.out_shape[1], dilation)


def window_of(operations: Sequence[Operation]) -> dict[str, int] | None:
    """Side, kernel, padding, stride and dilation of the first convolution with a window.

    By the names in ``LIMITS``; None where there is no such convolution, or not within them. A side
    of more than 16 pixels is a smaller one that ends like it: both leave the same rest by stride.
    """
    found = next((op for op in operations if op.kernel > 1 and op.kind in WITH_WEIGHTS), None)
    if found is None:
        return None
    side, step = found.in_shape[1], found.stride
    side = side if side <= SMALL else SMALL - (SMALL - side) % step
    reach = (found.kernel - 1) * found.dilation
    setting = {"w": side, "f": found.kernel, "p": reach // 2, "s": step, "d": found.dilation}
    fits = all(LIMITS[name][0] <= value <= LIMITS[name][1] for name, value in setting.items())
    return setting if fits else None
