"""Of which format a file is: which formats may fit it, what came of reading it as each, and the strongest.

A file that streams past is glimpsed by whoever streams it; ``glimpse`` and ``candidates`` serve one at hand.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from lintian_ml.blob import Blob
from lintian_ml.container import zip
from lintian_ml.container.limits import Limits
from lintian_ml.encoding.literals import find_arrays
from lintian_ml.error import LintianMLError
from lintian_ml.formats import (
    FEWEST_NUMBERS,
    GLIMPSE,
    Evidence,
    FormatModule,
    Glimpse,
    Kind,
    Listed,
    Place,
    is_text,
    listed,
)
from lintian_ml.model import Certainty, Model

ZIP_MAGIC = b"PK\x03\x04"

TEXT_LIMIT = 64 << 20
"""Bytes of one text file that are searched for arrays of numbers."""

RANK = {certainty: -rank for rank, certainty in enumerate(Certainty)}
"""How sure each certainty is; larger is surer."""

Candidate = tuple[FormatModule, Evidence]
"""A format that may fit a file, and why."""

_Row = tuple[Listed, bytes, int, int, Callable[[bytes], re.Match[bytes] | None] | None]
"""A format, its mark and where that is, the smallest size, and what tells whether a file begins like it."""


def certainty(evidence: Evidence) -> Certainty:
    """Judge a set of evidence. A name alone is never given here: recognisers do not speak on names alone.

    A carrier's magic shows only that it is well-formed: it needs semantics to be certain, a telling name or
    statistics to be probable.
    """
    kinds = evidence.kinds - ({Kind.MAGIC} if evidence.carrier else frozenset())
    if Kind.STRUCTURE in kinds and kinds & {Kind.MAGIC, Kind.SEMANTICS}:
        return Certainty.CERTAIN
    if Kind.STRUCTURE in kinds and kinds & {Kind.NAME, Kind.STATISTICS}:
        return Certainty.PROBABLE
    if Kind.STATISTICS in kinds and kinds & {Kind.NAME, Kind.CONTEXT}:
        return Certainty.PROBABLE
    return Certainty.POSSIBLE


def recognise(seen: Glimpse, within: Place) -> list[Candidate]:
    """Return the formats of one place that recognise what is seen of a file; an empty one is of none."""
    head, size = seen.head, seen.size
    return [
        (entry.module, evidence)
        for first in head[:1]
        for entry, mark, at, smallest, like in _formats_within(within, seen.is_text, first)
        if size >= smallest
        and head.startswith(mark, at)
        and (like is None or like(head) is not None)
        and (evidence := entry.module.recognise(seen)) is not None
    ]


def glimpse(blob: Blob, limits: Limits) -> Glimpse:
    """Return what a format may see of a file at hand; FormatError or LimitError for a zip's bad directory."""
    head = blob.read(0, min(blob.size, GLIMPSE))
    tail = blob.read(max(0, blob.size - GLIMPSE), min(blob.size, GLIMPSE))
    members = zip.read_directory(blob, limits) if head.startswith(ZIP_MAGIC) else None
    return Glimpse(blob.name, blob.size, head, tail, members)


def glimpse_text(seen: Glimpse, text: bytes) -> Glimpse:
    """Add the arrays of numbers in the beginning of a text file, if there are any, to what is seen of it."""
    arrays = find_arrays(text, together=FEWEST_NUMBERS)
    return replace(seen, tail=text[-GLIMPSE:], arrays=arrays) if arrays else seen


def candidates(blob: Blob, limits: Limits) -> list[Candidate]:
    """Return the formats that may fit a file at hand; a text is searched for arrays if it is of no other.

    FormatError or LimitError for a zip archive whose directory cannot be read.
    """
    seen = glimpse(blob, limits)
    if seen.members is not None:
        return recognise(seen, "zip")
    found = recognise(seen, "file")
    if found or not seen.is_text:
        return found
    searched = glimpse_text(seen, blob.read(0, min(blob.size, TEXT_LIMIT)))
    return recognise(searched, "text") if searched.arrays else []


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file as one format.

    ``model`` is None where the format is only detected, or where ``trouble`` says why it cannot be read.
    """

    format: str
    evidence: Evidence
    model: Model | None = None
    trouble: str = ""

    @property
    def certainty(self) -> Certainty:
        """How sure it is that the file is of this format."""
        return certainty(self.evidence)

    @property
    def strength(self) -> tuple[int, int]:
        """Certainty first, then how many kinds of evidence; larger is stronger."""
        return RANK[self.certainty], len(self.evidence.kinds)


def read_as(module: FormatModule, evidence: Evidence, blob: Blob) -> Reading:
    """Let a format read the file: success is evidence of structure, and of semantics where named tensors
    came out.
    """
    name = module.FORMAT.name
    read: Callable[[Blob], Model] | None = getattr(module, "read", None)
    if read is None:
        return Reading(name, evidence)
    try:
        model = read(blob)
    except LintianMLError as error:
        kinds = evidence.kinds - {Kind.STRUCTURE}
        return Reading(name, replace(evidence, kinds=kinds), trouble=str(error))
    gained = {Kind.STRUCTURE} | ({Kind.SEMANTICS} if model.tensors and not evidence.carrier else set())
    return Reading(name, replace(evidence, kinds=evidence.kinds | gained), model)


def strongest(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """Return the readings that no other surpasses: one, or several where the file may be any of them."""
    most = max((reading.strength for reading in readings), default=None)
    return tuple(reading for reading in readings if reading.strength == most)


@cache
def _formats_within(place: Place, text: bool, first: int) -> tuple[_Row, ...]:
    """Return the formats that are looked for in one place, in a text or not, in a file that begins with the
    byte ``first``.
    """
    return tuple(
        (entry, told.mark, told.at, told.smallest, re.compile(told.like).match if told.like else None)
        for entry in listed()
        if (told := entry.format).within == place
        and first in told.firsts
        and (not text or (told.text and is_text(told.mark)))
    )
