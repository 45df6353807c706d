"""Keeps one child: starts it, asks it, and ends it when it is late, or has worked long enough."""

import os
import select
import signal
import subprocess
import tempfile
import time
from typing import IO

from lintian_ml.archive import child

LONGEST_ANSWER = 128 << 20
"""Bytes of the answer on one package: its rows and its inventory."""

PIECE = 1 << 16

LAST_WORDS = 4096
"""Bytes of what a child wrote to standard error, from its end, that are looked at."""

MOST_ANSWERS = 500
"""Packages for which one child answers: what libraries lose in memory is then given back."""


class DiedError(Exception):
    """A child ended, or had to be ended, before it answered; the message says how."""


class Caretaker:
    """A child process, from its start to its end."""

    def __init__(self, memory: int) -> None:
        """Start a child that may use so many bytes."""
        self._memory = memory
        self._answers = 0
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the child)
        self._process = subprocess.Popen(
            child.command(os.getpid(), memory),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            bufsize=0,
            env=child.environment(),
            start_new_session=True,
        )

    def may_go_on(self, memory: int) -> bool:
        """Whether the child is there, has these bounds, and has not answered for too many packages."""
        return self._memory == memory and self._answers < MOST_ANSWERS and self._process.poll() is None

    def ask(self, question: bytes, seconds: int) -> bytes:
        """Return the line that answers; DiedError if none comes within ``seconds``."""
        self._answers += 1
        os.ftruncate(self._errors.fileno(), 0)
        self._errors.seek(0)  # where the child writes too: it has the same open file
        end = time.monotonic() + seconds
        try:
            self._send(question, end)
            return self._receive(end)
        except TimeoutError as error:
            raise DiedError(f"took longer than {seconds} s") from error
        except BrokenPipeError as error:
            raise DiedError(self._obituary()) from error

    def dismiss(self) -> None:
        """End the child, whatever it does."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            if pipe:
                pipe.close()

    def _send(self, question: bytes, end: float) -> None:
        """Write the question; one that is longer than a pipe must not wait for ever."""
        assert self._process.stdin
        descriptor = self._process.stdin.fileno()
        os.set_blocking(descriptor, False)
        view = memoryview(question)
        while view:
            _await(descriptor, select.POLLOUT, end)
            view = view[os.write(descriptor, view[:PIECE]) :]

    def _receive(self, end: float) -> bytes:
        assert self._process.stdout
        descriptor = self._process.stdout.fileno()
        pieces: list[bytes] = []
        size = 0
        while not (pieces and pieces[-1].endswith(b"\n")):
            _await(descriptor, select.POLLIN, end)
            piece = os.read(descriptor, PIECE)
            size += len(piece)
            if not piece:
                raise BrokenPipeError
            if size > LONGEST_ANSWER:
                raise DiedError(f"has more to tell than {LONGEST_ANSWER >> 20} MiB")
            pieces.append(piece)
        return b"".join(pieces)

    def _obituary(self) -> str:
        """Say how the child ended."""
        status = self._process.wait()
        last = self._last_line()
        if status == -signal.SIGXCPU:
            return "took more processor time than it may"
        if status < 0:
            return f"was ended by signal {-status} ({signal.strsignal(-status) or 'unknown'})"
        if last.partition(":")[0] == MemoryError.__name__:
            return "took more memory than it may"
        return f"ended with status {status}: {last}" if last else f"ended with status {status} and no word"

    def _last_line(self) -> str:
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - LAST_WORDS))
        lines = self._errors.read().decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _await(descriptor: int, event: int, end: float) -> None:
    """Wait until a pipe can be used; TimeoutError at ``end``."""
    poll = select.poll()
    poll.register(descriptor, event)
    if not poll.poll(max(0.0, end - time.monotonic()) * 1000):
        raise TimeoutError
