"""The command line: ``atlas``, or ``python -m viz``."""
