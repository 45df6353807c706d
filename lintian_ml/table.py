"""Many tensors kept by column: each is made where it is asked for, so that a hundred thousand take little."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import le
from typing import overload

from lintian_ml.blob import Blob
from lintian_ml.model import Span, Tensor


@dataclass(frozen=True, slots=True)
class Columns:
    """What is told of tensors whose payloads lie in ``blob``, little-endian, uncompressed.

    ``kinds`` are the element types and shapes that occur; ``kind`` has of each tensor which of them it is,
    ``starts`` and ``ends`` where its payload lies, in bytes.
    """

    blob: Blob
    names: Sequence[str]
    kinds: Sequence[tuple[str, tuple[int, ...]]]
    kind: array[int]
    starts: array[int]
    ends: array[int]

    def sorted(self) -> Columns:
        """Return the same tensors sorted by name."""
        if all(map(le, self.names, islice(self.names, 1, None))):
            return self
        order = sorted(range(len(self.names)), key=self.names.__getitem__)
        columns = (array("Q", (column[at] for at in order)) for column in (self.kind, self.starts, self.ends))
        return Columns(self.blob, [self.names[at] for at in order], self.kinds, *columns)


class Table(Sequence[Tensor]):
    """A sequence of tensors; it equals another of equal tensors."""

    __slots__ = ("columns",)

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns.names)

    @overload
    def __getitem__(self, at: int) -> Tensor: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Tensor]: ...

    def __getitem__(self, at: int | slice) -> Tensor | Sequence[Tensor]:
        if isinstance(at, slice):
            return tuple(map(self._made, range(*at.indices(len(self)))))
        return self._made(range(len(self))[at])

    def __iter__(self) -> Iterator[Tensor]:
        return map(self._made, range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(map(Tensor.__eq__, self, other))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Table of {len(self)} tensors"

    def _made(self, at: int) -> Tensor:
        columns = self.columns
        dtype, shape = columns.kinds[columns.kind[at]]
        start = columns.starts[at]
        payload = Span(columns.blob, start, columns.ends[at] - start)
        return Tensor(columns.names[at], dtype, shape, payload)


def names(tensors: Sequence[Tensor]) -> Sequence[str]:
    """Return the names of tensors, in their order."""
    return tensors.columns.names if isinstance(tensors, Table) else [tensor.name for tensor in tensors]


def types(tensors: Sequence[Tensor]) -> dict[str, str]:
    """Return the element type of each tensor by its name; of several of one name, that of the last."""
    if not isinstance(tensors, Table):
        return {tensor.name: tensor.dtype for tensor in tensors}
    columns = tensors.columns
    dtypes = [dtype for dtype, _ in columns.kinds]
    return dict(zip(columns.names, map(dtypes.__getitem__, columns.kind), strict=True))
