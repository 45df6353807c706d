"""Values of attributes of HDF5 files as plain JSON data."""

import math
from typing import Literal

from lintian_ml.container.hdf5_type import Element
from lintian_ml.error import LimitError

ATTRIBUTE_LIMIT = 16 << 20
"""Bytes of one attribute."""

LISTED = 1 << 16
"""Numbers that are told one by one, at most; of more their bytes are."""


def demand_length(name: str, stored: int) -> None:
    """LimitError for an attribute of too many bytes."""
    if stored > ATTRIBUTE_LIMIT:
        raise LimitError(f"HDF5 attribute {name!r:.80} of {stored} bytes")


def plain(raw: bytes, element: Element, shape: tuple[int, ...]) -> object:
    """Return raw elements as JSON data: a text, a list of texts, whole numbers, or hexadecimal bytes."""
    count, width = math.prod(shape), element.width
    if element.title.startswith("string"):
        texts = [text_of(raw[at * width : (at + 1) * width].rstrip(b"\0")) for at in range(count)]
        return texts if shape else texts[0]
    order: Literal["big", "little"] = "big" if element.big_endian else "little"
    noted: dict[str, object] = {"type": element.title, "shape": list(shape)}
    if "int" in element.dtype and count <= LISTED:
        signed = not element.dtype.startswith("u")
        noted["value"] = [
            int.from_bytes(raw[at : at + width], order, signed=signed)
            for at in range(0, count * width, width)
        ]
    else:
        noted["hex"] = (raw if order == "little" else raw[::-1]).hex()
    return noted


def text_of(name: str | bytes) -> str:
    """Return a name as text; bytes that are not UTF-8 are shown by their hexadecimal codes."""
    return raw_of(name).decode("utf-8", "backslashreplace")


def raw_of(name: str | bytes) -> bytes:
    """Return a name's bytes; h5py gives a text, or bytes where they are not of the encoding they claim."""
    return name if isinstance(name, bytes) else str(name).encode("utf-8", "surrogateescape")
