"""How the reader of HDF5 files and the process that holds libhdf5 speak: frames of bytes on a socket."""

import socket
import struct
from enum import Enum

from lintian_ml.error import FormatError

_HEADER = struct.Struct("<cQ")


class Sort(Enum):
    """What a frame says.

    The reader sends ``QUESTION`` (JSON), then ``BYTES`` of the file for each ``WANTED`` (offset and length,
    of 64 bits each). ``ANSWER`` is a part of the answer, ``END`` its end; ``MALFORMED`` and ``LIMIT`` end it
    with a sentence.
    """

    QUESTION = b"q"
    BYTES = b"b"
    WANTED = b"w"
    ANSWER = b"a"
    END = b"e"
    MALFORMED = b"m"
    LIMIT = b"l"


class Channel:
    """One end of the socket; OSError and EOFError say that the other end is gone or mute."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end

    def send(self, sort: Sort, data: bytes = b"") -> None:
        """Send one frame."""
        header = _HEADER.pack(sort.value, len(data))
        if len(data) < 1 << 16:
            self.end.sendall(header + data)
        else:
            self.end.sendall(header)
            self.end.sendall(data)

    def receive(self, most: int) -> tuple[Sort, bytes]:
        """Return the next frame; FormatError for one of no known sort, or of more than ``most`` bytes."""
        value, length = _HEADER.unpack(self._exactly(_HEADER.size))
        try:
            sort = Sort(value)
        except ValueError:
            raise FormatError(f"a frame of sort {value!r}") from None
        if length > most:
            raise FormatError(f"a frame of {length} bytes, more than {most}")
        return sort, bytes(self._exactly(length))

    def _exactly(self, length: int) -> bytearray:
        buffer = bytearray(length)
        view = memoryview(buffer)
        while len(view):
            came = self.end.recv_into(view)
            if not came:
                raise EOFError
            view = view[came:]
        return buffer
