"""Compares two model files by their paths: bytes first, then what a format reads of them."""

from __future__ import annotations

import stat
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from lintian_ml.blob import Blob, FileBlob
from lintian_ml.container.limits import Limits
from lintian_ml.equality.language import Specification, parse_predicate
from lintian_ml.equality.models import compare
from lintian_ml.equality.predicate import Level
from lintian_ml.equality.verdict import Comparison, Verdict
from lintian_ml.error import FormatError, LimitError, UsageError
from lintian_ml.model import Model
from lintian_ml.recognition import Candidate, candidates, read_as, strongest


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that no format reads, and why."""

    reason: str


def compare_files(
    first: Path | str, second: Path | str, predicate: str | Specification | None = None
) -> Comparison:
    """Tell whether two model files satisfy ``predicate``; with None, find the tightest that they do.

    Files that are equal byte for byte, with all that belongs to them, are met under every predicate, whatever
    a reader understands of them. Otherwise each is recognised and read, and the models are compared.
    UsageError where a path is no readable file, DeclarationError where the predicate does not fit; what
    cannot be recognised or read is *not decided*, with the reason.
    """
    specification = parse_predicate(predicate) if isinstance(predicate, str) else predicate
    try:
        with ExitStack() as stack:
            left, right = (stack.enter_context(_opened(path)) for path in (first, second))
            comparison = _compared(left, right, specification, stack)
            changed = [blob.name for blob in (left, right) if not blob.unchanged()]
    except OSError as error:
        raise UsageError(f"{error.filename or first}: {error.strerror or error}") from None
    if changed:
        return _undecided(specification, f"{changed[0]} changed while it was read")
    return comparison


def _opened(path: Path | str) -> FileBlob:
    """Open a regular file; anything else, such as a pipe that would never end, is a UsageError."""
    if not stat.S_ISREG(Path(path).stat().st_mode):
        raise UsageError(f"{path}: not a regular file")
    return FileBlob(path)


def _compared(
    first: FileBlob, second: FileBlob, specification: Specification | None, stack: ExitStack
) -> Comparison:
    """Compare bytes, then models."""
    equal = _equal(first, second)
    models = [_read(blob) for blob in (first, second)]
    if equal and _parts_equal(first, second, models[0], stack):
        return _met(specification)
    if specification is not None and specification.identical:
        return Comparison(Verdict.NOT_MET, str(specification), reason="the files are not equal byte for byte")
    for blob, model in zip_longest((first, second), models):
        if isinstance(model, Unread):
            return _undecided(specification, f"{blob.name}: {model.reason}")
    left, right = (model for model in models if isinstance(model, Model))
    return compare(left, right, specification, files=(first.name, second.name))


def _equal(first: Blob, second: Blob) -> bool:
    """Whether two blobs hold the same bytes."""
    if first.size != second.size:
        return False
    return all(left == right for left, right in zip_longest(first.blocks(), second.blocks()))


def _parts_equal(first: Blob, second: Blob, model: Model | Unread, stack: ExitStack) -> bool:
    """Whether the other files that belong to two equal ones are equal too, or missing on both sides."""
    for name in model.parts if isinstance(model, Model) else ():
        parts = [blob.sibling(name) for blob in (first, second)]
        left, right = (stack.enter_context(part) if part else None for part in parts)
        if (left is None) != (right is None) or (left and right and not _equal(left, right)):
            return False
    return True


def _met(specification: Specification | None) -> Comparison:
    """Return the verdict on equal files."""
    asked = "identical" if specification is None else str(specification)
    unchecked = specification is not None and specification.structure_unchecked
    level = Level.NONE if unchecked else Level.BIT_BY_BIT
    reason = "the files are equal byte for byte"
    return Comparison(Verdict.MET, asked, level, reason, suggested=specification is None)


def _undecided(specification: Specification | None, reason: str) -> Comparison:
    return Comparison(Verdict.NOT_DECIDED, "" if specification is None else str(specification), reason=reason)


def _read(blob: Blob) -> Model | Unread:
    """Read a file by the one format that it is most surely of."""
    readings = [read_as(module, evidence, blob) for module, evidence in _candidates(blob)]
    if not readings:
        return Unread("no model format is recognised in it")
    best, *rivals = strongest(readings)
    if rivals:
        return Unread(f"it may be any of {', '.join(reading.format for reading in (best, *rivals))}")
    if best.trouble:
        return Unread(f"{best.format}: {best.trouble}")
    return best.model or Unread(f"the format {best.format} is only recognised, not read")


def _candidates(blob: Blob) -> list[Candidate]:
    """Return the formats that may fit a file; those that carry data of any kind only if no other does.

    What looks like a model and cannot be read as one is not compared as whatever carries it.
    """
    try:
        found = candidates(blob, Limits())
    except (FormatError, LimitError):
        return []
    return [(module, evidence) for module, evidence in found if not evidence.carrier] or found
