"""Headers of safetensors that are written as every library writes them, read without making an object of
each entry.

What is not written so in every byte is left to a reader of JSON, which knows what is wrong with it.
"""

from __future__ import annotations

import json
import math
import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import sub

from lintian_ml.model import BITS

_NAME, _NUMBER = r'[^"\\\x00-\x1f]*', "(?:0|[1-9][0-9]{0,17})"
_METADATA = '{"__metadata__":'
_SEPARATORS = ((",", ":"), (", ", ": "))
"""Between items and after keys: as compact as serde writes JSON, or as Python's json does."""


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
    try:
        text = raw.decode().rstrip(" ")
    except UnicodeDecodeError:
        return None
    separators = _SEPARATORS[text[text.find('":') + 2 :][:1] == " "]
    begun = _metadata(text, separators)
    columns = begun and _columns(text[begun[1] : -1] + separators[0], separators)
    if not begun or not columns or not text.endswith("}}"):
        return None
    return _checked(begun[0], columns, separators == _SEPARATORS[0], dict(types))


def _metadata(text: str, separators: tuple[str, str]) -> tuple[dict[str, str], int] | None:
    """Return the metadata and where the first tensor begins; None where they are not so separated."""
    item, key = separators
    if not text.startswith(_METADATA):
        return ({}, 1) if text.startswith('{"') else None
    try:
        found, end = json.JSONDecoder(object_pairs_hook=_texts).raw_decode(text, len('{"__metadata__"' + key))
    except (ValueError, RecursionError):
        return None
    written = '{"__metadata__"' + key + json.dumps(found, ensure_ascii=False, separators=separators) + item
    if not found or not text.startswith(written):
        return None
    return found, end + len(item)


def _texts(pairs: list[tuple[str, object]]) -> dict[str, str]:
    found = {key: value for key, value in pairs if isinstance(value, str)}
    if len(found) < len(pairs):
        raise ValueError("not a map of texts")
    return found


def _columns(text: str, separators: tuple[str, str]) -> tuple[tuple[str, ...], ...] | None:
    """Return names, types, shapes, starts and ends; None where entries are not all that the text has."""
    item, key = separators
    shape = f"(?:{_NUMBER}(?:{item}{_NUMBER})*)?"
    entry = (
        f'"({_NAME})"{key}{{"dtype"{key}"([A-Z0-9_]+)"{item}"shape"{key}\\[({shape})\\]{item}'
        f'"data_offsets"{key}\\[({_NUMBER}){item}({_NUMBER})\\]}}{item}'
    )
    found = re.findall(entry, text)
    if not found:
        return None
    columns = tuple(zip(*found, strict=True))
    fixed = f'""{key}{{"dtype"{key}""{item}"shape"{key}[]{item}"data_offsets"{key}[{item}]}}{item}'
    covered = len(found) * len(fixed) + sum(sum(map(len, column)) for column in columns)
    return columns if covered == len(text) else None


def _checked(
    metadata: Mapping[str, str], columns: Sequence[Sequence[str]], compact: bool, types: Mapping[str, str]
) -> Header | None:
    """Return the header if no name occurs twice and the data are of their types and have no holes."""
    names, dtypes, shapes = columns[:3]
    starts, ends = (array("Q", map(int, column)) for column in columns[3:])
    distinct = {both: at for at, both in enumerate(dict.fromkeys(zip(dtypes, shapes, strict=True)))}
    if len(set(names)) < len(names) or "__metadata__" in names or not {*dtypes} <= types.keys():
        return None
    kinds = [(dtype, tuple(map(int, shape.split(","))) if shape else ()) for dtype, shape in distinct]
    kind = array("Q", map(distinct.__getitem__, zip(dtypes, shapes, strict=True)))
    sizes = [math.prod(shape) * BITS[types[dtype]] for dtype, shape in kinds]
    if starts[0] or starts[1:] != ends[:-1]:
        return None
    if any(8 * length != sizes[of] for length, of in zip(map(sub, ends, starts), kind, strict=True)):
        return None
    return Header(metadata, names, kinds, kind, starts, ends, compact)
