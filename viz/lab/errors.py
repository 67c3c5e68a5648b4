"""What stops a run: one sentence that names the file, folder or option."""


class RunError(Exception):
    """A run that cannot be carried out; the message is one sentence."""


class Stopped(RunError):
    """A run that its user ended; the message says how it goes on."""
