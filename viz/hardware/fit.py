"""Whether a network fits a board: the arena against its SRAM, the model against its flash."""

import re
from typing import NamedTuple

from viz.facts.arena import Arena
from viz.hardware.boards import BOARDS, Board
from viz.net.fields import ConfigError, one_of

UNITS = {"": 1, "k": 2**10, "m": 2**20}
MOST = 2**40
BYTES_ALLOWED = "bytes: a whole number from 1, or one with K or M, such as 256K"
OWN = "your board"


class Fit(NamedTuple):
    """Bytes that are needed and that there are; None where nobody said how many there are."""

    board: str
    source: str
    sram: int | None
    flash: int | None
    arena_bytes: int
    flash_bytes: int

    @property
    def sram_fits(self) -> bool:
        """Whether the arena is no larger than the SRAM."""
        return self.sram is None or self.arena_bytes <= self.sram

    @property
    def flash_fits(self) -> bool:
        """Whether the model is no larger than the flash."""
        return self.flash is None or self.flash_bytes <= self.flash

    @property
    def fits(self) -> bool:
        """Whether both do. The program itself needs memory too."""
        return self.sram_fits and self.flash_fits


class Room(NamedTuple):
    """The memory that there is, in bytes; None is no limit."""

    board: str = ""
    source: str = ""
    sram: int | None = None
    flash: int | None = None

    @property
    def is_bound(self) -> bool:
        """Whether there is any limit."""
        return self.sram is not None or self.flash is not None

    def fit(self, arena: Arena) -> Fit:
        """What a plan needs of it."""
        return Fit(*self, arena.total, arena.flash)


def room_of(board: str = "", sram: str | int = "", flash: str | int = "") -> Room:
    """The memory of a board, or as given: bytes, or text such as 256K. Raises ``ConfigError``."""
    found = board_of(board) if board else None
    return Room(
        found.name if found else OWN if sram or flash else "",
        found.source if found and not (sram or flash) else "",
        bytes_of("sram", sram) if sram else found and found.sram,
        bytes_of("flash", flash) if flash else found and found.flash,
    )


def board_of(key: str) -> Board:
    """A board of the table. Raises ``ConfigError``."""
    if key.lower() not in BOARDS:
        raise ConfigError("board", key, one_of(tuple(BOARDS), key))
    return BOARDS[key.lower()]


def bytes_of(name: str, text: str | int) -> int:
    """Bytes, from text such as 320K or 1M. Raises ``ConfigError``."""
    found = re.fullmatch(r"(\d{1,13})\s*([km]?)i?b?", str(text).strip().lower())
    amount = int(found[1]) * UNITS[found[2]] if found else 0
    if not 0 < amount <= MOST:
        raise ConfigError(name, text, BYTES_ALLOWED)
    return amount
