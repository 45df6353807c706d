"""What a comparison found, as plain data: for JSON and for certificates."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum

from lintian_ml.equality.verdict import Comparison
from lintian_ml.escape import for_data

UNBOUNDED = "unbounded"
"""The slack of a measurement, which no number bounds."""

AT_ONCE = 100
"""Tensors that are written together."""


def as_object(comparison: Comparison) -> dict[str, object]:
    """Return all of a comparison but its portraits; ``slack`` in bits is that of the whole.

    It is None where that is not known. A number that has no bound is the word "unbounded": there is no
    infinity in JSON.
    """
    return {name: _plain(value) for name, value in _told(comparison)}


def beside_tensors(comparison: Comparison) -> dict[str, object]:
    """Return what ``as_object`` does, without the tensors."""
    return {name: _plain(value) for name, value in _told(comparison) if name != "tensors"}


def tensors(comparison: Comparison) -> Iterator[object]:
    """Yield what ``as_object`` says of each tensor; none of it is kept."""
    return map(_plain, comparison.tensors)


def written(
    comparison: Comparison, before: Mapping[str, object], after: Mapping[str, object]
) -> Iterator[str]:
    """Yield what ``as_object`` returns as one line of JSON, piece by piece, between other members."""
    members = [*before.items(), *_told(comparison), *after.items()]
    for number, (name, value) in enumerate(members):
        yield f"{', ' if number else '{'}{line(name)}: "
        if value is comparison.tensors and name == "tensors":
            yield from _rows(comparison)
        else:
            yield line(_plain(value))
    yield "}"


def portraits(comparison: Comparison) -> list[object]:
    """Return the portraits of a comparison."""
    return [_plain(portrait) for portrait in comparison.portraits]


def _told(comparison: Comparison) -> Iterator[tuple[str, object]]:
    """Yield what is told of a comparison, by name; the tensors are left as they are."""
    for field in fields(comparison):
        if field.name != "portraits":
            yield field.name, getattr(comparison, field.name)
    yield "slack", comparison.slack


def _rows(comparison: Comparison) -> Iterator[str]:
    """Yield the list of the tensors, some at a time."""
    yield "["
    for start in range(0, len(comparison.tensors), AT_ONCE):
        some = comparison.tensors[start : start + AT_ONCE]
        yield f"{', ' if start else ''}{', '.join(line(_plain(result)) for result in some)}"
    yield "]"


def line(value: object) -> str:
    """Return plain data as JSON, with every string made valid Unicode."""
    return json.dumps(_clean(value), ensure_ascii=False)


def _clean(value: object) -> object:
    if isinstance(value, str):
        return for_data(value)
    if isinstance(value, Mapping):
        return {_clean(name): _clean(item) for name, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list) else value


def _plain(value: object) -> object:
    """Return a value as JSON has it; what a comparison holds is nested a few levels deep only."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    if isinstance(value, float) and math.isinf(value):
        return UNBOUNDED
    if not is_dataclass(value):
        return value
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
