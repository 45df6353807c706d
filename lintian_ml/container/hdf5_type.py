"""The element types of HDF5 files, in our names (HDF5 file format specification, IV.A.2.d)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NESTING_LIMIT = 16

FLOATS: Mapping[tuple[int, tuple[int, ...], int], str] = {
    (1, (7, 2, 5, 0, 2), 15): "float8e5m2",
    (1, (7, 3, 4, 0, 3), 7): "float8e4m3fn",
    (2, (15, 10, 5, 0, 10), 15): "float16",
    (2, (15, 7, 8, 0, 7), 127): "bfloat16",
    (4, (31, 23, 8, 0, 23), 127): "float32",
    (8, (63, 52, 11, 0, 52), 1023): "float64",
}
"""Floats by width in bytes, places and widths of sign, exponent, mantissa; and the exponent's bias."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element: our name, its bytes in the file, its byte order, and what HDF5 calls it.

    ``readable`` is false for references and sequences of variable length, whose raw bytes are addresses.
    """

    dtype: str
    width: int
    title: str
    big_endian: bool = False
    readable: bool = True


def element_of(kind: Any, nesting: int = 0) -> Element:
    """Return what the h5py TypeID ``kind`` says; opaque ``bytes`` where we have no name for it."""
    from h5py import h5t

    width, code = kind.get_size(), kind.get_class()
    if code in (h5t.INTEGER, h5t.FLOAT, h5t.ENUM):
        return _number(kind, code, width)
    if code == h5t.STRING:
        if kind.is_variable_str():
            return Element("string", width, "string of variable length")
        return Element("bytes", width, f"string of {width} bytes")
    if code in (h5t.COMPOUND, h5t.ARRAY):
        return _nested(kind, code, width, nesting)
    names = {h5t.OPAQUE: "opaque", h5t.BITFIELD: "bit field", h5t.TIME: "time"}
    if code in names:
        return Element("bytes", width, f"{names[code]} of {width} bytes")
    title = "reference" if code == h5t.REFERENCE else "sequence of variable length"
    return Element("bytes", width, title, readable=False)


def _number(kind: Any, code: int, width: int) -> Element:
    """Return an integer, a float, or the integer behind an enumeration; h5py's bool is one."""
    from h5py import h5t

    if code == h5t.ENUM:
        names = {kind.get_member_name(index) for index in range(min(3, kind.get_nmembers()))}
        if width == 1 and names == {b"FALSE", b"TRUE"} and kind.enum_valueof(b"TRUE") == 1:
            return Element("bool", 1, "bool")
        kind = kind.get_super()
    if kind.get_order() not in (h5t.ORDER_LE, h5t.ORDER_BE):
        return Element("bytes", width, f"number of an unusual byte order, {width} bytes")
    dtype = None
    if code == h5t.FLOAT:
        if kind.get_norm() == h5t.NORM_IMPLIED or width == 1:
            dtype = FLOATS.get((width, tuple(kind.get_fields()), kind.get_ebias()))
    elif width in (1, 2, 4, 8) and kind.get_precision() == 8 * width:
        dtype = f"{'u' if kind.get_sign() == h5t.SGN_NONE else ''}int{8 * width}"
    if dtype is None:
        return Element("bytes", width, f"unusual number of {width} bytes")
    return Element(dtype, width, dtype, width > 1 and kind.get_order() == h5t.ORDER_BE)


def _nested(kind: Any, code: int, width: int, nesting: int) -> Element:
    """Return a compound or an array type."""
    from h5py import h5t

    if nesting >= NESTING_LIMIT:
        return Element("bytes", width, "type nested too deeply", readable=False)
    if code == h5t.ARRAY:
        inner = element_of(kind.get_super(), nesting + 1)
        return Element("bytes", width, f"array of {inner.title}", readable=is_fixed(inner))
    members = [element_of(kind.get_member_type(index), nesting + 1) for index in range(kind.get_nmembers())]
    names = [kind.get_member_name(index) for index in range(len(members))]
    offsets = [kind.get_member_offset(index) for index in range(len(members))]
    return compound(width, list(zip(names, offsets, members, strict=True)))


def compound(width: int, members: Sequence[tuple[bytes, int, Element]]) -> Element:
    """Return an element of named members at offsets: complex if it is a pair named r and i, else opaque."""
    first = members[0][2]
    name = {"float32": "complex64", "float64": "complex128"}.get(first.dtype)
    if name and [*members] == [(b"r", 0, first), (b"i", width // 2, first)] and width == 2 * first.width:
        return Element(name, width, name, first.big_endian)
    title = ", ".join(
        f"{name.decode('utf-8', 'backslashreplace')} {member.title} at {offset}"
        for name, offset, member in members
    )
    return Element(
        "bytes", width, f"compound of {title}", readable=all(is_fixed(one) for _, _, one in members)
    )


def is_fixed(element: Element) -> bool:
    """Whether an element's bytes lie where it lies."""
    return element.readable and element.dtype != "string"
