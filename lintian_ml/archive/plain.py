"""Frozen dataclasses as plain data and back: what the store keeps of a package outlives the process.

The types that a class declares say how a field is read again, so that a class which gains a field needs no
word here. Known are bool, int, str, bytes, None, enumerations, dataclasses, ``tuple[X, …]``, Mapping and
unions with None.
"""

import dataclasses
import types
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

Build = Callable[[Any], Any]


def as_plain(value: Any) -> Any:
    """Return ``value`` as what JSON can hold; bytes become text with a character a byte."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, tuple):
        return [as_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: as_plain(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value):
        return [as_plain(getattr(value, field.name)) for field in dataclasses.fields(value)]
    return value


def from_plain(kind: Any, plain: Any) -> Any:
    """Return the value of type ``kind`` that became ``plain``; ValueError or TypeError if it is none."""
    return _builder(kind)(plain)


@cache
def shape(kind: Any) -> str:
    """Return how values of a type are written: another text where the type, or one within it, has changed."""
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        parts = [f"{field.name}:{shape(hints[field.name])}" for field in dataclasses.fields(kind)]
        return f"{{{','.join(parts)}}}"
    inner = ",".join(shape(one) for one in get_args(kind) if one is not Ellipsis)
    name = getattr(get_origin(kind) or kind, "__name__", str(kind))
    return f"{name}[{inner}]" if inner else name


@cache
def _builder(kind: Any) -> Build:
    """Return what makes values of a type from plain data."""
    if kind is bytes:
        return lambda plain: plain.encode("latin-1")
    if isinstance(kind, type) and (issubclass(kind, Enum) or kind in (int, str, bool)):
        return kind
    if dataclasses.is_dataclass(kind):
        return _of_dataclass(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _of_tuple(_builder(arguments[0]))
    if origin in (Union, types.UnionType):
        return _of_optional(_builder(next(one for one in arguments if one is not types.NoneType)))
    if origin is not None and issubclass(origin, Mapping):
        return _of_mapping(_builder(arguments[1]))
    raise TypeError(f"{kind} cannot be read from plain data")


def _of_dataclass(kind: Any) -> Build:
    hints = get_type_hints(kind)
    builders = [_builder(hints[field.name]) for field in dataclasses.fields(kind)]
    return lambda plain: kind(*(build(item) for build, item in zip(builders, plain, strict=True)))


def _of_tuple(build: Build) -> Build:
    return lambda plain: tuple(build(item) for item in plain)


def _of_optional(build: Build) -> Build:
    return lambda plain: None if plain is None else build(plain)


def _of_mapping(build: Build) -> Build:
    return lambda plain: {key: build(item) for key, item in plain.items()}
