"""Time and memory of comparing two models, against what people use today for parts of the question.

    python tests/benchmarks/compare.py [--megabytes N] [--runs N] [--folder DIR] [--only WORD]

Makes its own files, in a new folder that is removed at the end. Whole processes, in turn (A B A B …), so that
the machine's moods hit both; the page cache is warm. Prints for each row the median ratio of wall times, of
processor times, the goal, and the peak memory above that of an interpreter that has imported numpy.
"""

import argparse
import json
import multiprocessing
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.scan import measure

PART = 1 << 22
"""Elements that are made at a time."""

SMALL_TENSORS = 100_000
"""Tensors of the file of many tensors, of 1 kB each."""

ALLCLOSE = """
import sys, numpy
first, second = (numpy.load(name, mmap_mode="r") for name in sys.argv[1:])
sys.exit(not numpy.allclose(first, second, rtol={rtol}, atol={atol}))
"""

NORM = """
import sys, numpy
from numpy.linalg import norm
first, second = (numpy.load(name, mmap_mode="r") for name in sys.argv[1:])
sys.exit(not norm(first - second) <= 1e-3 * max(norm(first), norm(second)))
"""


@dataclass(frozen=True, slots=True)
class Row:
    """Our command against another; ``goal`` bounds the ratio of times, from below where it is negative."""

    name: str
    ours: Sequence[str]
    theirs: Sequence[str]
    goal: float


class Files:
    """Makes pairs of files in a folder, each once, in processes of their own: this one stays small."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder
        self.size = size

    def pair(
        self, dtype: str = "<f4", change: str = "ulp", size: int | None = None, suffix: str = "npy"
    ) -> tuple[str, str]:
        """Return the paths of two arrays of ``size`` bytes of floats; the second is changed everywhere."""
        stem = f"{dtype.replace('<', 'le').replace('>', 'be')}-{size or self.size}"
        first, second = (self.folder / f"{name}-{stem}.{suffix}" for name in ("first", change))
        for path, how in ((first, "nothing"), (second, change)):
            self._make(path, WRITERS[suffix], dtype, (size or self.size) // int(dtype[-1]), how)
        return str(first), str(second)

    def many(self) -> tuple[str, str]:
        """Return two files of many small tensors; the second is changed everywhere."""
        paths = [self.folder / f"{name}-many.safetensors" for name in ("first", "second")]
        for path, change in zip(paths, ("nothing", "ulp"), strict=True):
            self._make(path, write_many, change)
        return str(paths[0]), str(paths[1])

    def _make(self, path: Path, write: Callable[..., None], *how: object) -> None:
        if not path.exists():
            child = multiprocessing.get_context("spawn").Process(target=write, args=(path, *how))
            child.start()
            child.join()

    def copy(self, path: str) -> str:
        """Return the path of a copy."""
        other = Path(path).with_name(f"{Path(path).stem}-copy{Path(path).suffix}")
        if not other.exists():
            shutil.copyfile(path, other)
        return str(other)


def parts(dtype: str, count: int, change: str, part: int = PART) -> Iterator[Any]:
    """Yield ``count`` normal numbers of a type, a part at a time; bfloat16 is told as ``<V2``."""
    import numpy as np

    for number, start in enumerate(range(0, count, part)):
        random = np.random.default_rng(number)
        values: Any = random.standard_normal(min(part, count - start), dtype=np.float32)
        if change in ("border", "centre"):
            values = np.round(values * 4096).astype(np.float32) / 4096 + 4
        if change == "border":
            values += np.float32(2**-10)
        if dtype == "<V2":
            yield (values.view(np.uint32) >> 16).astype(np.uint16) + np.uint16(change == "ulp")
            continue
        native = values.astype(dtype.replace(">", "="))
        if change == "ulp":
            native.view(f"u{native.itemsize}")[...] += 1
        yield native.astype(dtype)


def write_npy(path: Path, dtype: str, count: int, change: str) -> None:
    """Write one array as .npy."""
    from numpy.lib import format as npy

    with path.open("wb") as file:
        npy.write_array_header_1_0(file, {"descr": dtype, "fortran_order": False, "shape": (count,)})
        for part in parts(dtype, count, change):
            file.write(part.tobytes())


def write_safetensors(path: Path, dtype: str, count: int, change: str) -> None:
    """Write one array as .safetensors."""
    name = {"<f4": "F32", "<f2": "F16", "<V2": "BF16"}[dtype]
    _write_safetensors(path, {"weight": (name, count, count * int(dtype[-1]))}, parts(dtype, count, change))


def write_many(path: Path, change: str) -> None:
    """Write many small arrays as .safetensors."""
    entries = {f"layer.{at:06}.weight": ("F32", 250, 1000) for at in range(SMALL_TENSORS)}
    _write_safetensors(path, entries, parts("<f4", 250 * SMALL_TENSORS, change))


def _write_safetensors(path: Path, entries: dict[str, tuple[str, int, int]], data: Iterator[Any]) -> None:
    """Write the header, entries with type, elements and bytes, then the data."""
    header, start = {}, 0
    for name, (dtype, count, length) in entries.items():
        header[name] = {"dtype": dtype, "shape": [count], "data_offsets": [start, start + length]}
        start += length
    raw = json.dumps(header).encode()
    raw += b" " * (-len(raw) % 8)
    with path.open("wb") as file:
        file.write(len(raw).to_bytes(8, "little") + raw)
        for part in data:
            file.write(part.tobytes())


def write_hdf5(path: Path, dtype: str, count: int, change: str) -> None:
    """Write one array as HDF5, contiguous."""
    import h5py

    with h5py.File(path, "w") as file:
        dataset = file.create_dataset("weight", (count,), dtype)
        for number, part in enumerate(parts(dtype, count, change)):
            dataset[number * PART : number * PART + len(part)] = part


WRITERS: dict[str, Callable[..., None]] = {
    "npy": write_npy,
    "safetensors": write_safetensors,
    "h5": write_hdf5,
}


def compare(first: str, second: str, predicate: str = "") -> list[str]:
    """Return our command."""
    asked = ["--predicate", predicate] if predicate else []
    return [sys.executable, "-m", "lintian_ml", "compare", *asked, first, second]


def rows(files: Files) -> Iterator[Row]:
    """Yield the rows; their files are made as they are needed."""
    first, second = files.pair()
    same = files.copy(first)
    cmp = ["cmp", first, same]
    yield Row("equal files, ulp(4) / cmp", compare(first, same, "ulp(4)"), cmp, 0.6)
    ulp = compare(first, second, "ulp(4)")
    yield Row("1 ulp everywhere, ulp(4) / cmp", ulp, cmp, 0.8)
    for predicate, rtol, atol in (("close(1e-5, 1e-8)", "1e-5", "1e-8"), ("scaled(1e-6)", "1e-6", "0")):
        theirs = [sys.executable, "-c", ALLCLOSE.format(rtol=rtol, atol=atol), first, second]
        yield Row(f"{predicate} / numpy.allclose", compare(first, second, predicate), theirs, -15)
    norm = compare(first, second, "norm(1e-3) and scaled(1e-3)")
    yield Row("norm and scaled / numpy.linalg.norm", norm, [sys.executable, "-c", NORM, first, second], 1)
    close = compare(first, second, "close(1e-5, 1e-8)")
    centre = files.pair(change="centre")[1], files.pair(change="border")[1]
    yield Row("on the border of close / close", compare(*centre, "close(0, 1/1024)"), close, 5)
    if shutil.which("h5diff"):
        hdf5 = files.pair(suffix="h5")
        yield Row(
            "HDF5, close(1e-5) / h5diff -p",
            compare(*hdf5, "close(1e-5, 1e-8)"),
            ["h5diff", "-p", "1e-5", *hdf5],
            -8,
        )
    for dtype, suffix in (("<f2", "npy"), ("<V2", "safetensors"), (">f4", "npy")):
        pair = files.pair(dtype, suffix=suffix)
        yield Row(f"{dtype} / <f4, ulp(4)", compare(*pair, "ulp(4)"), ulp, 1.5)
    yield Row("no predicate / ulp(4)", compare(first, second), ulp, 2)
    many = files.many()
    yield Row(
        "many tensors, equal / cmp",
        compare(many[0], files.copy(many[0])),
        ["cmp", many[0], files.copy(many[0])],
        10,
    )
    for predicate in ("ulp(4)", "close(1e-5, 1e-8)", ""):
        title = f"many tensors, {predicate or 'no predicate'} / cmp"
        yield Row(title, compare(*many, predicate), ["cmp", many[0], files.copy(many[0])], 10)
    larger = files.pair(size=4 * files.size)
    yield Row("four times the size / once", compare(*larger, "ulp(4)"), ulp, 4)
    sums = ["sh", "-c", 'sha256sum "$1" & sha256sum "$2"; wait', "sh", first, second]
    certificate = [*ulp, "--certificate", str(files.folder / "certificate.json")]
    yield Row("--certificate / sha256sum & sha256sum", certificate, sums, 1.5)


def told(row: Row, runs: int, bare: float) -> str:
    """Measure a row and return its line."""
    subprocess.run(row.ours, check=True, stdout=subprocess.DEVNULL)
    measure(row.theirs)
    pairs = [(measure(row.ours), measure(row.theirs)) for _ in range(runs)]
    wall = statistics.median(ours.wall / theirs.wall for ours, theirs in pairs)
    cpu = statistics.median(ours.cpu / theirs.cpu for ours, theirs in pairs)
    seconds = [statistics.median(side.wall for side in sides) for sides in zip(*pairs, strict=True)]
    peak = max(ours.memory for ours, _ in pairs) - bare
    goal = f"<= {row.goal:g}" if row.goal > 0 else f"1/{-row.goal:g}"
    return f"{row.name:36} {seconds[0]:8.3f} {seconds[1]:8.3f} {wall:7.3f} {cpu:7.3f} {goal:>7} {peak:9.1f}"


def main() -> None:
    """Print a line for each row."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=int, default=256, help="of each array")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", help="where to make the files; they take some fourteen times as much")
    parser.add_argument("--only", default="", help="rows whose name has this in it")
    options = parser.parse_args()
    bare = measure([sys.executable, "-c", "import numpy"]).memory
    titles = f"{'row':36} {'ours s':>8} {'other s':>8} {'wall':>7} {'cpu':>7} {'goal':>7} {'peak +MiB':>9}"
    print(titles, flush=True)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for row in rows(Files(Path(folder), options.megabytes * 1_000_000)):
            if options.only in row.name:
                print(told(row, options.runs, bare), flush=True)


if __name__ == "__main__":
    main()
