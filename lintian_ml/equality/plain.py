"""Strict equality of plain JSON data: types count, and so does every bit of a number."""

import struct
from collections.abc import Iterable

MOST = 50_000_000
"""Values that are looked at, so that data which shares its parts many times over comes to an end."""

LEAF = (str, int, bool, bytes, type(None))


def difference(first: object, second: object) -> str:
    """Return where two values first differ and how, as a phrase for people; an empty string where they are
    equal.

    1, 1.0 and true are three values, +0.0 and -0.0 two, a NaN equals one of the same bits; objects have no
    order, a tuple is a list. ValueError where something is no plain data, or there is too much of it.
    """
    waiting: list[tuple[str, object, object]] = [("", first, second)]
    for _ in range(MOST):
        if not waiting:
            return ""
        place, one, other = waiting.pop()
        if isinstance(one, dict) and isinstance(other, dict):
            if what := _keys(one, other):
                return f"{what} at {place or 'the top'}"
            waiting += ((f"{place}.{key}", one[key], other[key]) for key in reversed(one))
        elif isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
            if len(one) != len(other):
                return f"{len(one)} and {len(other)} entries at {place or 'the top'}"
            pairs = zip(one, other, strict=True)
            waiting += reversed([(f"{place}[{at}]", left, right) for at, (left, right) in enumerate(pairs)])
        elif not _same_leaf(one, other):
            return f"{_brief(one)} and {_brief(other)} at {place or 'the top'}"
    raise ValueError("the data is too large to be compared")


def _keys(first: dict[object, object], second: dict[object, object]) -> str:
    """Return which key only one of two objects has, by its type too; an empty string where there is none."""
    left, right = ({(type(key), key): key for key in keys} for keys in (first, second))
    only = _first(key for typed, key in left.items() if typed not in right)
    if only is not None:
        return f"{_brief(only)} only in the first,"
    only = _first(key for typed, key in right.items() if typed not in left)
    return "" if only is None else f"{_brief(only)} only in the second,"


def _first(keys: Iterable[object]) -> object | None:
    return next(iter(keys), None)


def _same_leaf(first: object, second: object) -> bool:
    """Whether two values that are not both containers have the same type and the same bits."""
    for value in (first, second):
        if not isinstance(value, (*LEAF, float, dict, list, tuple)):
            raise ValueError(f"{type(value).__name__} is no plain data")
    if type(first) is not type(second):
        return False
    if isinstance(first, float) and isinstance(second, float):
        return struct.pack("<d", first) == struct.pack("<d", second)
    return bool(first == second)


def _brief(value: object) -> str:
    """Return a value for people, cut short."""
    text = ascii(value) if isinstance(value, (*LEAF, float)) else type(value).__name__
    return text if len(text) <= 60 else text[:57] + "..."
