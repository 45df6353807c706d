"""Writes overrides for what a report shows into the source tree; the reasons are left to the maintainer."""

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

from lintian_ml.error import UsageError
from lintian_ml.registry import checks
from lintian_ml.run import IssuedHint, Report
from lintian_ml.shipped_overrides import SOURCE_OVERRIDES

REASON = "# FIXME: say why this is as it should be"

_LINE = re.compile(r":\d+\]$")
"""The number of a line at the end of a context: it changes with every edit, and is left open."""


def write_overrides(tree: Path, report: Report, shows: Callable[[IssuedHint], bool]) -> None:
    """Add an override for each hint that is shown and not silenced yet; UsageError if that cannot be done."""
    if not (tree / "debian").is_dir():
        raise UsageError(f"{tree}: is no unpacked source tree, so no override can be written into it")
    text = "\n".join(map("\n".join, paragraphs(report, shows))).rstrip()
    if not text:
        return
    target = tree / SOURCE_OVERRIDES
    if target.is_symlink():
        raise UsageError(f"{target}: is a symbolic link, and is not written through")
    partial = target.with_name(f"{target.name}.partial")
    try:
        before = target.read_text("utf-8", "surrogateescape") if target.exists() else ""
        gap = "" if not before else "\n" if before.endswith("\n") else "\n\n"
        partial.write_text(f"{before}{gap}{text}\n", "utf-8", "surrogateescape")
        partial.replace(target)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)


def paragraphs(report: Report, shows: Callable[[IssuedHint], bool]) -> Iterator[tuple[str, ...]]:
    """Yield the lines for each tag: a comment to fill in, an override for each hint, and an empty line.

    Hints on the overrides themselves are left out: they are mended, not overridden.
    """
    silent = (
        issued
        for issued in report.hints
        if issued.override is None and shows(issued) and not checks()[issued.tag].is_about_the_run
    )
    for tag, hints in groupby(sorted(silent, key=lambda issued: issued.tag), key=lambda issued: issued.tag):
        lines = dict.fromkeys(f"{one.package} {one.type}: {tag} {_pattern(one)}".rstrip() for one in hints)
        yield (REASON, *lines, "")


def _pattern(issued: IssuedHint) -> str:
    return _LINE.sub(":*]", issued.context)
