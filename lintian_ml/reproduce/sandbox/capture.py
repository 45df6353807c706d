"""Takes in what a run sends out while it runs: its log, and at its end the files that it made."""

import os
import re
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lintian_ml.container.limits import Limits as Bounds
from lintian_ml.container.tar import Kind, Member, walk
from lintian_ml.error import FormatError, LimitError, LintianMLError
from lintian_ml.reproduce.sandbox.limits import amount

PIECE = 1 << 16

MOST_FILES = 100_000
"""Files and folders that a training may leave in its output."""

FIRST = re.compile(rb"([0-9]{1,3}) ([0-9]{1,20})\n")
"""The line before the archive: the training's exit status, and the blocks that its build folder had left."""

LOG_SECONDS, OUTPUT_SECONDS = 30.0, 300.0
"""How long is waited after the end of a run: for a log that a stray process without walls holds open, and for
what is still to be laid down.
"""

Stop = Callable[[], None]


class Log:
    """Writes what comes to a file: the beginning, and, if it grows beyond ``most`` bytes, the end of it."""

    def __init__(self, stream: IO[bytes], path: Path, most: int) -> None:
        self._stream = stream
        self._path = path
        self._most = most // 2
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Wait until all is written."""
        self._thread.join(LOG_SECONDS)

    def _drain(self) -> None:
        """Take in all that comes, even where it cannot be written: nothing must wait for us."""
        with suppress(OSError):
            self._write()
        with suppress(OSError):
            while os.read(self._stream.fileno(), PIECE):
                pass

    def _write(self) -> None:
        written = kept = left_out = 0
        end: deque[bytes] = deque()
        with self._path.open("wb", buffering=0) as file:
            while data := os.read(self._stream.fileno(), PIECE):
                if written < self._most:
                    file.write(data)
                    written += len(data)
                    continue
                end.append(data)
                kept += len(data)
                while kept > self._most:
                    kept -= len(end[0])
                    left_out += len(end.popleft())
            if left_out:
                file.write(f"\n[{amount(left_out)} of the log were left out here]\n".encode())
            for data in end:
                file.write(data)


@dataclass(slots=True)
class Sent:
    """What a run said at its end: its status, None where it said nothing, and the free blocks it had left.

    ``trouble`` tells why its files could not be taken in.
    """

    status: int | None = None
    free: int = 0
    trouble: str = ""


class Output:
    """Lays the regular files that a run sends as a tar archive below ``folder``, at most ``most`` bytes."""

    def __init__(self, stream: IO[bytes], folder: Path, most: int, stop: Stop) -> None:
        self.sent = Sent()
        self._stream = stream
        self._folder = folder
        self._most = most
        self._stop = stop
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def finish(self) -> Sent:
        """Wait for the end of the archive, and return what was said before it."""
        self._thread.join(OUTPUT_SECONDS)
        return self.sent if not self._thread.is_alive() else Sent(trouble="what it made does not end")

    def _take(self) -> None:
        try:
            first = FIRST.fullmatch(self._stream.readline(PIECE))
            if first is None:
                return
            self.sent.free = int(first[2])
            bounds = Bounds(output=self._most, members=MOST_FILES)
            for member in walk(self._stream, bounds):
                self._lay(member)
            self.sent.status = int(first[1])
        except (LintianMLError, OSError, ValueError) as error:
            self.sent.trouble = f"what it made could not be taken in: {error}"
            self._stop()

    def _lay(self, member: Member) -> None:
        """Write a regular file at its path; links, devices and folders are passed over."""
        if member.kind is not Kind.FILE:
            return
        if member.sparse:
            raise FormatError(f"{member.name!r} is sparse")
        names = [name for name in member.name.split("/") if name not in ("", ".")]
        if ".." in names or not names:
            raise FormatError(f"{member.name!r} leads out of the output")
        if member.size > self._most:
            raise LimitError(f"it is more than {amount(self._most)}")
        target = self._folder.joinpath(*names)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            for data in member.blocks():
                self._most -= len(data)
                if self._most < 0:
                    raise LimitError("it is more than the build folder holds")
                file.write(data)


def close(*streams: IO[bytes] | None) -> None:
    """Close the ends of pipes that were read."""
    for stream in streams:
        if stream:
            with suppress(OSError):
                stream.close()
