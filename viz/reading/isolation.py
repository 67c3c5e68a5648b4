"""The reading process by itself: no network, no other process, nothing written or removed.

Linux's seccomp holds it to that, through libseccomp. Where either is missing (macOS, Windows, a
container that forbids it) only the limits of ``viz.reading.limits`` hold.
"""

import errno
import os
import sys
from contextlib import suppress
from typing import Any

# What a Python and its libraries are found by; of everything else the process knows nothing.
KEPT = frozenset({"PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT"})
SET = {"PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}

NETWORK = ("socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto")
PROCESSES = (
    *("execve", "execveat", "fork", "vfork", "kill", "tkill", "tgkill", "pidfd_open", "ptrace"),
    *("pidfd_send_signal", "process_vm_readv", "process_vm_writev"),
)
FILES = (
    *("creat", "unlink", "unlinkat", "rename", "renameat", "renameat2", "mkdir", "mkdirat"),
    *("rmdir", "link", "linkat", "symlink", "symlinkat", "truncate", "ftruncate", "mknod"),
    *("mknodat", "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat"),
    *("setxattr", "fsetxattr", "lsetxattr", "utimensat", "mount", "umount2", "chroot"),
)
# Other ways to the same.
DETOURS = ("io_uring_setup", "bpf", "userfaultfd", "keyctl", "add_key", "unshare", "setns")
NEWER = ("clone3", "openat2")  # whose arguments cannot be looked at; C libraries know the older
WRITING = (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC)  # flags that ask for it
THREAD = 0x10000  # CLONE_THREAD


def environment() -> dict[str, str]:
    """The environment of a reading process: nothing of the server's own."""
    return {name: os.environ[name] for name in KEPT if name in os.environ} | SET


def isolate() -> bool:
    """Take network, processes and writing from the calling process; whether that could be done."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        import pyseccomp as seccomp
    except (ImportError, OSError, RuntimeError):  # without it, or without the C library
        return False
    with suppress(OSError, RuntimeError):
        _held(seccomp).load()
        return True
    return False


def _held(seccomp: Any) -> Any:
    """The filter: all but these calls are allowed. One that this system lacks is left out."""
    no, missing = seccomp.ERRNO(errno.EPERM), seccomp.ERRNO(errno.ENOSYS)
    rules: list[tuple[int, str, tuple[Any, ...]]] = [
        *((no, name, ()) for name in (*NETWORK, *PROCESSES, *FILES, *DETOURS)),
        *((missing, name, ()) for name in NEWER),
        (no, "clone", (seccomp.Arg(0, seccomp.MASKED_EQ, THREAD, 0),)),
    ]
    for flag in WRITING:
        for name, place in (("open", 1), ("openat", 2)):
            rules.append((no, name, (seccomp.Arg(place, seccomp.MASKED_EQ, flag, flag),)))
    made = seccomp.SyscallFilter(seccomp.ALLOW)
    for action, name, arguments in rules:
        with suppress(OSError):
            made.add_rule(action, name, *arguments)
    return made
