"""Columns of numbers that a text holds: gathered by name, then given out as tensors."""

import math
from array import array
from collections.abc import Iterable
from typing import cast

from lintian_ml.encoding.packed import packed
from lintian_ml.error import FormatError, LimitError
from lintian_ml.model import Tensor

CODES = {"int64": "q", "uint64": "Q", "float64": "d", "float32": "f"}
"""The type code, in the module ``array``, of each dtype that numbers of a text may have."""

MOST_NUMBERS = 64 << 20
"""Numbers that one file may hold in all its columns."""

MOST_COLUMNS = 100_000
"""Columns that one file may have."""


class Columns:
    """Numbers by the name of their column; each column has one dtype and grows as the text is read."""

    def __init__(self) -> None:
        self._arrays: dict[str, array[float]] = {}
        self._dtypes: dict[str, str] = {}
        self.size = 0

    def add(self, name: str, dtype: str, values: Iterable[bytes | str | float]) -> int:
        """Append numbers, or words that spell some, to a column; return how many.

        FormatError where a word is no number of that dtype, LimitError where there are too many.
        """
        try:
            new = array(CODES[dtype], _parsed(list(values), dtype))
        except (ValueError, OverflowError, TypeError) as error:
            raise FormatError(f"{name}: no number of type {dtype}: {str(error)[:80]}") from error
        self.size += len(new)
        if self.size > MOST_NUMBERS or len(self._arrays) > MOST_COLUMNS:
            raise LimitError(f"more than {MOST_NUMBERS} numbers or {MOST_COLUMNS} columns")
        self._dtypes.setdefault(name, dtype)
        column = self._arrays.setdefault(name, array(CODES[self._dtypes[name]]))
        if column.typecode != new.typecode:
            raise FormatError(f"{name}: numbers of two types")
        column.extend(new)
        return len(new)

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def __len__(self) -> int:
        return len(self._arrays)

    def dtype(self, name: str) -> str:
        """The type of a column's numbers; empty where there is no such column."""
        return self._dtypes.get(name, "")

    def count(self, name: str) -> int:
        """How many numbers a column has; 0 where there is none."""
        return len(self._arrays.get(name, ()))

    def tensor(self, name: str, shape: tuple[int, ...] | None = None) -> Tensor:
        """Return one column as a tensor: of one dimension unless told otherwise; FormatError where its
        numbers do not fill ``shape``.
        """
        column = self._arrays[name]
        shape = (len(column),) if shape is None else shape
        if math.prod(shape) != len(column):
            raise FormatError(f"{name}: {len(column)} numbers for the shape {shape}")
        return Tensor(name, self._dtypes[name], shape, packed(column))

    def tensors(self) -> tuple[Tensor, ...]:
        """Return every column, in the order in which they were met."""
        return tuple(self.tensor(name) for name in self._arrays)


def _parsed(values: list[bytes | str | float], dtype: str) -> Iterable[float]:
    """Return numbers as they are, words as the numbers that they spell; Python's underscores are none."""
    first = values[0] if values else 0
    if isinstance(first, int | float):
        return cast(list[float], values)
    if any((b"_" if isinstance(word, bytes) else "_") in word for word in cast(list[str], values)):
        raise ValueError("an underscore in a number")
    return map(float if dtype.startswith("float") else int, values)
