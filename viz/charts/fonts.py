"""Fonts for names in scripts that matplotlib's own font lacks.

A sign is drawn in the first of the machine's fonts that has it; where none has, another sign stands
for it, and a sentence says so.
"""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from matplotlib.font_manager import FontEntry, findfont, fontManager, get_font

from viz.charts.chart import Chart

USUAL = "DejaVu Sans"  # comes with matplotlib: the same everywhere
REPLACED = "\ufffd"
SHOWN = 8  # of the signs that a sentence names
SANS = ("cjk", "sans", "fallback", "gothic", "hei", "unicode", "ming")
BOXES = "Last Resort High-Efficiency"  # comes with matplotlib; has a box for every sign, no letter
PICTURES = ("Emoji", BOXES)  # names of fonts whose signs are no letters
TRUETYPE = (b"\0\1\0\0", b"true")  # how files begin that a PDF can hold as TrueType


class Fonts(NamedTuple):
    """Families in the order in which they are asked, and the signs that none has."""

    families: tuple[str, ...]
    lacking: frozenset[str]


@lru_cache(maxsize=64)
def fonts_for(text: str) -> Fonts:
    """The usual font, and further ones where it lacks a sign of ``text``.

    What no font has is measured, and in an SVG drawn, as a box; control characters are, too.
    """
    unknown = {sign for sign in text if not sign.isspace()} - _signs(findfont(USUAL))
    lacking = set(filter(str.isprintable, unknown))
    families = [USUAL]
    for entry in _others() if lacking else ():
        found = lacking & _signs(entry.fname)
        if found:
            families.append(entry.name)
            lacking -= found
        if not lacking:
            break
    if lacking or not all(map(str.isprintable, unknown)):
        families.append(BOXES)
    return Fonts(tuple(families), frozenset(lacking))


def texts_in(*parts: Chart | str) -> str:
    """Every sign of a chart and of texts beside it."""
    found: set[str] = set()

    def take(text: str) -> str:
        found.update(text)
        return text

    for part in parts:
        part.spelled(take) if isinstance(part, Chart) else take(part)
    return "".join(sorted(found))


def replaced(text: str, lacking: frozenset[str]) -> str:
    """The text with one sign for each that no font has."""
    return text.translate(dict.fromkeys(map(ord, lacking), REPLACED))


def sentence(signs: frozenset[str]) -> str:
    """What is said of signs that no font has."""
    lacking = sorted(signs)
    shown = "".join(lacking[:SHOWN]) + "…" * (len(lacking) > SHOWN)
    count = f"{len(lacking)} characters" if len(lacking) > 1 else "1 character"
    return (
        f"No font on this machine has {count} of this picture ({shown}): {REPLACED} stands for "
        "them. Install one, such as Noto Sans CJK, or take SVG."
    )


def _others() -> tuple[FontEntry, ...]:
    """Upright fonts of the machine; those first that a PDF can hold and that have no serifs."""
    plain = [
        entry
        for entry in fontManager.ttflist
        if entry.style == "normal"
        and entry.weight == 400
        and not any(word in entry.name for word in PICTURES)
    ]
    return tuple(sorted(plain, key=_rank))


def _rank(entry: FontEntry) -> tuple[bool, bool, str]:
    is_sans = any(word in entry.name.lower() for word in SANS)
    return (not _is_truetype(entry.fname), not is_sans, entry.name)


@lru_cache(maxsize=1024)
def _is_truetype(path: str) -> bool:
    with Path(path).open("rb") as file:
        return file.read(4) in TRUETYPE


@lru_cache(maxsize=1024)
def _signs(path: str) -> frozenset[str]:
    try:
        return frozenset(map(chr, get_font(path).get_charmap()))
    except (OSError, RuntimeError):  # a font that FreeType does not take
        return frozenset()
