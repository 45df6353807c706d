"""Where the payloads of many small tensors lie, by column, so that none has to be looked at on its own."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lintian_ml.blob import Blob
from lintian_ml.equality.desk import place
from lintian_ml.equality.portion import plain_form
from lintian_ml.error import FormatError
from lintian_ml.model import BITS, Span, Tensor
from lintian_ml.table import Table

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Indices

SMALL = 1 << 14
"""Bytes of the largest tensor that is compared together with others."""

MOST = 1 << 62
"""What a length that is larger is told as."""

Kind = tuple[str, tuple[int, ...]]
"""Element type and shape."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Of each tensor which kind it is of, in which blob it lies, and where there, in bytes.

    The kind is -1 where a tensor is not to be compared together with others: it is no small one, it is not
    there as this machine has it, or it is not what its kind asks for.
    """

    kind: Indices
    blob: Indices
    start: Indices


@dataclass(slots=True)
class Layouts:
    """The layouts of both models, and what their numbers stand for."""

    kinds: dict[Kind, int] = field(default_factory=dict)
    blobs: list[Blob] = field(default_factory=list)
    _numbers: dict[int, int] = field(default_factory=dict)

    def of(self, tensors: Sequence[Tensor]) -> Layout:
        """Return the layout of the tensors of one model."""
        return self._of_table(tensors) if isinstance(tensors, Table) else self._of_each(tensors)

    def _of_table(self, table: Table) -> Layout:
        import numpy as np

        columns = table.columns
        own = np.array([self._numbered(*kind) for kind in columns.kinds] or [-1], np.int64)
        sizes = np.array([length(kind) for kind in columns.kinds] or [0], np.int64)
        kind = np.frombuffer(columns.kind, columns.kind.typecode) if columns.kind else np.empty(0, np.int64)
        starts, ends = (np.array(side, np.int64) for side in (columns.starts, columns.ends))
        found = np.where(ends - starts == sizes[kind], own[kind], -1)
        blob, base = self._lying(columns.blob)
        outside = (starts < 0) | (ends > columns.blob.size) | (blob < 0)
        return Layout(np.where(outside, -1, found), np.full(len(kind), blob, np.int64), starts + base)

    def _of_each(self, tensors: Sequence[Tensor]) -> Layout:
        import numpy as np

        rows = np.empty((len(tensors), 3), np.int64)
        for at, tensor in enumerate(tensors):
            rows[at] = self._row(tensor)
        return Layout(rows[:, 0], rows[:, 1], rows[:, 2])

    def _row(self, tensor: Tensor) -> tuple[int, int, int]:
        if tensor.big_endian or not 0 < tensor.payload.length <= SMALL:
            return -1, -1, 0
        if tensor.payload.length != length((tensor.dtype, tensor.shape)):
            return -1, -1, 0
        try:
            lies = place(tensor.payload)
        except FormatError:
            return -1, -1, 0
        if lies is None:
            return -1, -1, 0
        return self._numbered(tensor.dtype, tensor.shape), self._number_of(lies.blob), lies.offset

    def _numbered(self, dtype: str, shape: tuple[int, ...]) -> int:
        """Return the number of a kind; -1 where tensors of it are looked at one by one."""
        if sys.byteorder != "little" or plain_form(dtype) is None or not 0 < length((dtype, shape)) <= SMALL:
            return -1
        return self.kinds.setdefault((dtype, shape), len(self.kinds))

    def _lying(self, blob: Blob) -> tuple[int, int]:
        """Return the number of what holds the bytes of a blob, and where in it they begin."""
        lies = place(Span(blob, 0, blob.size))
        return (self._number_of(lies.blob), lies.offset) if lies else (-1, 0)

    def _number_of(self, blob: Blob) -> int:
        number = self._numbers.setdefault(id(blob), len(self.blobs))
        if number == len(self.blobs):
            self.blobs.append(blob)
        return number


def length(kind: Kind) -> int:
    """Return how many bytes the tensors of a kind have; -1 where that has no sense or is not known."""
    dtype, shape = kind
    bits = BITS.get(dtype)
    if bits is None or any(extent < 0 for extent in shape):
        return -1
    return min((math.prod(shape) * bits + 7) // 8, MOST)
