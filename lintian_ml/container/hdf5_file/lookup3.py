"""The checksum of HDF5's metadata: Bob Jenkins' lookup3, ``hashlittle`` from zero (burtleburtle.net/bob)."""

import struct

_MASK = 0xFFFFFFFF


def checksum(data: bytes) -> int:
    """Return the 32-bit checksum of some bytes."""
    first = second = third = (0xDEADBEEF + len(data)) & _MASK
    if not data:
        return third
    whole = (len(data) - 1) // 12 * 12
    for one, two, three in struct.iter_unpack("<3I", data[:whole]):
        first, second, third = _mixed(first + one & _MASK, second + two & _MASK, third + three & _MASK)
    one, two, three = struct.unpack("<3I", data[whole:].ljust(12, b"\0"))
    return _final(first + one & _MASK, second + two & _MASK, third + three & _MASK)


def _turned(word: int, places: int) -> int:
    """Return a 32-bit word rotated to the left."""
    return word << places & _MASK | word >> 32 - places


def _mixed(a: int, b: int, c: int) -> tuple[int, int, int]:
    """Return three words of 32 bits mixed, which can be undone."""
    a, c = a - c & _MASK ^ _turned(c, 4), c + b & _MASK
    b, a = b - a & _MASK ^ _turned(a, 6), a + c & _MASK
    c, b = c - b & _MASK ^ _turned(b, 8), b + a & _MASK
    a, c = a - c & _MASK ^ _turned(c, 16), c + b & _MASK
    b, a = b - a & _MASK ^ _turned(a, 19), a + c & _MASK
    c, b = c - b & _MASK ^ _turned(b, 4), b + a & _MASK
    return a, b, c


def _final(a: int, b: int, c: int) -> int:
    """Return the last word once all three were mixed for good."""
    c = (c ^ b) - _turned(b, 14) & _MASK
    a = (a ^ c) - _turned(c, 11) & _MASK
    b = (b ^ a) - _turned(a, 25) & _MASK
    c = (c ^ b) - _turned(b, 16) & _MASK
    a = (a ^ c) - _turned(c, 4) & _MASK
    b = (b ^ a) - _turned(a, 14) & _MASK
    return (c ^ b) - _turned(b, 24) & _MASK
