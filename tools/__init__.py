"""Programs for those who work on the Atlas; no part of the package."""
