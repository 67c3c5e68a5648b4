"""Windows of a convolution along one side of a map, and the pixels not covered."""

from dataclasses import dataclass

from viz.net.operations import MapVanishes, Role, Tape

# name -> lowest, highest, default
LIMITS = {"w": (1, 24, 8), "f": (1, 7, 3), "p": (0, 3, 1), "s": (1, 4, 2)}


@dataclass(frozen=True, slots=True)
class Windows:
    """One side of ``size`` pixels, padded ``before`` and ``after``, under ``out`` windows."""

    size: int
    kernel: int
    stride: int
    before: int
    after: int
    out: int

    @property
    def padded(self) -> int:
        """Pixels with padding."""
        return self.before + self.size + self.after

    @property
    def starts(self) -> list[int]:
        """First pixel of every window, counted from the start of the padding."""
        return [index * self.stride for index in range(self.out)]

    def seen(self, position: int) -> bool:
        """Whether any window covers the pixel at ``position`` of the padded side."""
        return any(start <= position < start + self.kernel for start in self.starts)

    @property
    def formula(self) -> int:
        """Result of the formula; not a valid size if the kernel is larger than the side."""
        return (self.padded - self.kernel) // self.stride + 1

    @property
    def missed(self) -> list[int]:
        """Pixels of the input, counted from 0, that no window covers."""
        return [i for i in range(self.size) if not self.seen(self.before + i)]


def pytorch_windows(size: int, kernel: int, stride: int, padding: int) -> Windows:
    """With ``padding`` on both sides: floor((size - kernel + 2 padding) / stride) + 1 windows."""
    return _windows(Tape((1, size, size)), size, kernel, stride, (padding, padding))


def tensorflow_windows(size: int, kernel: int, stride: int) -> Windows:
    """TensorFlow's "same": ceil(size / stride) windows, the odd pixel of padding at the end."""
    return _windows(Tape((1, size, size), same_padding=True), size, kernel, stride, None)


def _windows(
    tape: Tape, size: int, kernel: int, stride: int, padding: tuple[int, int] | None
) -> Windows:
    try:
        tape.conv("0", 1, Role.CONV, kernel=kernel, stride=stride, padding=padding)
    except MapVanishes:
        before, after = padding or (0, 0)
        return Windows(size, kernel, stride, before, after, 0)
    op = tape.operations[0]
    return Windows(size, kernel, stride, *op.padding, op.out_shape[1])
