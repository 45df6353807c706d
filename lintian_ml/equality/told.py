"""What a comparison found, as plain data: for JSON and for certificates."""

import math
from dataclasses import fields, is_dataclass, replace
from enum import Enum

from lintian_ml.equality.verdict import Comparison

UNBOUNDED = "unbounded"
"""The slack of a measurement, which no number bounds."""


def as_object(comparison: Comparison) -> dict[str, object]:
    """Return all of a comparison but its portraits; ``slack`` in bits is that of the whole.

    It is None where that is not known. A number that has no bound is the word "unbounded": there is no
    infinity in JSON.
    """
    told = _record(replace(comparison, portraits=())) | {"slack": _plain(comparison.slack)}
    del told["portraits"]
    return told


def portraits(comparison: Comparison) -> list[object]:
    """Return the portraits of a comparison."""
    return [_plain(portrait) for portrait in comparison.portraits]


def _record(value: object) -> dict[str, object]:
    """Return the fields of a dataclass by their names."""
    assert is_dataclass(value)
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}


def _plain(value: object) -> object:
    """Return a value as JSON has it; what a comparison holds is nested a few levels deep only."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and math.isinf(value):
        return UNBOUNDED
    return _record(value) if is_dataclass(value) else value
