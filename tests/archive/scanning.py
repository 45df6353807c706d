"""Makes small archives, scans them, and looks into the stores."""

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lintian_ml.archive import child
from lintian_ml.archive.caps import Batching, Caps
from lintian_ml.archive.database import Database
from lintian_ml.archive.fault import ArchiveError
from lintian_ml.archive.job import Answer, Job, Rows
from lintian_ml.archive.opening import Place, opened_for_reading
from lintian_ml.archive.plan import find_packages
from lintian_ml.archive.scan import Crew, Standing, scan
from lintian_ml.archive.schema import MIGRATIONS
from lintian_ml.archive.store import Again, Source, opened_store
from lintian_ml.archive.terms import terms_of
from lintian_ml.samples import sample
from tests.packages import make

LEAN = Caps(memory=140 << 20)
"""Enough for a tiny package, too little for a text of 63 MiB; four times as much is enough for both."""


def put_slow(folder: Path) -> Path:
    """Write a package that takes many seconds to read."""
    numbers = b"float x[] = {" + b"1.5, " * 200_000
    return put(folder, "slow", {f"{number}.c": numbers for number in range(400)})


NON_FREE = b"""Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2026 A. Author
License: CC-BY-NC-4.0
"""


def put(
    folder: Path, name: str, upstream: Mapping[str, bytes], version: str = "1.0-1", **debian: bytes
) -> Path:
    """Write a source package of these files; ``debian`` holds files of its debian folder."""
    own = {f"debian/{path}": data for path, data in debian.items()}
    files = {
        f"{name}_{version[:-2]}.orig.tar.gz": make.compressed(make.tar_of(upstream, f"{name}-1/"), "gz"),
        f"{name}_{version}.debian.tar.gz": make.compressed(
            make.tar_of({**make.debian_files(name, version), **own}), "gz"
        ),
    }
    return make.write_dsc(folder, files, name, version)


def put_corrupt(folder: Path) -> Path:
    """Write a package whose tarball is shorter than its .dsc says."""
    dsc = put(folder, "corrupt", {"net.onnx": sample("linear.onnx")})
    tarball = folder / "corrupt_1.0.orig.tar.gz"
    tarball.write_bytes(tarball.read_bytes()[:-10])
    return dsc


def put_hungry(folder: Path) -> Path:
    """Write a package that takes much memory to read."""
    return put(folder, "hungry", {"blank.txt": b" " * (63 << 20)})


def run(
    folder: Path,
    db: Place,
    executor: Executor | None = None,
    workers: int = 2,
    profile: str = "debian",
    again: Again = Again.NONE,
    caps: Caps = LEAN,
    batching: Batching | None = None,
) -> Standing:
    """Scan ``folder`` with threads for workers, whose children are as in any scan."""
    terms = terms_of(profile)
    source = Source(str(folder), again=again)
    with ThreadPoolExecutor(workers) as threads, opened_store(db, terms) as store:
        crew = Crew(executor or threads, workers, caps, batching or Batching())
        return scan(source, find_packages(folder), terms, store, crew, lambda standing: None)


CAP = 1 << 30
"""Bytes that are enough for any package of these tests."""


def job(dsc: Path, seconds: int = 60) -> Job:
    """Return what a worker is asked to do with one package that nothing is known of."""
    data = dsc.read_bytes()
    return Job(str(dsc), hashlib.sha256(data).hexdigest(), len(data), (), seconds)


def rows_in(answer: Answer) -> Rows:
    """Return the rows that a worker answered with."""
    assert answer.rows is not None, answer.trouble
    return answer.rows


def children(process: int) -> list[str]:
    """Return the numbers of the processes that one has started."""
    threads = Path(f"/proc/{process}/task").glob("*/children")
    return [number for thread in threads for number in thread.read_text().split()]


def is_child(number: str) -> bool:
    """Whether a process is one that reads packages."""
    return child.MODULE.encode() in Path(f"/proc/{number}/cmdline").read_bytes()


WHEN = ("id", "started", "finished", "seconds")
"""Columns that another scan of the same packages fills otherwise."""

OWNERS = {"run": "runs", "package": "packages", "model": "models"}


TABLES = frozenset(re.findall(r"CREATE TABLE (\w+)", "".join(MIGRATIONS)))


def contents(db: Place, *without: str) -> dict[str, list[str]]:
    """Return all that a store holds, without row numbers and times, as lines in order."""
    with opened_for_reading(db) as database:
        return {table: sorted(_lines(database, table)) for table in TABLES - set(without)}


def _lines(database: Database, table: str) -> Iterator[str]:
    for row in database.records(f"SELECT * FROM {table}"):
        yield json.dumps(_plain(database, row), default=bytes.hex)


def _plain(database: Database, row: dict[str, Any]) -> dict[str, Any]:
    """Replace each number of another row by what that row says; a flag is 0 or 1."""
    flat = {name: int(value) if isinstance(value, bool) else value for name, value in row.items()}
    plain = {name: value for name, value in flat.items() if name not in WHEN}
    for name, table in OWNERS.items():
        if name in plain:
            (owner,) = database.records(f"SELECT * FROM {table} WHERE id = :id", {"id": plain[name]})
            plain[name] = _plain(database, owner)
    return plain


def ask(db: Place, query: str) -> list[tuple[Any, ...]]:
    """Return the rows that a query finds."""
    with opened_for_reading(db) as database:
        return database.rows(query)


class Counting(ThreadPoolExecutor):
    """An executor that knows what it was asked to do, and how much of it at once."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        self.tasks: list[list[str]] = []
        self.most = 0
        self._open: set[Future[Any]] = set()

    def submit(self, work: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
        self.tasks.append([job.path for job in arguments[0]])
        future: Future[Any] = super().submit(work, *arguments, **named)
        self._open = {one for one in self._open if not one.done()} | {future}
        self.most = max(self.most, len(self._open))
        return future

    def map(self, *arguments: Any, **named: Any) -> Iterator[Any]:
        raise AssertionError("map would hold back what is done behind what is slow")


MARK = "SCAN_UNDER_TEST"
"""A variable in the environment of a scan, its workers and their children, by which they are found."""


def wait_until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until something holds; fail if that takes too long."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def processes(mark: str) -> list[str]:
    """Return the command lines of the processes that belong to a scan."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}\0".encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return [words for words in found if words]


def start(folder: Path, db: Place, mark: str, jobs: int = 1) -> subprocess.Popen[str]:
    """Start a scan by command, in a process group of its own."""
    words = ["archive", "scan", str(folder), "--db", str(db), "-j", str(jobs)]
    return subprocess.Popen(
        [sys.executable, "-m", "lintian_ml", *words],
        env={**os.environ, MARK: mark}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def stored(db: Place) -> set[str]:
    """Return the packages whose result is in a store; none while there is no store."""
    try:
        return {name for (name,) in ask(db, "SELECT name FROM packages")}
    except ArchiveError:
        return set()
