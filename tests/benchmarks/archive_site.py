"""Measures a store and a site of many packages: ``python -m tests.benchmarks.archive_site FOLDER [COUNT
[URL]]``.

What is stored of a package is what a scan found in a small one, under another name each time; of every eight
packages one has a model. The store is a file in the folder, or the database of an URL.
"""

import resource
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from lintian_ml.archive.attempt import attempt
from lintian_ml.archive.job import Answer
from lintian_ml.archive.opening import Place, opened_for_reading, place_of
from lintian_ml.archive.plan import Entry
from lintian_ml.archive.query import filters, query
from lintian_ml.archive.site import write
from lintian_ml.archive.status import status_of
from lintian_ml.archive.store import Outcome, Source, opened_store
from lintian_ml.archive.terms import terms_of
from lintian_ml.samples import sample
from tests.archive.scanning import CAP, NON_FREE, job, put

BATCH = 64
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def answers(folder: Path) -> tuple[Sequence[Answer], Answer]:
    """Return what a scan answers for some packages with models, and for one without."""
    models = {"onnx": "linear.onnx", "st": "linear.safetensors", "gguf": "linear.gguf"}
    paths = [put(folder, f"m-{suffix}", {f"net.{suffix}": sample(name)}) for suffix, name in models.items()]
    paths.append(put(folder, "bad", {"net.onnx": sample("linear.onnx")}, copyright=NON_FREE))
    paths.append(put(folder, "none", {"main.c": b"int x;\n"}))
    *those, none = attempt([job(path) for path in paths], "debian", CAP)
    return those, none


def outcomes(count: int, those: Sequence[Answer], none: Answer, run: int) -> Iterator[Outcome]:
    """Yield what came of packages with names like those of Debian; one of a hundred is new in each run."""
    for number in range(count):
        name = f"{LETTERS[number % 26]}{LETTERS[number // 26 % 26]}{number:05d}"
        version = f"1.0-{run}" if number % 100 == 0 else "1.0-1"
        found = those[number // 8 % len(those)] if number % 8 == 0 else none
        if number % 97 == 0:
            found = replace(found, rows=None, trouble="truncated")
        entry = Entry(f"/pool/{name}.dsc", f"{number:060x}{version[-1]:0>4}", 1000, name, version)
        yield Outcome(entry, found)


def fill(place: Place, count: int, those: Sequence[Answer], none: Answer) -> None:
    """Store two runs."""
    with opened_store(place, terms_of("debian")) as store:
        for run in (1, 2):
            told = list(outcomes(count, those, none, run))
            known = store.begin(Source("/srv/mirror sid"), [one.entry for one in told])
            missing = (one for one in told if one.entry.sha256 not in known)
            while batch := list(islice(missing, BATCH)):
                store.record(batch)
            store.finish()


def timed(title: str, work: Any) -> Any:
    """Do something, and print how long it took."""
    began, before = time.perf_counter(), time.process_time()
    result = work()
    print(
        f"{title:14} {time.perf_counter() - began:7.2f} s, {time.process_time() - before:7.2f} of a processor"
    )
    return result


def main(folder: Path, count: int = 40_000, url: str = "") -> None:
    """Fill a store, ask it, and write its site."""
    those, none = answers(folder / "pool")
    place = place_of(url or str(folder / "db"))
    timed("store", lambda: fill(place, count, those, none))
    with opened_for_reading(place) as database:
        timed("status", lambda: status_of(database))
    with opened_for_reading(place) as database:
        found = timed("query", lambda: list(query(database, filters(["class=non-free", "format=onnx"]))))
    print(f"{'':14} {len(found)} found")
    with opened_for_reading(place) as database:
        files = timed("site", lambda: write(database, folder / "site"))
    sizes = [path.stat().st_size for path in (folder / "site").rglob("*") if path.is_file()]
    print(f"{'':14} {files} files, {sum(sizes) / (1 << 20):.1f} MiB, the largest {max(sizes) / 1024:.0f} KiB")
    print(f"peak memory    {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    given = dict(enumerate(sys.argv))
    main(Path(given[1]), int(given.get(2, 40_000)), given.get(3, ""))
