"""Headers of safetensors that are written as every library writes them, read without making an object of
each entry.

What is not written so in every byte is left to a reader of JSON, which knows what is wrong with it. A text is
taken apart at its quotation marks, some entries at a time: little more than the names is ever held of it.
"""

from __future__ import annotations

import json
import math
import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from lintian_ml.model import BITS

CHUNK = 1 << 16
"""Bytes of the text that are taken apart at a time, and what is left of the last entry."""

LARGEST = 1 << 63
"""Bytes that no file has."""

_METADATA = b'{"__metadata__":'
_SEPARATORS = ((",", ":"), (", ", ": "))
"""Between items and after keys: as compact as serde writes JSON, or as Python's json does."""

_REFUSED = bytes(range(0x20)) + b"\\"
"""What a name does not hold: it ends at the next quotation mark, and stands for itself."""

_NUMBER = "(?:0|[1-9][0-9]{0,17})"
_DIMENSIONS = 64
"""Dimensions of a shape at most: their product is soon computed."""

_NAME, _DTYPE, _SHAPE, _OFFSETS, _STEP = 1, 5, 8, 10, 10
"""Where between its quotation marks an entry has what; so many of them lie in it."""


@dataclass(frozen=True, slots=True)
class Header:
    """The tensors in the order of their data, by column, and whether the text is the most compact there is.

    ``kinds`` are the element types, in the format's names, and shapes that occur; ``kind`` has of each tensor
    which of them it is, ``starts`` and ``ends`` where its data lie, without a hole between two.
    """

    metadata: Mapping[str, str]
    names: Sequence[str]
    kinds: Sequence[tuple[str, tuple[int, ...]]]
    kind: array[int]
    starts: array[int]
    ends: array[int]
    compact: bool


@lru_cache(maxsize=1)
def plainly(raw: bytes, types: tuple[tuple[str, str], ...]) -> Header | None:
    """Read a header whose data are in order, without holes, and of ``types``, as pairs of their name here and
    in BITS; None where it is written in any other way. The last is kept: two models often share it.
    """
    text = raw.rstrip(b" ")
    after = text.find(b'":') + 2
    separators = _SEPARATORS[text[after : after + 1] == b" "]
    begun = _metadata(text, separators)
    if begun is None or not text.endswith(b"}}"):
        return None
    metadata, start = begun
    entries = _Entries(separators, dict(types))
    if not all(map(entries.take, _chunks(text, start, separators[0].encode()))):
        return None
    return entries.header(metadata, separators == _SEPARATORS[0])


def _metadata(text: bytes, separators: tuple[str, str]) -> tuple[dict[str, str], int] | None:
    """Return the metadata and where the first tensor begins; None where they are not so separated."""
    if not text.startswith(_METADATA):
        return ({}, 1) if text.startswith(b'{"') else None
    item, key = separators
    start, end = len(_METADATA[:-1] + key.encode()), text.find(f'"}}{item}"'.encode()) + len('"}')
    try:
        found = json.loads(text[start:end], object_pairs_hook=_texts)
        written = json.dumps(found, ensure_ascii=False, separators=separators).encode()
    except (ValueError, RecursionError):
        return None
    if not found or text[:end] != _METADATA[:-1] + key.encode() + written:
        return None
    return found, end + len(item)


def _texts(pairs: list[tuple[str, object]]) -> dict[str, str]:
    found = {key: value for key, value in pairs if isinstance(value, str)}
    if len(found) < len(pairs):
        raise ValueError("not a map of texts")
    return found


def _chunks(text: bytes, start: int, item: bytes) -> Iterator[bytes]:
    """Yield the entries from ``start`` to the last brace, CHUNK bytes of them at a time and what is left of
    one; each with what is between it and the next.
    """
    last, between = len(text) - 1, b"]}" + item + b'"'
    while start < last:
        found = text.find(between, start + CHUNK, last)
        if found < 0:
            yield text[start:last] + item
            return
        end = found + len(between) - 1
        yield text[start:end]
        start = end


class _Entries:
    """The entries that were taken so far, by column; ``ends`` begins with where the first one starts."""

    def __init__(self, separators: tuple[str, str], types: Mapping[str, str]) -> None:
        item, key = separators
        self._types = types
        self._item = item
        self._fixed = {2: f"{key}{{", 3: "dtype", 4: key, 6: item, 7: "shape", 9: "data_offsets"}
        self._offsets = f"{key}[%s{item}%s]}}{item}"
        numbers = f"(?:{_NUMBER}(?:{item}{_NUMBER}){{0,{_DIMENSIONS - 1}}})?"
        self._shape = re.compile(rf"{key}\[({numbers})\]{item}")
        self.names: list[str] = []
        self.kinds: list[tuple[str, tuple[int, ...]]] = []
        self.kind = array("Q")
        self.ends = array("Q", [0])
        self._numbers: dict[tuple[str, str], int] = {}
        self._sizes: list[int] = []

    def take(self, chunk: bytes) -> bool:
        """Take whole entries; whether they are written plainly, and their data begin where the last end."""
        if len(chunk.translate(None, _REFUSED)) < len(chunk):
            return False
        try:
            parts = chunk.decode().split('"')
        except UnicodeDecodeError:
            return False
        count, left = divmod(len(parts), _STEP)
        if left != 1 or parts[0]:
            return False
        if any(parts[at::_STEP].count(text) < count for at, text in self._fixed.items()):
            return False
        pairs = list(zip(parts[_DTYPE::_STEP], parts[_SHAPE::_STEP], strict=True))
        if not all(map(self._number, dict.fromkeys(pairs))):
            return False
        self.names += parts[_NAME::_STEP]
        return self._lie([self._numbers[both] for both in pairs], parts[_OFFSETS::_STEP])

    def header(self, metadata: Mapping[str, str], compact: bool) -> Header | None:
        """Return all that was taken, if there is something and no name occurs twice."""
        distinct = set(self.names)
        if not distinct or len(distinct) < len(self.names) or "__metadata__" in distinct:
            return None
        return Header(metadata, self.names, self.kinds, self.kind, self.ends[:-1], self.ends[1:], compact)

    def _lie(self, kind: Sequence[int], offsets: Sequence[str]) -> bool:
        """Take the kinds of entries; whether their offsets are what the sizes of all before add up to."""
        ends = list(accumulate(map(self._sizes.__getitem__, kind), initial=self.ends[-1]))
        if ends[-1] >= LARGEST:
            return False
        self.kind.extend(kind)
        self.ends.extend(ends[1:])
        return list(map(self._offsets.__mod__, pairwise(map(str, ends)))) == offsets

    def _number(self, both: tuple[str, str]) -> bool:
        """Give a number to an element type and the text of a shape; whether both are as they should be."""
        if both in self._numbers:
            return True
        dtype, found = both[0], self._shape.fullmatch(both[1])
        if found is None or dtype not in self._types:
            return False
        shape = tuple(map(int, found[1].split(self._item))) if found[1] else ()
        size, left = divmod(math.prod(shape) * BITS[self._types[dtype]], 8)
        if left or size >= LARGEST:
            return False
        self._numbers[both] = len(self.kinds)
        self.kinds.append((dtype, shape))
        self._sizes.append(size)
        return True
