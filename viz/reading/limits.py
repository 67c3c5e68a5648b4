"""What a file may cost while it is read. All limits stand here."""

from contextlib import suppress

from viz.net.bounds import OPERATIONS

FILE_BYTES = 2 * 2**30  # a V2 with Adam's buffers has 42 MB
SECONDS = 60.0  # the start of the process included; torch takes two of them
MEMORY_BYTES = 3 * 2**30  # of the reading process, its libraries included
TENSORS = 20_000  # EfficientNet-B7 with its averages has 2,300
ELEMENTS = 2**32  # of one tensor
DIMENSIONS = 8
NODES = OPERATIONS.most  # of a graph
NAME_CHARACTERS = 1_000
ANSWER_BYTES = 16 * 2**20  # what the reading process may say
TEXT_CHARACTERS = 1_000_000  # of a pasted error


def limit_this_process(memory_bytes: int, seconds: float) -> None:
    """Hold the calling process to memory and processor time, and let it write no file.

    Systems without ``resource`` (Windows) have the time limit of the asking process only.
    """
    limit_memory(memory_bytes)
    _limit("RLIMIT_CPU", int(seconds) + 1)
    _limit("RLIMIT_FSIZE", 0)
    _limit("RLIMIT_CORE", 0)


def limit_memory(memory_bytes: int) -> None:
    """Hold the calling process to so much memory, where the system can."""
    _limit("RLIMIT_DATA", memory_bytes)


def _limit(what: str, most: int) -> None:
    with suppress(ImportError, ValueError, OSError):  # a system may allow less already
        import resource

        resource.setrlimit(getattr(resource, what), (most, most))
