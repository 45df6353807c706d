"""What lies in an HDF5 file as JSON data: how a process that may not be trusted any more tells of it."""

import json
from collections.abc import Callable, Iterator

from lintian_ml.blob import Blob
from lintian_ml.container.hdf5 import Contents
from lintian_ml.error import FormatError
from lintian_ml.model import BITS, Payload, Span, Tensor

TYPES = frozenset((*BITS, "bytes"))

Later = Callable[[str, int], Payload]
"""Returns the payload of the dataset of a name that is to be computed, of so many bytes."""


def told(contents: Contents) -> bytes:
    """Return all but the elements themselves."""
    return json.dumps(
        {
            "tensors": [_told(tensor) for tensor in contents.tensors],
            "attributes": contents.attributes,
            "groups": contents.groups,
            "links": contents.links,
            "types": contents.types,
            "remarks": contents.remarks,
        }
    ).encode()


def _told(tensor: Tensor) -> list[object]:
    data = tensor.payload
    start = data.offset if isinstance(data, Span) else None
    return [tensor.name, tensor.dtype, list(tensor.shape), tensor.big_endian, start, data.length]


def heard(data: bytes, blob: Blob, later: Later) -> Contents:
    """Return what was told of a file; FormatError where nothing of the kind was."""
    try:
        told = _mapping(json.loads(data))
    except (ValueError, RecursionError):
        raise _untold() from None
    return Contents(
        [_tensor(one, blob, later) for one in _sequence(told.get("tensors"))],
        {path: _mapping(noted) for path, noted in _mapping(told.get("attributes")).items()},
        [*_texts(told.get("groups"))],
        _named(told.get("links")),
        _named(told.get("types")),
        [*_texts(told.get("remarks"))],
    )


def _tensor(data: object, blob: Blob, later: Later) -> Tensor:
    """Return a tensor, which lies in the file if it lies anywhere."""
    match data:
        case [str(name), str(dtype), list(sides), bool(big_endian), None | int() as start, int(length)]:
            shape = tuple(_extents(sides))
        case _:
            raise _untold()
    if length < 0 or (start is not None and not 0 <= start <= blob.size - length):
        raise _untold()
    payload = later(name, length) if start is None else Span(blob, start, length)
    tensor = Tensor(name, dtype, shape, payload, big_endian)
    if dtype not in TYPES or tensor.expected_length not in (None, length):
        raise _untold()
    return tensor


def _extents(data: list[object]) -> Iterator[int]:
    for side in data:
        if not isinstance(side, int) or side < 0:
            raise _untold()
        yield side


def _sequence(data: object) -> list[object]:
    if not isinstance(data, list):
        raise _untold()
    return data


def _mapping(data: object) -> dict[str, object]:
    if not isinstance(data, dict):
        raise _untold()
    return data


def _texts(data: object) -> Iterator[str]:
    for text in _sequence(data):
        if not isinstance(text, str):
            raise _untold()
        yield text


def _named(data: object) -> dict[str, str]:
    named = _mapping(data)
    return dict(zip(named, _texts([*named.values()]), strict=True))


def _untold() -> FormatError:
    return FormatError("HDF5 file of which libhdf5 tells what cannot be")
