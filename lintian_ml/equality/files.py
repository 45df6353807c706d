"""Compares two model files by their paths: bytes first, then what a format reads of them."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lintian_ml.blob import Blob, ChangedWhileRead, FileBlob
from lintian_ml.equality.belonging import File, compare_parts
from lintian_ml.equality.bytewise import equal, may_have_parts
from lintian_ml.equality.language import Specification, parse_predicate
from lintian_ml.equality.manner import PLAIN, Manner
from lintian_ml.equality.predicate import Level
from lintian_ml.equality.verdict import Comparison, Verdict
from lintian_ml.error import FormatError, LimitError, UsageError

if TYPE_CHECKING:
    from lintian_ml.model import Model
    from lintian_ml.recognition import Candidate


UNREAD = "a file that belongs to it differs, in what was not read of it"


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that no format reads, and why."""

    reason: str


def compare_files(
    first: Path | str,
    second: Path | str,
    predicate: str | Specification | None = None,
    manner: Manner = PLAIN,
) -> Comparison:
    """Tell whether two model files satisfy ``predicate``; with None, find the tightest that they do.

    Files that are equal byte for byte, with all that belongs to them, are met under every predicate, whatever
    a reader understands of them. Otherwise each is recognised and read, and the models are compared.
    UsageError where a path is no readable file, DeclarationError where the predicate does not fit; what
    cannot be recognised or read, or changes while it is read, is *not decided*, with the reason.
    """
    specification = parse_predicate(predicate) if isinstance(predicate, str) else predicate
    try:
        with ExitStack() as stack:
            left, right = (stack.enter_context(_opened(path)) for path in (first, second))
            comparison = _compared(left, right, specification, manner)
            changed = [blob.name for blob in (left, right) if not blob.unchanged()]
    except ChangedWhileRead as error:
        return _undecided(specification, str(error))
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
    first: FileBlob, second: FileBlob, specification: Specification | None, manner: Manner
) -> Comparison:
    """Compare bytes, then models. Equal files that stand alone need not be read as models."""
    same = equal(first, second, manner.advance, manner.threads)
    if same and not may_have_parts(first.path, second.path):
        return _met(specification)
    models = [_read(blob) for blob in (first, second)]
    if same:
        left, right = (
            File(blob, blob.path, _parts(model)) for blob, model in zip((first, second), models, strict=True)
        )
        whole, reason = compare_parts(left, right, lambda blob: _parts(_read(blob)), manner)
        if whole is not Verdict.NOT_MET:
            return _met(specification) if whole is Verdict.MET else _undecided(specification, reason)
    if specification is not None and specification.identical:
        return Comparison(Verdict.NOT_MET, str(specification), reason="the files are not equal byte for byte")
    for blob, model in zip((first, second), models, strict=True):
        if isinstance(model, Unread):
            return _undecided(specification, f"{blob.name}: {model.reason}")
    from lintian_ml.equality.models import compare

    read = [model for model in models if not isinstance(model, Unread)]
    found = compare(read[0], read[1], specification, files=(first.name, second.name), manner=manner)
    return _undecided(specification, UNREAD) if same and _shows_nothing(found, *read) else found


def _shows_nothing(found: Comparison, first: Model, second: Model) -> bool:
    """Whether models are met in which nothing was read that differs, though a file of theirs does."""
    alike = first.metadata == second.metadata and first.noise == second.noise
    return found.verdict is Verdict.MET and alike and not any(tensor.differing for tensor in found.tensors)


def _parts(model: Model | Unread) -> Sequence[str]:
    """Return the other files that belong to what was read, as far as they are known."""
    return () if isinstance(model, Unread) else model.parts


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
    """Read a file by the one format that it is most surely of.

    The formats are imported here: two files that are equal byte for byte need none of them.
    """
    from lintian_ml.recognition import read_as, strongest

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
    from lintian_ml.container.limits import Limits
    from lintian_ml.recognition import candidates

    try:
        found = candidates(blob, Limits())
    except (FormatError, LimitError):
        return []
    return [(module, evidence) for module, evidence in found if not evidence.carrier] or found
