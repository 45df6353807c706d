"""Looks for time that grows faster than a text: ``python -m tests.fuzz.growth [--format NAME…]``.

Every regular expression of the formats, the encodings and the detection, every recogniser and every reader
is given texts of repeated fragments: of the expressions, of the samples, and of characters on which much
turns. Told is what takes longer than its share of processor time, and more than in proportion to the length.
"""

import argparse
import importlib
import pkgutil
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, cast

import lintian_ml
from lintian_ml.detection.hooks import hooks
from lintian_ml.encoding.embedded import find_embedded
from lintian_ml.encoding.literals import find_arrays
from lintian_ml.formats import GLIMPSE, FormatModule, Glimpse
from tests.fuzz.pumping import pumps
from tests.fuzz.readers import SAMPLES, Subject, read, subjects

WORST = (*(bytes([byte]) for byte in b' \n0"#{}[,a\\='), b"1,", b"1 ", b'""', b"//", b"/*", b"a\n", b"1\n")
"""Fragments on which much turns in many texts."""

SHORT, LONG = GLIMPSE // 4, GLIMPSE
LARGE = 1 << 19

SLOW = 0.15
"""Seconds that 64 KiB may take in any case, and half a mebibyte of a file that is read four times as many."""

GROWTH = 7.0
"""How many times as long four times the text may take."""

ENDLESS = 8.0
"""Seconds of processor time after which nobody waits any longer."""

Run = Callable[[bytes], object]


class Endless(Exception):
    """It took ENDLESS seconds."""


def patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Yield the regular expressions at module level, by the names of their modules."""
    for package in ("formats", "encoding", "detection", "container"):
        folder = importlib.import_module(f"lintian_ml.{package}")
        for entry in pkgutil.iter_modules(folder.__path__, f"lintian_ml.{package}."):
            yield from _patterns_of(importlib.import_module(entry.name))


def ways(name: str) -> Iterator[str]:
    """Yield in which ways an expression is used where it is defined or imported: search, match, fullmatch."""
    module, _, attribute = name.rpartition(".")
    file = module.replace(".", "/") + ".py"
    users = (text for path, text in _sources().items() if path == file or f"lintian_ml.{module} " in text)
    called = set(re.findall(rf"\b{attribute}(?:\(\))?\.([a-z]+)\b", "\n".join(users)))
    if not called or not called.isdisjoint({"search", "finditer", "findall", "split", "sub", "subn"}):
        yield "search"
    yield from sorted(called & {"match", "fullmatch"}) or (() if called else ("match", "fullmatch"))


@cache
def _sources() -> dict[str, str]:
    """Return the program's sources by their paths."""
    folder = Path(lintian_ml.__path__[0])
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.py")}


def _patterns_of(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any]]]:
    for name, value in vars(module).items():
        for found in _within(value):
            yield f"{module.__name__.removeprefix(lintian_ml.__name__ + '.')}.{name}", found


def _within(value: object, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    """Yield the expressions that a value holds: compiled, still to be compiled, or in fields and tuples."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(made := getattr(value, "__wrapped__", None), partial) and made.func is re.compile:
        yield made()
    elif depth < 3 and isinstance(value, tuple | list):
        for item in value:
            yield from _within(item, depth + 1)
    elif depth < 3 and hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        for name in value.__dataclass_fields__:
            yield from _within(getattr(value, name, None), depth + 1)


def seconds(run: Run, text: bytes) -> float:
    """Return the processor time that a run takes, ENDLESS at most."""
    signal.setitimer(signal.ITIMER_PROF, ENDLESS)
    start = time.process_time()
    try:
        run(text)
    except Endless:
        return ENDLESS
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return time.process_time() - start


def _ring(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise Endless


def filled(beginning: bytes, fragment: bytes, length: int, end: bytes = b"") -> bytes:
    """Return a text of about ``length`` bytes."""
    return beginning + fragment * max(1, (length - len(beginning)) // max(1, len(fragment))) + end


def grown(run: Run, beginning: bytes, fragment: bytes, sizes: tuple[int, int], slow: float) -> str:
    """Return what is wrong with the time that texts of two lengths take; "" where nothing is."""
    for end in (b"", b"\n\1"):
        short = seconds(run, filled(beginning, fragment, sizes[0], end))
        if short < slow / 16:
            continue
        if short > slow:
            return f"{short:.3f} s for {sizes[0]} bytes"
        short = min(short, seconds(run, filled(beginning, fragment, sizes[0], end)))
        long = seconds(run, filled(beginning, fragment, sizes[1], end))
        if long > slow and long > GROWTH * short:
            return f"{short:.3f} s for {sizes[0]} bytes, {long:.3f} s for {sizes[1]}"
    return ""


def _texts(wanted: Sequence[str] | None) -> Iterator[tuple[str, Run, Iterator[tuple[bytes, bytes]], int]]:
    """Yield what is tried: its name, how it is run, beginnings with fragments, and how long texts get."""
    for name, pattern in patterns():
        if wanted is None or any(f"formats.{format.replace('-', '_')}." in name for format in wanted):
            for way in ways(name):
                yield f"{name}.{way}", _matching(pattern, way), pumps(pattern), LONG
    if wanted is None:
        everything = [pump for _, pattern in patterns() for pump in pumps(pattern)]
        for function in (_arrays, _embedded, _downloads):
            yield function.__name__.strip("_"), function, iter([*_bare(), *everything]), LONG
    for subject in subjects(wanted):
        yield f"{subject.module.FORMAT.name} recognises", _recognising(subject.module), _own(subject), LONG
        if hasattr(subject.module, "read"):
            yield (
                f"{subject.module.FORMAT.name} reads",
                partial(read, subject.module, "file"),
                _own(subject),
                LARGE,
            )


def _matching(pattern: re.Pattern[Any], way: str) -> Run:
    match = getattr(pattern, way)
    return match if isinstance(pattern.pattern, bytes) else lambda text: match(text.decode("latin-1"))


def _arrays(text: bytes) -> None:
    find_arrays(text)


def _embedded(text: bytes) -> None:
    for found in find_embedded(text, ()):
        found.decode()


def _downloads(text: bytes) -> None:
    for name in ("debian/rules", "a.py", "a.c", "CMakeLists.txt", "a.wrap"):
        hooks(name, b"https://huggingface.co/a/b/resolve/c.onnx\n" + text)


def _recognising(module: FormatModule) -> Run:
    def run(text: bytes) -> None:
        arrays = find_arrays(text) if module.FORMAT.within == "text" else ()
        module.recognise(Glimpse("file", 1 << 24, text[:GLIMPSE], text[-GLIMPSE:], arrays=arrays))

    return run


def _bare() -> Iterator[tuple[bytes, bytes]]:
    yield from ((b"", fragment) for fragment in WORST)


def _own(subject: Subject) -> Iterator[tuple[bytes, bytes]]:
    """Yield beginnings of a format's samples with fragments of them, of its expressions, and the worst."""
    module = cast(ModuleType, subject.module)
    fragments = [fragment for _, pattern in _patterns_of(module) for _, fragment in pumps(pattern)]
    for name in subject.names[:2]:
        data = SAMPLES[name]
        ends = sorted({len(data) * 3 // 4, len(data) // 2, min(len(data), 64), *_line_ends(data)})
        for end in ends:
            for fragment in dict.fromkeys((*WORST, *fragments[:20], *_pieces(data, end))):
                yield data[:end], fragment


def _line_ends(data: bytes) -> tuple[int, ...]:
    """Return where some of the first lines end."""
    first = data.find(b"\n") + 1
    return first, data.find(b"\n", first) + 1


def _pieces(data: bytes, end: int) -> Iterator[bytes]:
    """Yield pieces of a sample before ``end``: its last bytes and lines."""
    for length in (2, 8, 64):
        yield data[max(0, end - length) : end] or data[:length]
    lines = data[: 1 << 14].split(b"\n")
    yield from (line + b"\n" for line in lines[:5])


def main() -> int:
    """Try everything; return 1 if something was found."""
    made = argparse.ArgumentParser(prog="python -m tests.fuzz.growth", description=__doc__)
    made.add_argument("--format", nargs="+", help="try these alone")
    options = made.parse_args()
    signal.signal(signal.SIGPROF, _ring)
    found = 0
    for name, run, texts, most in _texts(options.format):
        sizes, slow = (most // 4, most), SLOW * 4 if most == LARGE else SLOW
        for beginning, fragment in texts:
            if fragment and (told := grown(run, beginning, fragment, sizes, slow)):
                print(f"{name}: {told}: {beginning[-60:]!r} and {fragment[:60]!r}", flush=True)
                found += 1
                break
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
