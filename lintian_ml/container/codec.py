"""Kinds of compression: how each is recognised by its first bytes, and what decodes it within a memory limit.

gz is RFC 1952, zst RFC 8878; bz2, xz and lzma are as in the programs of those names.
"""

import bz2
import importlib
import lzma
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from lintian_ml.container.limits import Limits
from lintian_ml.error import LimitError

MAGIC = 16
"""Bytes that are enough to tell what a stream is."""


class Decoder(Protocol):
    """One compressed stream being decompressed, in the shape of ``lzma.LZMADecompressor``."""

    @property
    def eof(self) -> bool:
        """Whether the stream's end was reached."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing comes out before more goes in."""

    @property
    def unused_data(self) -> bytes:
        """What followed the stream's end in the last input."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Take ``data`` in and give out about ``max_length`` bytes at most."""


Loaded = tuple[Callable[[], Decoder], tuple[type[Exception], ...]]
"""What starts a stream, and the errors that a damaged one raises."""


@dataclass(frozen=True, slots=True)
class Codec:
    """A kind of compression: its name, whether a stream of it begins with these bytes, and its decoder.

    ``first`` holds the bytes that a stream may begin with, so that most files need not be looked at.
    """

    name: str
    matches: Callable[[bytes], bool]
    load: Callable[[Limits], Loaded]
    first: bytes = b""


class Inflater:
    """zlib's decompressor; ``window`` is its ``wbits``: 31 for gz, -15 for bare deflate."""

    def __init__(self, window: int) -> None:
        self._zlib = zlib.decompressobj(window)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        """Whether the stream's end was reached."""
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        """What followed the stream's end in the last input."""
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Take ``data`` in and give out ``max_length`` bytes at most."""
        tail = self._zlib.unconsumed_tail
        out = self._zlib.decompress(tail + data if tail else data, max_length)
        self.needs_input = len(out) < max_length and not self._zlib.unconsumed_tail
        return out


class ZstdFrame:
    """A decompressor of the zstandard library, which gives out all that its input holds.

    So the input goes in by pieces of 512 bytes, which hold at most 128 blocks of 128 KiB.
    """

    _PIECE = 512

    def __init__(self, zstd: Any) -> None:
        self._zstd = zstd
        self._input = b""
        self._at = 0

    @property
    def eof(self) -> bool:
        """Whether the frame's end was reached."""
        return bool(self._zstd.eof)

    @property
    def needs_input(self) -> bool:
        """Whether all input went in."""
        return self._at >= len(self._input) and not self.eof

    @property
    def unused_data(self) -> bytes:
        """What followed the frame's end in the last input."""
        return bytes(self._zstd.unused_data) + self._input[self._at :]

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Take ``data`` in and give out ``max_length`` bytes, and at most 16 MiB more."""
        self._input = self._input[self._at :] + data
        self._at = 0
        found: list[bytes] = []
        length = 0
        while length < max_length and self._at < len(self._input) and not self.eof:
            piece = self._input[self._at : self._at + self._PIECE]
            self._at += len(piece)
            found.append(self._zstd.decompress(piece))
            length += len(found[-1])
        return b"".join(found)


def _load_gz(limits: Limits) -> Loaded:
    """Prefer isal, which is twice as fast as zlib."""
    del limits
    try:
        isal: Any = importlib.import_module("isal.igzip_lib")
    except ImportError:
        return (lambda: Inflater(31)), (zlib.error,)
    return (lambda: isal.IgzipDecompressor(flag=isal.DECOMP_GZIP)), (isal.IsalError, EOFError, ValueError)


def _load_bz2(limits: Limits) -> Loaded:
    del limits
    return bz2.BZ2Decompressor, (OSError, ValueError)


def _load_lzma(limits: Limits, form: int) -> Loaded:
    """Set the memory limit: liblzma has none by itself, and takes what the header asks for."""
    return (lambda: lzma.LZMADecompressor(form, limits.xz_memory)), (lzma.LZMAError, ValueError)


def _load_zst(limits: Limits) -> Loaded:
    """Prefer Python's own module (3.14), then the zstandard library; LimitError where there is neither."""
    window = limits.xz_memory.bit_length() - 1
    try:
        own: Any = importlib.import_module("compression.zstd")
    except ImportError:
        return _load_zstandard(window)
    options = {own.DecompressionParameter.window_log_max: window}
    return (lambda: own.ZstdDecompressor(options=options)), (own.ZstdError, ValueError)


def _load_zstandard(window: int) -> Loaded:
    try:
        library: Any = importlib.import_module("zstandard")
    except ImportError as error:
        sentence = "a zst file cannot be unpacked: install python3-zstandard (or Python 3.14 or later)"
        raise LimitError(sentence) from error
    context = library.ZstdDecompressor(max_window_size=1 << window)
    return (lambda: ZstdFrame(context.decompressobj())), (library.ZstdError,)


def _is_bz2(head: bytes) -> bool:
    """Whether ``head`` begins with BZh, a block size, and the mark of a block or of the end."""
    marks = (b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90")
    return head.startswith(b"BZh") and head[3:4] in b"123456789" and head[4:10] in marks


def _is_lzma(head: bytes) -> bool:
    """Whether ``head`` is the header of an .lzma file: it has no magic, so it must be a likely one.

    That is, as in liblzma: the usual properties, a dictionary of 2^n or 2^n + 2^(n-1) bytes, and a size that
    is unknown or less than 256 GiB.
    """
    if len(head) < 13 or head[0] != 0x5D:
        return False
    dictionary = int.from_bytes(head[1:5], "little")
    size = int.from_bytes(head[5:13], "little")
    lowest = dictionary & -dictionary
    likely = dictionary in (lowest, 3 * lowest, (1 << 32) - 1) and dictionary >= 1 << 12
    return likely and (size == (1 << 64) - 1 or size < 1 << 38)


def _is_zst(head: bytes) -> bool:
    """Whether ``head`` begins with a frame, or with a skippable frame."""
    return head.startswith(b"\x28\xb5\x2f\xfd") or (head[1:4] == b"\x2a\x4d\x18" and head[0] >> 4 == 5)


XZ = Codec(
    "xz",
    lambda head: head.startswith(b"\xfd7zXZ\0"),
    lambda limits: _load_lzma(limits, lzma.FORMAT_XZ),
    b"\xfd",
)
ZST = Codec("zst", _is_zst, _load_zst, b"\x28" + bytes(range(0x50, 0x60)))
CODECS = (
    Codec("gz", lambda head: head.startswith(b"\x1f\x8b\x08"), _load_gz, b"\x1f"),
    XZ,
    Codec("bz2", _is_bz2, _load_bz2, b"B"),
    ZST,
    Codec("lzma", _is_lzma, lambda limits: _load_lzma(limits, lzma.FORMAT_ALONE), b"\x5d"),
)
"""Every kind of compression that is unpacked."""
_FIRST = frozenset(b"".join(codec.first for codec in CODECS))


def recognise(head: bytes) -> Codec | None:
    """Return the codec whose streams begin with ``head``, MAGIC bytes or the whole file; None: plain."""
    if not head or head[0] not in _FIRST:
        return None
    return next((codec for codec in CODECS if codec.matches(head)), None)
