"""Finds out how trainings can be confined on this machine, or says how to make that possible."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lintian_ml.reproduce.sandbox.confinement import (
    Bubblewrap,
    Confinement,
    ConfinementError,
    Unconfined,
    walls,
)
from lintian_ml.reproduce.sandbox.holding import PROBE_SECONDS, holder

WAIVED = "or allow what the package brought to run as you, with the network, by --unconfined"

UNBOUNDED = (
    "nothing here bounds the number of processes of root's: there is no systemd, and no control group can be "
    "made; run it as a user"
)

SWITCHES = (
    ("kernel/unprivileged_userns_clone", "0", "sysctl -w kernel.unprivileged_userns_clone=1"),
    ("user/max_user_namespaces", "0", "sysctl -w user.max_user_namespaces=10000"),
    (
        "kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "an AppArmor profile that lets bwrap have them, or "
        "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ),
)
"""What keeps users from having namespaces: the setting below /proc/sys, its value, and the remedy."""


def confinement(
    *,
    waived: bool,
    environment: Mapping[str, str],
    root: Path = Path("/"),
    settings: Path = Path("/proc/sys"),
) -> Confinement:
    """Return how trainings are to be run; ConfinementError where bubblewrap is not there and not ``waived``.

    ``environment`` has the PATH on which bubblewrap is looked for. It is tried out: in many containers it is
    there but may not make namespaces. ``root`` is the system that trainings are to see, ``settings`` those of
    the kernel.
    """
    is_root = os.geteuid() == 0
    if waived:
        return Unconfined(holder=holder(environment, root=is_root))
    program = shutil.which("bwrap", path=environment.get("PATH"))
    if program is None:
        raise ConfinementError(f"bwrap is not there to confine the training; install bubblewrap, {WAIVED}")
    if not (root / "usr" / "bin" / "env").exists():
        raise ConfinementError(f"{root}: is no system to run in: it has no usr/bin/env")
    if trouble := _trouble([program, *walls(root, 1 << 20), "--", "/usr/bin/env", "true"]):
        remedy = "; ".join(remedies(settings))
        raise ConfinementError(f"bwrap cannot confine here ({trouble}); {remedy}; {WAIVED}")
    found = holder(environment, root=is_root)
    if found is None and is_root:
        raise ConfinementError(UNBOUNDED)
    return Bubblewrap(program, root, found)


def remedies(settings: Path) -> Iterator[str]:
    """Yield what to do so that namespaces can be had, the settings that are in the way first."""
    found = [remedy for name, value, remedy in SWITCHES if _says(settings / name, value)]
    yield from (f"to get user namespaces: {remedy}" for remedy in found)
    if not found:
        yield (
            "user namespaces may be forbidden by the container that this runs in: docker and podman give "
            "them by --security-opt seccomp=unconfined --security-opt systempaths=unconfined"
        )


def _says(path: Path, value: str) -> bool:
    try:
        return path.read_text("ascii").strip() == value
    except OSError:
        return False


def _trouble(command: Sequence[str]) -> str:
    """Return why a command fails; an empty string where it works."""
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=PROBE_SECONDS, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return (said or [f"status {done.returncode}"])[-1] if done.returncode else ""
