"""Text on screen, ready to be translated: English in the code, looked up through gettext.

It is looked up when it is shown, never when a module is imported: each reader may have a language.
"""

import gettext
from functools import lru_cache
from pathlib import Path

_LOCALES = Path(__file__).parents[1] / "locales"


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("atlas", str(_LOCALES), [language], fallback=True)


def language() -> str:
    """The reader's language; only English is there so far."""
    return "en"


def _(text: str) -> str:
    """The text in the reader's language."""
    return _catalogue(language()).gettext(text)
