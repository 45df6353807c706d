"""What differs between the runs of one training: surroundings that ought not to matter, as reprotest has it.

The first run is always under the same conditions; the others differ from it in all that is to be varied.
"""

import os
import platform
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lintian_ml import threads
from lintian_ml.error import UsageError

ZONES = ("UTC", "LMT-14", "LMT+12", "LMT-5:45")
"""Time zones as POSIX writes them; the first two are a day apart for most of the day."""

FEATURES = {
    "avx2": "AVX2",
    "fma": "FMA3",
    "avx512f": "AVX512F",
    "avx512cd": "AVX512CD",
    "avx512vl": "AVX512_SKX",
}
"""Vector extensions of x86, by Linux's names, as numpy names them; those of AVX-512 imply one another."""

PLAIN_CORES = {"x86_64": "Nehalem", "aarch64": "ARMV8", "ppc64le": "POWER8", "s390x": "Z13"}
"""The least core of each architecture that OpenBLAS knows."""

MOMENT = 2.1
"""Seconds between the starts of two runs whose time varies: the clocks in archives step by two seconds."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What can be varied here: processors, their vector extensions as Linux names them, and locales."""

    processors: tuple[int, ...]
    architecture: str
    flags: frozenset[str] = frozenset()
    locales: tuple[str, ...] = ("C.UTF-8", "POSIX")

    @classmethod
    def here(cls) -> "Machine":
        """Return this machine."""
        locales = ("C.UTF-8", *_foreign_locales(), "POSIX")
        processors = tuple(sorted(os.sched_getaffinity(0)))
        return cls(processors, platform.machine(), frozenset(_flags()), locales)


@dataclass(frozen=True, slots=True)
class Setting:
    """One condition: what to say of it, and what it means for the environment, the processors and the path.

    ``later`` is true where the run must begin a moment after the first.
    """

    said: str
    environment: Mapping[str, str] = field(default_factory=dict)
    processors: tuple[int, ...] = ()
    aside: str = ""
    later: bool = False


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of one run, by the name of what can be varied."""

    settings: Mapping[str, Setting]

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that tell them."""
        return {name: value for one in self.settings.values() for name, value in one.environment.items()}

    @property
    def processors(self) -> tuple[int, ...]:
        """The processors that the run may use; none where that is not restricted."""
        return self.settings["threads"].processors

    @property
    def aside(self) -> str:
        """The path that stands before the folder to work in."""
        return self.settings["path"].aside

    @property
    def later(self) -> bool:
        """Whether the run must begin a moment after the first."""
        return any(one.later for one in self.settings.values())


def plan(times: int, varied: Sequence[str], machine: Machine) -> tuple[Conditions, ...]:
    """Return the conditions of each run."""
    return tuple(
        Conditions({name: kind(machine, run if name in varied else 0) for name, kind in KINDS.items()})
        for run in range(times)
    )


def told(conditions: Sequence[Conditions], varied: Sequence[str]) -> Iterator[str]:
    """Yield what was varied, and how, one after the other."""
    for name in varied:
        yield f"{name}: {', then '.join(one.settings[name].said for one in conditions)}"


def chosen(words: str) -> tuple[str, ...]:
    """Return the variations that a list names, in their own order; UsageError for an unknown one.

    ``all`` stands for all of them, ``none`` for none.
    """
    if words in ("all", "none"):
        return tuple(KINDS) if words == "all" else ()
    asked = [word.strip() for word in words.split(",")]
    for word in asked:
        if word not in KINDS:
            raise UsageError(
                f"--vary: there is no {word or 'empty name'}; write all, none, or some of {', '.join(KINDS)}"
            )
    return tuple(name for name in KINDS if name in asked)


def _threads(machine: Machine, run: int) -> Setting:
    """All processors first, then one; a machine of one has two threads on it instead."""
    most = len(machine.processors)
    counts = (most, 1, *range(2, most)) if most > 1 else (1, 2, 3)
    count = counts[run % len(counts)]
    variables = dict.fromkeys(threads.VARIABLES, str(count))
    used = machine.processors[:count] if run else ()
    return Setting(
        str(count), {**variables, "DEB_BUILD_OPTIONS": f"parallel={count}"}, used if len(used) < most else ()
    )


def _time(machine: Machine, run: int) -> Setting:
    """The time zone; the clock itself is not turned, but goes on."""
    del machine
    zone = ZONES[run % len(ZONES)]
    said = f"TZ={zone}" if not run else f"TZ={zone} and a start {MOMENT:g} s later"
    return Setting(said, {"TZ": zone}, later=run > 0)


def _locale(machine: Machine, run: int) -> Setting:
    name = machine.locales[run % len(machine.locales)]
    language = {"LANGUAGE": "fr_CH:fr"} if run else {}
    return Setting(f"LC_ALL={name}", {"LANG": name, "LC_ALL": name, **language})


def _path(machine: Machine, run: int) -> Setting:
    del machine
    aside = "/".join(["elsewhere", *["deeper"] * (run - 1)]) if run else ""
    return Setting(f"below {aside}" if aside else "the usual folder", aside=aside)


def _hashseed(machine: Machine, run: int) -> Setting:
    """The seeds by which Python and Perl order what has no order."""
    del machine
    return Setting(f"PYTHONHASHSEED={run}", {"PYTHONHASHSEED": str(run), "PERL_HASH_SEED": str(run)})


def _cpu(machine: Machine, run: int) -> Setting:
    """The vector extensions that numpy, OpenBLAS, oneDNN, MKL, torch and the C library make use of."""
    if run % 2 == 0:
        return Setting("all vector extensions")
    variables = {}
    if machine.architecture in PLAIN_CORES:
        variables["OPENBLAS_CORETYPE"] = PLAIN_CORES[machine.architecture]
    if machine.architecture == "x86_64":
        names = [name for flag, name in FEATURES.items() if flag in machine.flags]
        variables |= {
            "NPY_DISABLE_CPU_FEATURES": " ".join(names),
            "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA,-AVX2_Usable,-FMA_Usable",
            "ONEDNN_MAX_CPU_ISA": "SSE41",
            "MKL_ENABLE_INSTRUCTIONS": "SSE4_2",
            "ATEN_CPU_CAPABILITY": "default",
        }
    said = " ".join(f"{name}={value}" for name, value in variables.items())
    return Setting(said or "the same, as none can be left out on this architecture", variables)


KINDS: Mapping[str, Callable[[Machine, int], Setting]] = {
    "threads": _threads,
    "time": _time,
    "locale": _locale,
    "path": _path,
    "hashseed": _hashseed,
    "cpu": _cpu,
}
"""What can be varied: for the number of a run, counted from 0, its condition."""


def _flags() -> Iterator[str]:
    """Yield the processor's features as Linux names them."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return
    yield from next((line.partition(":")[2].split() for line in lines if line.startswith("flags")), ())


def _foreign_locales() -> Iterator[str]:
    """Yield an installed locale that writes numbers, or at least words, in another way than English ones."""
    try:
        done = subprocess.run(["locale", "-a"], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return
    names = done.stdout.decode("utf-8", "replace").split()
    foreign = (
        name for name in names if "utf" in name.lower() and not name.startswith(("C.", "en_", "POSIX"))
    )
    yield from sorted(foreign)[:1]
