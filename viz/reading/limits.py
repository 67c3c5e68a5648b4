"""What a file may cost while it is read. All limits stand here."""

from contextlib import suppress

FILE_BYTES = 2 * 2**30  # a V2 with Adam's buffers has 42 MB
SECONDS = 60.0  # the start of the process included; torch takes two of them
MEMORY_BYTES = 3 * 2**30  # of the reading process, its libraries included
TENSORS = 20_000  # EfficientNet-B7 with its averages has 2,300
ELEMENTS = 2**32  # of one tensor
DIMENSIONS = 8
NODES = 5_000  # of a graph; MobileNetV5 has 2,068
NAME_CHARACTERS = 1_000
ANSWER_BYTES = 16 * 2**20  # what the reading process may say
TEXT_CHARACTERS = 1_000_000  # of a pasted error


def limit_this_process(memory_bytes: int, seconds: float) -> None:
    """Hold the calling process to memory and processor time, and let it write no file.

    Systems without ``resource`` (Windows) have the time limit of the asking process only.
    """
    with suppress(ImportError):
        import resource

        for what, most in (
            (resource.RLIMIT_DATA, memory_bytes),
            (resource.RLIMIT_CPU, int(seconds) + 1),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            with suppress(ValueError, OSError):  # a system may allow less already
                resource.setrlimit(what, (most, most))
