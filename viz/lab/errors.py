"""Errors of runs: one sentence that names the file, folder or option."""


class RunError(Exception):
    """A run that cannot be carried out; the message is one sentence."""


class Stopped(RunError):
    """A run stopped by its user; the message says how to resume."""
