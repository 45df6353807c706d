"""The types of a file's elements in our names, as ``hdf5_type`` has them for what libhdf5 tells."""

from lintian_ml.container.hdf5_file.datatype import (
    ARRAY,
    BITS,
    COMPOUND,
    ENUMERATION,
    FIXED,
    FLOAT,
    OPAQUE,
    STRING,
    TIME,
    VARIABLE,
    Kind,
    Member,
)
from lintian_ml.container.hdf5_type import FLOATS, Element, compound, is_fixed

_BIG, _UNUSUAL = 0x01, 0x40
"""Bits of an order: big-endian, and what tells of neither."""

_SIGNED, _TEXT, _IMPLIED = 0x08, 1, 2
_NAMES = {OPAQUE: "opaque", BITS: "bit field", TIME: "time"}


def element_of(kind: Kind) -> Element:
    """Return what a type is to us; opaque ``bytes`` where we have no name for it."""
    width = kind.width
    if kind.code in (FIXED, FLOAT, ENUMERATION):
        return _number(kind)
    if kind.code == STRING:
        return Element("bytes", width, f"string of {width} bytes")
    if kind.code == VARIABLE and kind.bits & 15 == _TEXT:
        return Element("string", width, "string of variable length")
    if kind.code == COMPOUND and kind.members:
        return compound(width, [(one.name, one.offset, _member(one)) for one in kind.members])
    if kind.code == ARRAY and kind.inner is not None:
        return _array(element_of(kind.inner), width)
    if kind.code in _NAMES:
        return Element("bytes", width, f"{_NAMES[kind.code]} of {width} bytes")
    title = "sequence of variable length" if kind.code == VARIABLE else "reference"
    return Element("bytes", width, title, readable=False)


def _member(member: Member) -> Element:
    """Return the type of a compound's member, which in the first version may have extents of its own."""
    element = element_of(member.kind)
    count = 1
    for extent in member.extents:
        count *= extent
    return _array(element, count * element.width) if member.extents else element


def _array(inner: Element, width: int) -> Element:
    return Element("bytes", width, f"array of {inner.title}", readable=is_fixed(inner))


def _number(kind: Kind) -> Element:
    """Return an integer, a float, or the integer behind an enumeration; h5py's bool is one."""
    width = kind.width
    if kind.code == ENUMERATION:
        names = dict(kind.values[:3])
        if width == 1 and names.keys() == {b"FALSE", b"TRUE"} and names[b"TRUE"] == b"\1":
            return Element("bool", 1, "bool")
        if kind.inner is None or (kind.inner.code, kind.inner.width) != (FIXED, width):
            return Element("bytes", width, f"unusual number of {width} bytes")
        kind = kind.inner
    if kind.order & _UNUSUAL:
        return Element("bytes", width, f"number of an unusual byte order, {width} bytes")
    dtype = _float(kind) if kind.code == FLOAT else _integer(kind)
    if dtype is None:
        return Element("bytes", width, f"unusual number of {width} bytes")
    return Element(dtype, width, dtype, width > 1 and bool(kind.order & _BIG))


def _integer(kind: Kind) -> str | None:
    if kind.width not in (1, 2, 4, 8) or kind.properties != (0, 8 * kind.width):
        return None
    return f"{'' if kind.bits & _SIGNED else 'u'}int{8 * kind.width}"


def _float(kind: Kind) -> str | None:
    """Return the name of a float by the places of its parts; the first mantissa bit must not be stored."""
    offset, precision, exponent, exponent_size, mantissa, mantissa_size, bias = kind.properties
    if offset or precision != 8 * kind.width or (kind.bits >> 4 & 3 != _IMPLIED and kind.width > 1):
        return None
    parts = (kind.bits >> 8 & 0xFF, exponent, exponent_size, mantissa, mantissa_size)
    return FLOATS.get((kind.width, parts, bias))
