"""Kaldi's binary models and matrices (src/base/io-funcs.cc, and Write in src/nnet3, gmm, hmm and others).

A file is a row of tokens in angle brackets, each with numbers or arrays behind it. Arrays get the names of
the tokens before them, in nets below the component's. A file of one array alone may be any data.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from lintian_ml.blob import Blob
from lintian_ml.encoding.kaldi_records import Record, records
from lintian_ml.encoding.naming import Names
from lintian_ml.encoding.plain import content
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.formats.npy import tells_of_weights
from lintian_ml.model import Model, Tensor

FORMAT = Format("kaldi", extensions=(".mdl", ".nnet", ".ie", ".mat", ".ubm", ".dubm"), mark=b"\0B")

MAGIC = FORMAT.mark
CLOSED = {"TransitionModel", "Nnet3", "Nnet", "DiagGMM", "FullGMM", "SGMM", "IvectorExtractor", "Plda"}
"""Tokens that begin a model or a part of one, all of which must be closed."""

OPENING = re.compile(rb"\0B<(%s|LogisticRegression)> " % "|".join(sorted(CLOSED)).encode("ascii"))
ARRAY = re.compile(rb"\0B(?:[FD][MV] \x04|CM[23]? )")
NAMES = re.compile(r"(^|/)final\.mat$")


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The mark of a binary file, and the token of a model or an array that is the whole file."""
    if not glimpse.head.startswith(MAGIC):
        return None
    found = OPENING.match(glimpse.head)
    if found:
        return Evidence.of({Kind.MAGIC: f"begins as a binary {found[1].decode('ascii')} of Kaldi"})
    if not ARRAY.match(glimpse.head):
        return None
    try:
        array = next(records(_Seen(glimpse), len(MAGIC)))
    except (FormatError, LimitError):
        return None
    if array.span.offset + array.span.length != glimpse.size or not array.span.length:
        return None
    notes = {Kind.STRUCTURE: f"one binary array of Kaldi, of the shape {list(array.shape)}"}
    if tells_of_weights(glimpse.name) or NAMES.search(glimpse.name):
        notes[Kind.NAME] = "the name speaks of a model"
    return Evidence.of(notes, carrier=True)


class _Seen(Blob):
    """What is seen of a file, of the size that the whole file has."""

    def __init__(self, glimpse: Glimpse) -> None:
        super().__init__(glimpse.head)
        self.size = glimpse.size


def read(blob: Blob) -> Model:
    """Read all tokens and arrays; FormatError where a part is not closed, or there is no array at all."""
    head = blob.read(0, min(blob.size, 64))
    if not OPENING.match(head) and not ARRAY.match(head):
        raise FormatError("no binary model or array of Kaldi")
    reading = _Reading()
    for record in records(blob, len(MAGIC)):
        reading.take(record)
    reading.check()
    return Model(FORMAT.name, tuple(reading.tensors), reading.outline, complete=True)


@dataclass(slots=True)
class _Reading:
    """What was read so far: ``outline`` is the row of tokens, with what stands for everything between."""

    outline: list[object] = field(default_factory=list)
    tensors: list[Tensor] = field(default_factory=list)
    announced: int | None = None
    _opened: Counter[str] = field(default_factory=Counter)
    _names: Names = field(default_factory=Names)
    _component: str = ""
    _token: str = ""

    def take(self, record: Record) -> None:
        """Take in one record."""
        if record.dtype:
            name = self._names.free(f"{self._component}{self._token or 'array'}")
            dims = record.shape if record.dtype != "bytes" else (record.span.length,)
            self.tensors.append(Tensor(name, record.dtype, dims, record.span))
            self.outline.append({"array": record.text, "tensor": name})
        elif record.text:
            self._open_or_close(record.text.strip("<>"))
            self.outline.append(record.text)
        else:
            self._between(record)

    def _open_or_close(self, token: str) -> None:
        if token.startswith("/"):
            self._opened[token[1:]] -= 1
            self._component = ""
        else:
            self._opened[token] += 1
            self._token = token

    def _between(self, record: Record) -> None:
        span = record.span
        shown = content(span.blob, span.offset, span.length)
        if self._token == "ComponentName" and isinstance(shown, str):
            self._component = f"{shown.strip()}."
        if self._token == "NUMPDFS" and span.length >= 5:
            self.announced = int.from_bytes(span.blob.read(span.offset + 1, 4), "little")
        self.outline.append({"between": shown})

    def check(self) -> None:
        """Hold what was opened against what was closed, and the mixtures against their count."""
        left = [name for name in sorted(CLOSED) if self._opened[name]]
        if left:
            raise FormatError(f"<{left[0]}> is not closed")
        mixtures = sum(isinstance(item, str) and item in ("<DiagGMM>", "<FullGMM>") for item in self.outline)
        if self.announced is not None and mixtures != self.announced:
            raise FormatError(f"{mixtures} mixtures of {self.announced}")
        if not self.tensors:
            raise FormatError("no array in a binary file of Kaldi")
