"""Writes a first debian/models from what is found in a source package; FIXME marks what you must fill in."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from lintian_ml.container.limits import Limits
from lintian_ml.declare import declare
from lintian_ml.error import PackageError, UsageError
from lintian_ml.options import Parser, warn
from lintian_ml.package import Package, PackageType, read_packages
from lintian_ml.progress import Progress

TROUBLE = 1


def parser() -> Parser:
    """Return the parser of this command's line."""
    made = Parser(prog="lintian-ml declare", description=__doc__)
    made.add_argument("package", metavar="PACKAGE", type=Path, help="what lintian-ml takes")
    where = "write it there (-: to standard output); else to debian/models of a tree, or to standard output"
    made.add_argument("--output", metavar="FILE", help=where)
    made.add_argument("--force", action="store_true", help="write over a file that is there")
    made.add_argument("-q", "--quiet", action="store_true", help="no progress")
    return made


def run(arguments: Sequence[str]) -> int:
    """Write the draft into the tree, to a file, or to standard output; return 0."""
    options = parser().parse_intermixed_args(arguments)
    target = _target(options.package, options.output)
    if target and not options.force:
        _demand_free(target)
    package = _source(options.package, Progress(options.quiet))
    if not package.models:
        warn(f"{options.package}: no model was found, so there is nothing to declare")
        return 0
    _write(declare(package), target)
    if package.not_examined:
        warn(f"{len(package.not_examined)} files could not be examined; lintian-ml tells which")
    return 0


def _target(package: Path, output: str | None) -> Path | None:
    """Return the file to write, or None for standard output."""
    if output is not None:
        return None if output == "-" else Path(output)
    return package / "debian" / "models" if package.is_dir() else None


def _demand_free(target: Path) -> None:
    if os.path.lexists(target):
        raise UsageError(f"{target}: is already there; use --force to write over it")


def _source(path: Path, progress: Progress) -> Package:
    """Read the source package that ``path`` names."""
    limits = Limits()
    try:
        packages = list(read_packages(path, lambda: progress.examiner(limits), limits))
    finally:
        progress.clear()
    sources = [package for package in packages if package.type is PackageType.SOURCE]
    if not sources:
        raise PackageError(f"{path}: holds no source package, and debian/models belongs to the source")
    return sources[0]


def _write(text: str, target: Path | None) -> None:
    """Write ``text``; a file is in place only when it is complete."""
    if target is None:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        sys.stdout.write(text)
        return
    partial = target.with_name(f"{target.name}.partial")
    try:
        partial.write_text(text, "utf-8")
        partial.replace(target)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)
