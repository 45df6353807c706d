"""Measures scans of a mirror: ``python -m tests.benchmarks.archive FOLDER [PACKAGES [MIB [REAL]]]``.

Most of the mirror is generated; in the folder REAL, if one is named, are packages that lie in it too.
Printed are seconds and ratios: a cold scan by one process and by two, a second scan without change, one
with another profile, one after 20 uploads of new versions and one after 20 of new revisions, and what store
and scheduling cost beside the reading itself.
"""

import heapq
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.archive.bulk import large_sources, real
from tests.archive.mirrors import Put, publish, put, revised, text, upstream

UPLOADS = 20


def scanned(mirror: Path, db: Path, *words: str) -> tuple[float, float]:
    """Scan, and return how long that took, and how much processor time, of all processes."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [
        sys.executable,
        "-m",
        "lintian_ml",
        "archive",
        "scan",
        "--mirror",
        str(mirror),
        "--suite",
        "sid",
    ]
    subprocess.run([*command, "--db", str(db), "-q", *words], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, spent


def machine() -> float:
    """Return how many times as fast two processes are on this machine that share nothing but it."""
    work = [sys.executable, "-c", "import lzma, os; d = os.urandom(1 << 22) * 4; lzma.compress(d, preset=1)"]
    began = time.perf_counter()
    for _ in range(2):
        subprocess.run(work, check=True)
    one_after_the_other = time.perf_counter() - began
    began = time.perf_counter()
    for process in [subprocess.Popen(work) for _ in range(2)]:
        process.wait()
    return one_after_the_other / (time.perf_counter() - began)


def within(db: Path) -> float:
    """Return the seconds that packages took within their children, by the last run's results."""
    with sqlite3.connect(db) as connection:
        (spent,) = connection.execute("SELECT sum(seconds) FROM packages").fetchone()
    return float(spent)


def spread(db: Path, processors: int) -> float:
    """Return how many times as fast so many processors would be, by the seconds that each package took: the
    largest come first, and each goes to the processor that is free first.
    """
    with sqlite3.connect(db) as connection:
        spent = [one for (one,) in connection.execute("SELECT seconds FROM packages ORDER BY size DESC")]
    busy = [0.0] * processors
    for seconds in spent:
        heapq.heapreplace(busy, busy[0] + seconds)
    return float(sum(spent) / max(busy))


def read(db: Path) -> int:
    """Return the bytes of tarballs that the last run read."""
    with sqlite3.connect(db) as connection:
        (count,) = connection.execute("SELECT read FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    return int(count)


def uploads(puts: list[Put], upload: Callable[[Put], Put]) -> Iterator[Put]:
    """Upload some packages anew, and yield all packages as they are then."""
    for number, one in enumerate(puts):
        yield upload(one) if number % (len(puts) // UPLOADS) == 0 else one


def fresh(one: Put) -> dict[str, bytes]:
    """Return the files of a new version of a package."""
    chance = random.Random(one.name)
    return {**upstream(chance, 3, 20_000), "new.c": text(chance, 5000)}


def tell(title: str, took: tuple[float, float], cold: tuple[float, float], count: int) -> None:
    """Print what a scan took beside a cold one; of both the time on the wall and the processor time."""
    shares = ", ".join(f"{one / whole:.1%}" for one, whole in zip(took, cold, strict=True))
    print(f"{title + ':':18} {took[0]:7.2f} s, {took[1]:7.2f} of a processor ({shares}), {count} bytes read")


def main(folder: Path, packages: int = 2000, mebibytes: int = 2400, others: Path | None = None) -> None:
    """Make a mirror below ``folder``, and measure."""
    shutil.rmtree(folder, ignore_errors=True)
    mirror = folder / "mirror"
    puts = list(large_sources(mirror, packages, mebibytes << 20))
    puts += real(mirror, others) if others else ()
    publish(mirror, puts)
    size = sum(size for one in puts for _, size, _ in one.files)
    print(f"{packages} packages, {size / (1 << 20):.0f} MiB compressed")
    cold = {jobs: scanned(mirror, folder / f"db{jobs}", "-j", str(jobs)) for jobs in (1, 2)}
    db = folder / "db1"
    inside = within(db)
    (wall, spent), (wall2, _) = cold[1], cold[2]
    print(
        f"cold, 1 process:   {wall:7.2f} s, {spent:7.2f} of a processor; of these {inside:.2f} on packages,"
    )
    print(f"                   {spent / inside - 1:.1%} more for start, plan, transport and store")
    rates = f"{packages / spent:.0f} packages, {size / spent / (1 << 20):.1f} MiB a second of it"
    print(f"{'':18} {rates}")
    print(f"cold, 2 processes: {wall2:7.2f} s, {wall / wall2:.2f} times as fast")
    print(f"{'':18} {machine():.2f} times are what two processes get that share nothing but the machine")
    ideal = ", ".join(f"{spread(db, count):.2f} on {count}" for count in (2, 8, 64))
    print(f"{'':18} {ideal} by the times of the packages alone")
    for title, words in (("second scan", ()), ("another profile", ("--profile", "strict"))):
        tell(title, scanned(mirror, db, "-j", "1", *words), cold[1], read(db))
    puts = list(uploads(puts, lambda one: put(mirror, one.name, "2.0-1", fresh(one))))
    publish(mirror, puts)
    tell(f"{UPLOADS} uploads", scanned(mirror, db, "-j", "1"), cold[1], read(db))
    publish(mirror, uploads(puts[1:], lambda one: revised(mirror, one, "1.0-2")))
    tell(f"{UPLOADS} revisions", scanned(mirror, db, "-j", "1"), cold[1], read(db))
    print(f"store:             {db.stat().st_size / (1 << 20):8.2f} MiB")


if __name__ == "__main__":
    given = dict(enumerate(sys.argv))
    others = Path(given[4]) if 4 in given else None
    main(Path(sys.argv[1]), int(given.get(2, 2000)), int(given.get(3, 2400)), others)
