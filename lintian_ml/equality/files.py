"""Compares two model files by their paths: bytes first, then what a format reads of them."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from lintian_ml.blob import Blob, FileBlob
from lintian_ml.container import zip
from lintian_ml.container.limits import Limits
from lintian_ml.encoding.literals import find_arrays
from lintian_ml.equality.language import Specification, parse_predicate
from lintian_ml.equality.models import compare
from lintian_ml.equality.predicate import Level
from lintian_ml.equality.verdict import Comparison, Verdict
from lintian_ml.error import FormatError, LimitError, LintianMLError, UsageError
from lintian_ml.formats import GLIMPSE, Evidence, FormatModule, Glimpse, formats
from lintian_ml.model import Model

TEXT = 16 << 20
"""Bytes of a text that are searched for literal arrays."""

ZIP_MAGIC = b"PK"


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
    """Read a file by the one format that recognises it best."""
    candidates = sorted(_recognised(blob), key=lambda found: _strength(found[1]), reverse=True)
    if not candidates:
        return Unread("no model format is recognised in it")
    best = [module for module, evidence in candidates if _strength(evidence) == _strength(candidates[0][1])]
    names = [module.FORMAT.name for module in best]
    if len(best) > 1:
        return Unread(f"it may be any of {', '.join(names)}")
    if not hasattr(best[0], "read"):
        return Unread(f"the format {names[0]} is only recognised, not read")
    try:
        return best[0].read(blob)
    except LintianMLError as error:
        return Unread(f"{names[0]}: {error}")


def _recognised(blob: Blob) -> Iterator[tuple[FormatModule, Evidence]]:
    """Yield the formats that recognise the file, each with its evidence."""
    glimpse, within = _glimpsed(blob)
    for module in formats():
        if module.FORMAT.within in within:
            evidence = module.recognise(glimpse)
            if evidence is not None:
                yield module, evidence


def _strength(evidence: Evidence) -> tuple[bool, int]:
    """Rank evidence: formats of models before carriers of any data, then by the number of its kinds."""
    return not evidence.carrier, len(evidence.kinds)


def _glimpsed(blob: Blob) -> tuple[Glimpse, frozenset[str]]:
    """Return what a format may see of the file, and the sorts of formats that may look at it."""
    head = blob.read(0, min(blob.size, GLIMPSE))
    tail = blob.read(max(0, blob.size - GLIMPSE), min(blob.size, GLIMPSE))
    plain = Glimpse(blob.name, blob.size, head, tail)
    if head.startswith(ZIP_MAGIC):
        try:
            members = zip.read_directory(blob, Limits())
        except (FormatError, LimitError):
            return plain, frozenset({"file"})
        return Glimpse(blob.name, blob.size, head, tail, members), frozenset({"file", "zip"})
    if b"\0" in head:
        return plain, frozenset({"file"})
    arrays = tuple(find_arrays(blob.read(0, min(blob.size, TEXT))))
    return Glimpse(blob.name, blob.size, head, tail, None, arrays), frozenset({"file", "text"})
