"""Text on screen, ready to be translated: English in the code, looked up through gettext."""

import gettext
from pathlib import Path

_LOCALES = Path(__file__).with_name("locales")
_ = gettext.translation("atlas", localedir=str(_LOCALES), fallback=True).gettext
