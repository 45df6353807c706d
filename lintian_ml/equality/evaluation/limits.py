"""What a child process that runs a graph may use, and what is taken from it: set by itself, before it starts.

Debian's kernels let a process give up the network by a user namespace of its own; where that is refused, an
audit hook still ends the process at the first socket that Python code asks for.
"""

import ctypes
import os
import resource
import sys
from dataclasses import dataclass

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.spawn")
"""Beginnings of the audit events that end the process (Python's table of audit events)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``seconds`` of time, ``memory`` in bytes of address space, ``output`` in bytes of one file written."""

    seconds: int = 300
    memory: int = 8 << 30
    output: int = 1 << 30

    def apply(self) -> bool:
        """Limit this process for good; return whether the network could be cut off by the kernel too."""
        for kind, most in (
            (resource.RLIMIT_CPU, self.seconds),
            (resource.RLIMIT_AS, self.memory),
            (resource.RLIMIT_FSIZE, self.output),
            (resource.RLIMIT_CORE, 0),
        ):
            _, hard = resource.getrlimit(kind)
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))
        return _without_network()


def forbid() -> None:
    """End this process where Python code asks for a socket or another process, from now on for good."""
    sys.addaudithook(_audited)


def _audited(event: str, arguments: object) -> None:
    del arguments
    if event.startswith(FORBIDDEN):
        os._exit(77)


def _without_network() -> bool:
    """Move this process to a network of its own, without any interface that is up."""
    library = ctypes.CDLL(None, use_errno=True)
    unshare = getattr(library, "unshare", None)
    return unshare is not None and unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0
