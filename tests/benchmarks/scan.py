"""Time and memory of linting source packages, against decompressing the same tarballs to nowhere.

    python tests/benchmarks/scan.py [--runs N] X.dsc...

Whole processes, in turn (A B A B …), so that the machine's moods hit both. Prints for each package the
median ratio of wall times, of processor times, and the peak memory of the linter.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from debian.deb822 import Dsc

DECOMPRESSORS = {
    ".xz": ["xz", "-T1", "-dc"],
    ".gz": ["gzip", "-dc"],
    ".bz2": ["bzip2", "-dc"],
    ".zst": ["zstd", "-dc"],
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the wall, seconds of processor, MiB at the peak."""

    wall: float
    cpu: float
    memory: float


def measure(command: Sequence[str]) -> Cost:
    """Run one command to its end, its output thrown away."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def decompress(tarballs: Sequence[Path]) -> Cost:
    """Decompress each tarball to nowhere with the usual program; the sum of what each costs."""
    costs = [measure([*DECOMPRESSORS[path.suffix], str(path)]) for path in tarballs]
    return Cost(sum(c.wall for c in costs), sum(c.cpu for c in costs), max(c.memory for c in costs))


def main() -> None:
    """Print a row for each package."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("dsc", nargs="+", type=Path)
    options = parser.parse_args()
    print(
        f"{'package':32} {'MB packed':>9} {'lint s':>8} {'plain s':>8} {'wall':>6} {'cpu':>6} {'peak MiB':>9}"
    )
    for dsc in options.dsc:
        names = [entry["name"] for entry in Dsc(dsc.read_text())["Files"]]
        tarballs = [dsc.parent / name for name in names if Path(name).suffix in DECOMPRESSORS]
        lint = [sys.executable, "-m", "lintian_ml", "--no-cfg", "--allow-root", "--fail-on", "none", str(dsc)]
        measure(lint)
        pairs = [(measure(lint), decompress(tarballs)) for _ in range(options.runs)]
        ours = statistics.median(a.wall for a, _ in pairs)
        plain = statistics.median(b.wall for _, b in pairs)
        wall = statistics.median(a.wall / b.wall for a, b in pairs)
        cpu = statistics.median(a.cpu / b.cpu for a, b in pairs)
        peak = max(a.memory for a, _ in pairs)
        packed = sum(path.stat().st_size for path in tarballs) / 1e6
        print(
            f"{dsc.name:32} {packed:9.1f} {ours:8.2f} {plain:8.2f} {wall:6.2f} {cpu:6.2f} {peak:9.1f}",
            flush=True,
        )


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
