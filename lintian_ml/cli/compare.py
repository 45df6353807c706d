"""Compares two models: do they satisfy an equality predicate, or which is the tightest that they satisfy?

Of two folders or packages, each model is compared with the one at the same path.
"""

import os
import shlex
import shutil
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Self

from lintian_ml.equality import Comparison, Verdict
from lintian_ml.equality.answer import answer
from lintian_ml.equality.manner import Manner
from lintian_ml.equality.report import lines
from lintian_ml.error import UsageError
from lintian_ml.escape import for_line, for_message
from lintian_ml.options import Parser

TROUBLE = 3

STATUS = {Verdict.MET: 0, Verdict.NOT_MET: 1, Verdict.NOT_DECIDED: 2}

PACKAGES = (".deb", ".udeb", ".ddeb", ".dsc", ".changes", ".buildinfo")
"""What the names of packages end in."""

PATIENCE, PAUSE = 1.0, 0.1
"""Seconds that pass before the first line on progress, and between two."""


def run(arguments: Sequence[str]) -> int:
    """Print the verdict with its grounds; return 0 if met, 1 if not met, 2 if not decided.

    Of several models 3, for trouble, comes before 1 before 2 before 0.
    """
    made = _parser()
    options = made.parse_intermixed_args(arguments)
    several = [path.is_dir() or path.name.endswith(PACKAGES) for path in (options.first, options.second)]
    if any(several):
        if not all(several):
            made.error("a folder or package can only be compared with another")
        if options.certificate:
            made.error("--certificate is for two files")
        if options.evaluate:
            made.error("--evaluate is for two files")
        return _run_all(options)
    if options.certificate and options.evaluate:
        made.error("--certificate is for what can be computed again without --evaluate")
    return _run_one(options)


def _parser() -> Parser:
    made = Parser(
        prog="lintian-ml compare",
        description=__doc__,
        epilog="Exit status: 0 met, 1 not met, 2 not decided, 3 trouble; "
        "of several models, 3 before 1 before 2 before 0.",
    )
    add = made.add_argument
    add("first", metavar="A", type=Path, help="a model, folder or package: the one that is shipped")
    add("second", metavar="B", type=Path, help="what to hold against it: the rebuilt one")
    add("--predicate", metavar="P", help="as in the Equality field; without, the tightest is found")
    add("--format", choices=("text", "json", "html"), default="text", help="how to print")
    add("--evaluate", action="store_true", help="run the graphs of both on probes, where P asks for that")
    add("--probes", metavar="FOLDER", type=Path, default=Path(), help="where probes and runs lie")
    add("--certificate", metavar="FILE", type=Path, help="write there what was found, to be computed again")
    add("-q", "--quiet", action="store_true", help="no progress")
    return made


def _run_one(options: Namespace) -> int:
    """Compare two files."""
    paths = options.first, options.second
    certify = _certifier(options) if options.certificate else None
    with _Progress(options.quiet) as progress:
        manner = Manner(advance=progress.advance)
        comparison = answer(
            *paths, options.predicate, manner, probes=options.probes, evaluate=options.evaluate
        )
        stated = certify(comparison) if certify else ""
    if stated:
        _write(options.certificate, stated)
    if options.format == "json":
        print(_json(comparison))
    elif options.format == "html":
        print(_page(options, [("", comparison, "")]))
    else:
        print("\n".join((*lines(comparison), *_again(options, comparison))))
    return STATUS[comparison.verdict]


def _certifier(options: Namespace) -> Callable[[Comparison], str]:
    """Begin to take the files' digests; return what makes a certificate of a comparison."""
    from lintian_ml.equality import certificate

    paths = options.first, options.second
    digests = certificate.Digests(*paths)
    return lambda comparison: certificate.written(certificate.statement(comparison, *paths, digests))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "ascii")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None


def _run_all(options: Namespace) -> int:
    """Compare all models of two folders or packages."""
    from lintian_ml.reproduce.pairing import compare_all

    statuses = set()
    kept = []
    with _Progress(options.quiet) as progress:
        manner = Manner(advance=progress.advance)
        for paired in compare_all(options.first, options.second, options.predicate, manner):
            progress.clear()
            comparison = paired.comparison
            statuses.add(STATUS[comparison.verdict] if comparison else TROUBLE)
            if options.format == "json":
                print(_json(comparison, path=paired.path, trouble=paired.trouble))
                continue
            if options.format == "html":
                kept.append((paired.path, comparison, paired.trouble))
                continue
            print(for_line(f"{paired.path}:"))
            told = lines(comparison) if comparison else [for_line(f"trouble: {paired.trouble}")]
            print("\n".join(f"  {line}".rstrip() for line in told))
    if options.format == "html":
        print(_page(options, kept))
    elif not statuses:
        print("not decided: there is no model on either side")
    return next((status for status in (TROUBLE, 1, 2, 0) if status in statuses), STATUS[Verdict.NOT_DECIDED])


def _json(comparison: Comparison | None, **more: str) -> str:
    """Return all that was found as one line."""
    from lintian_ml.equality.told import as_object
    from lintian_ml.report.json import dumps

    return dumps(more | (as_object(comparison) if comparison else {}))


def _page(options: Namespace, compared: Iterable[tuple[str, Comparison | None, str]]) -> str:
    """Return the page on what came of each path: its comparison, or else the trouble with it."""
    from lintian_ml.pages.comparison import Compared, comparison_page

    how = ["--predicate", options.predicate] if options.predicate else []
    if options.evaluate:
        how += ["--evaluate", "--probes", str(options.probes)]
    first, second = str(options.first), str(options.second)
    return comparison_page(first, second, [Compared(*one) for one in compared], how)


def _again(options: Namespace, comparison: Comparison) -> Iterator[str]:
    """Say how to hold the files to what was suggested, where that fits on a line."""
    if comparison.suggested and comparison.predicate and "\n" not in comparison.predicate:
        paths = (str(options.first), str(options.second))
        words = ("lintian-ml", "compare", "--predicate", comparison.predicate, *paths)
        yield ""
        yield for_message(f"To hold others to it: {shlex.join(words)}")


class _Progress:
    """A line on the terminal, after a second: how much of either side was compared, and how fast."""

    def __init__(self, quiet: bool) -> None:
        self._watched = sys.stderr.isatty() and not quiet and "CI" not in os.environ
        self._began = time.monotonic()
        self._next = self._began + PATIENCE
        self._bytes = 0
        self._drawn = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def advance(self, size: int) -> None:
        """Count bytes that were compared; any thread may."""
        if not self._watched:
            return
        with self._lock:
            self._bytes += size
            now = time.monotonic()
            if now >= self._next:
                self._next = now + PAUSE
                passed = now - self._began
                speed = self._bytes / passed / 2**20
                self._draw(f"{self._bytes >> 20:,} MiB compared, {passed:.0f} s, {speed:,.0f} MiB/s")

    def clear(self) -> None:
        """Remove the line, before other output."""
        with self._lock:
            if self._drawn:
                self._draw("")
                self._drawn = False

    def _draw(self, text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"\r\033[K{text[:width]}")
        sys.stderr.flush()
        self._drawn = True
