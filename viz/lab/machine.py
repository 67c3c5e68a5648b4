"""Description of the machine, stated with every latency."""

import os
import platform
from pathlib import Path
from typing import NamedTuple


class Machine(NamedTuple):
    """Processor, cores that this process may use, and system."""

    processor: str
    cores: int
    system: str

    @property
    def text(self) -> str:
        """In one line."""
        return f"{self.processor}, {self.cores} cores, {self.system}"


def this_machine() -> Machine:
    """The machine that this process runs on."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux: a container may have a share only
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return Machine(_processor(), cores, f"{platform.system()} {platform.machine()}")


def _processor() -> str:
    """Its trade name where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
