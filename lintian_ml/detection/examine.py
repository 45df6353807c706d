"""Looks at each file of a package once, and opens what is packed inside it."""

import io
from dataclasses import replace

from lintian_ml.blob import Blob
from lintian_ml.container import codec, stream, tar, zip
from lintian_ml.container.limits import Limits
from lintian_ml.container.source import Blocks, Chained, exactly
from lintian_ml.detection.finding import FoundModel, NotExamined
from lintian_ml.detection.nature import nature
from lintian_ml.detection.spool import Reader, spooled
from lintian_ml.encoding.embedded import LEAST, find_embedded
from lintian_ml.error import LintianMLError
from lintian_ml.formats import GLIMPSE, Glimpse, Kind
from lintian_ml.recognition import (
    TEXT_LIMIT,
    ZIP_MAGIC,
    Candidate,
    glimpse,
    glimpse_text,
    read_as,
    recognise,
    strongest,
)

SMALLEST = 16
"""Bytes below which no file can hold a model of any format."""


class Examiner:
    """Examines files one after the other, and gathers what it found.

    ``models`` and ``not_examined`` are in the order in which the files came.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.budget = stream.Budget(self.limits)
        self.models: list[FoundModel] = []
        self.not_examined: list[NotExamined] = []

    def examine(self, path: str, size: int, reader: Reader, depth: int = 0) -> None:
        """Look at the file ``path`` of ``size`` bytes that ``reader`` streams; what is not needed stays
        unread.
        """
        if size < SMALLEST:
            return
        head = exactly(reader, min(size, GLIMPSE))
        try:
            self.budget.check_time()
            self._look(path, size, head, reader, depth)
        except LintianMLError as error:
            self._note(path, str(error))
        except MemoryError:
            self._note(path, "it takes more memory than there is")

    def _look(self, path: str, size: int, head: bytes, reader: Reader, depth: int) -> None:
        if head.startswith(ZIP_MAGIC):
            self._look_in_zip(path, head, reader, depth)
            return
        if codec.recognise(head):
            self._look_in_stream(path, head, reader, depth)
            return
        if tar.is_header(head):
            self._look_at_tar(path, size, head, reader, depth)
            return
        seen = Glimpse(path, size, head, head if len(head) == size else None)
        candidates = recognise(seen, "file")
        if not candidates and seen.is_text:
            self._look_at_text(seen, reader, depth)
            return
        if candidates := candidates or recognise(seen, "rest"):
            with spooled(path, head, reader, self.limits) as (blob, digest):
                self._identify(path, blob, digest, candidates)

    def _look_at_text(self, seen: Glimpse, reader: Reader, depth: int) -> None:
        """Search a text for arrays of numbers, and for files that are spelled out in it."""
        data = seen.head + exactly(reader, min(seen.size, TEXT_LIMIT) - len(seen.head))
        if len(data) < seen.size:
            limit = f"{TEXT_LIMIT >> 20} MiB"
            self._note(seen.name, f"only the first {limit} of the text were searched for arrays")
        searched = glimpse_text(seen, data)
        if searched.arrays or len(data) >= LEAST:
            self._look_in_literals(searched, data, depth)
        candidates = recognise(searched, "text") if searched.arrays else []
        if found := candidates or recognise(seen, "rest"):
            with spooled(seen.name, data, reader, self.limits) as (blob, digest):
                self._identify(seen.name, blob, digest, found, embedded=bool(candidates))

    def _look_in_literals(self, seen: Glimpse, text: bytes, depth: int) -> None:
        """Examine the files that a text spells out; each is named after the line in which it begins."""
        for found in find_embedded(text, seen.arrays):
            inner = f"{seen.name}//{found.spelling}@{found.line}"
            if not _may_matter(Glimpse(inner, found.size, found.head)):
                continue
            if not self._may_descend(seen.name, depth):
                return
            data = found.decode()
            self.budget.spend(len(data), 0, 0)
            before = len(self.models)
            self.examine(inner, len(data), io.BytesIO(data), depth + 1)
            self.models[before:] = [replace(model, embedded=True) for model in self.models[before:]]

    def _look_in_zip(self, path: str, head: bytes, reader: Reader, depth: int) -> None:
        with spooled(path, head, reader, self.limits) as (blob, digest):
            seen = glimpse(blob, self.limits)
            candidates = recognise(seen, "zip")
            if candidates and self._identify(path, blob, digest, candidates):
                return
            if not self._may_descend(path, depth):
                return
            for entry in seen.members or ():
                inner = f"{path}//{entry.name}"
                try:
                    self.examine(inner, entry.size, Blocks(zip.blocks(blob, entry, self.budget)), depth + 1)
                except LintianMLError as error:
                    self._note(inner, str(error))

    def _look_in_stream(self, path: str, head: bytes, reader: Reader, depth: int) -> None:
        """Look inside a compressed file: a tar archive, or one file that keeps the outer path."""
        if not self._may_descend(path, depth):
            return
        inside = stream.open_stream(reader, self.budget, head)
        head = exactly(inside, GLIMPSE)
        if tar.is_header(head):
            self._look_in_tar(path, Chained(head, inside), depth)
            return
        with spooled(path, head, inside, self.limits) as (blob, _):
            self.examine(path, blob.size, Blocks(blob.blocks()), depth + 1)

    def _look_at_tar(self, path: str, size: int, head: bytes, reader: Reader, depth: int) -> None:
        """Identify a tar archive that is a model itself, else look into it."""
        candidates = recognise(Glimpse(path, size, head), "tar")
        if not candidates:
            self._look_in_tar(path, Chained(head, reader), depth)
            return
        with spooled(path, head, reader, self.limits) as (blob, digest):
            if not self._identify(path, blob, digest, candidates):
                self._look_in_tar(path, Blocks(blob.blocks()), depth)

    def _look_in_tar(self, path: str, reader: Reader, depth: int) -> None:
        if not self._may_descend(path, depth):
            return
        for member in tar.walk(reader, self.limits):
            if member.kind is tar.Kind.FILE:
                self.examine(f"{path}//{member.name}", member.size, member, depth + 1)

    def _may_descend(self, path: str, depth: int) -> bool:
        if depth < self.limits.depth:
            return True
        self._note(path, f"archives within archives are opened to depth {self.limits.depth}")
        return False

    def _identify(
        self, path: str, blob: Blob, digest: str, candidates: list[Candidate], *, embedded: bool = False
    ) -> bool:
        """Read the file as each of the formats that may fit; keep the best. Whether there was one."""
        readings = [read_as(module, evidence, blob) for module, evidence in candidates]
        for reading in readings:
            if reading.trouble and Kind.MAGIC in reading.evidence.kinds:
                self._note(path, f"begins as {reading.format} but {reading.trouble}")
        readings = [reading for reading in readings if reading.evidence.kinds - {Kind.NAME}]
        if not readings:
            return False
        best, *rivals = strongest(readings)
        model = best.model
        remarks = *(model.remarks if model else ()), *(f"reads as {rival.format} too" for rival in rivals)
        self.models.append(
            FoundModel(
                path=path,
                format=best.format,
                certainty=best.certainty,
                nature=nature(path, best.evidence, model),
                size=blob.size,
                sha256=digest,
                tensors=len(model.tensors) if model else None,
                parameters=model.parameter_count if model else None,
                parts=model.parts if model else (),
                evidence=best.evidence.notes,
                metadata=dict(model.metadata) if model else {},
                remarks=remarks,
                embedded=embedded,
            )
        )
        return True

    def _note(self, path: str, reason: str) -> None:
        self.not_examined.append(NotExamined(path, reason))


def _may_matter(seen: Glimpse) -> bool:
    """Whether a file may be packed, or of a format, by what its head shows."""
    head = seen.head
    packed = head.startswith(ZIP_MAGIC) or codec.recognise(head) is not None or tar.is_header(head)
    return packed or bool(recognise(seen, "file"))
