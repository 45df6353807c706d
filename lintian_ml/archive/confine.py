"""What a process gives up before it meets a package that nobody vouches for."""

import ctypes
import math
import os
import resource
import signal

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
"""Options of prctl(2), from <linux/prctl.h>."""

LARGEST_FILE = 4 << 30
"""Bytes of the largest file that a child may write; it spools at most half of that."""

OPEN_FILES = 64


def die_with(parent: int) -> None:
    """Have the kernel kill this process when ``parent`` ends, however it ends; leave if it has ended."""
    _prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:
        os._exit(os.EX_TEMPFAIL)


def give_up_privileges() -> None:
    """Forbid this process and its children to gain privileges by what they execute."""
    _prctl(PR_SET_NO_NEW_PRIVS, 1)


def limit(memory: int) -> None:
    """Bound the address space (bytes), the files written and opened; no core dump."""
    _bound(resource.RLIMIT_AS, memory, memory)
    _bound(resource.RLIMIT_FSIZE, LARGEST_FILE, LARGEST_FILE)
    _bound(resource.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES)
    _bound(resource.RLIMIT_CORE, 0, 0)


def grant(seconds: int) -> None:
    """Let this process have so many seconds of processor time more; then the kernel ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, ceiling = resource.getrlimit(resource.RLIMIT_CPU)
    until = math.ceil(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(
        resource.RLIMIT_CPU, (until if ceiling == resource.RLIM_INFINITY else min(until, ceiling), ceiling)
    )


def _bound(kind: int, soft: int, hard: int) -> None:
    """Set a limit, or keep the stricter one that is there."""
    _, ceiling = resource.getrlimit(kind)
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(kind, (soft, hard))


def _prctl(option: int, value: int) -> None:
    """Call prctl(2) where there is one; elsewhere the resource limits must do."""
    call = getattr(ctypes.CDLL(None), "prctl", None)
    if call is not None:
        call(option, *map(ctypes.c_ulong, (value, 0, 0, 0)))
