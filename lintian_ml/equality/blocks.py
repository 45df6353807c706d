"""Two payloads side by side, in pieces of equal length, whatever the lengths of the blocks they arrive in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lintian_ml.equality.elements import COMPLEX
from lintian_ml.error import FormatError
from lintian_ml.model import BITS, Payload, Tensor

if TYPE_CHECKING:
    from lintian_ml.equality.elements import Codes

WIDEST = 16
"""Bytes of the widest element; pieces begin at multiples of it."""

PIECE = 1 << 19
"""Bytes that are compared at a time: two pieces and what is made of them stay in a core's cache."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The tensor of one name in both models, of equal type and shape; ``piece`` is the bytes compared at a
    time.
    """

    first: Tensor
    second: Tensor
    piece: int = PIECE
    beside: Callable[[str], tuple[Tensor | None, Tensor | None]] | None = field(default=None, compare=False)
    """Returns the tensors of another name in both models."""

    @property
    def size(self) -> int:
        """Bytes of one piece: a multiple of the widest element's."""
        return max(WIDEST, self.piece // WIDEST * WIDEST)

    def pieces(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Yield offset in bytes, piece of the first and piece of the second, from the beginning to the end.

        FormatError where a payload is not as long as it claims.
        """
        offset = 0
        pairs = zip(
            regular(self.first.payload, self.size), regular(self.second.payload, self.size), strict=True
        )
        for first, second in pairs:
            yield offset, first, second
            offset += len(first)


def regular(payload: Payload, size: int) -> Iterator[bytes]:
    """Yield the payload in pieces of ``size`` bytes, the last one shorter; FormatError where the length is a
    lie.
    """
    rest = bytearray()
    total = 0
    for block in payload.blocks():
        total += len(block)
        if total > payload.length:
            raise FormatError(f"the payload goes on after the {payload.length} bytes it should have")
        if not rest and len(block) == size:
            yield bytes(block)
            continue
        yield from _filled(rest, block, size)
    if total != payload.length:
        raise FormatError(f"the payload ends after {total} of {payload.length} bytes")
    if rest:
        yield bytes(rest)


def _filled(rest: bytearray, block: bytes, size: int) -> Iterator[bytes]:
    """Yield the whole pieces in ``rest`` and ``block`` together; leave what is over in ``rest``."""
    view = memoryview(block)
    start = 0
    while len(view) - start >= size - len(rest):
        end = start + size - len(rest)
        yield bytes(rest) + view[start:end]
        rest.clear()
        start = end
    rest += view[start:]


def codes(piece: bytes | Codes, tensor: Tensor) -> Codes:
    """Return the elements (components, of complex numbers) in a piece of the tensor's payload as unsigned
    integers.

    Packed types give 8 // bits elements to the byte, the first in the low bits; the unused ones of a last
    byte are given too. Types without a fixed width give their bytes.
    """
    import numpy as np

    bits = BITS.get(tensor.dtype, 8)
    if bits < 8:
        return unpacked(np.frombuffer(piece, dtype=np.uint8), bits)
    width = bits // 16 if tensor.dtype in COMPLEX else bits // 8
    order = ">" if tensor.big_endian else "<"
    array = np.frombuffer(piece, dtype=f"{order}u{width}")
    return array.astype(f"=u{width}", copy=False)


def elements(piece: bytes | Codes, tensor: Tensor, offset: int) -> Codes:
    """Return ``codes`` of a piece at ``offset`` bytes, without the unused ones of a last byte."""
    found, bits = codes(piece, tensor), BITS.get(tensor.dtype, 8)
    return found[: tensor.elements - offset * 8 // bits] if bits < 8 else found


def unpacked(data: Codes, bits: int) -> Codes:
    """Return the elements of ``bits`` bits in bytes, low bits first, a byte each."""
    import numpy as np

    shifts = np.arange(0, 8, bits, dtype=np.uint8)
    elements: Codes = ((data[:, None] >> shifts) & np.uint8((1 << bits) - 1)).reshape(-1)
    return elements
