"""MurmurHash3 in its 32-bit form for x86 (Austin Appleby's MurmurHash3.cpp, in the public domain)."""

_MASK = 0xFFFFFFFF


def murmur3(data: bytes, seed: int) -> int:
    """Return the hash, of 32 bits, of ``data``; meant for headers, not for bulk."""
    state = seed
    whole = len(data) // 4 * 4
    for at in range(0, whole, 4):
        state = _turned(state ^ _scrambled(int.from_bytes(data[at : at + 4], "little")), 13)
        state = (state * 5 + 0xE6546B64) & _MASK
    if whole < len(data):
        state ^= _scrambled(int.from_bytes(data[whole:], "little"))
    return _finished(state ^ len(data))


def _scrambled(word: int) -> int:
    return (_turned((word * 0xCC9E2D51) & _MASK, 15) * 0x1B873593) & _MASK


def _turned(word: int, bits: int) -> int:
    return ((word << bits) | (word >> (32 - bits))) & _MASK


def _finished(state: int) -> int:
    state = ((state ^ (state >> 16)) * 0x85EBCA6B) & _MASK
    state = ((state ^ (state >> 13)) * 0xC2B2AE35) & _MASK
    return state ^ (state >> 16)
