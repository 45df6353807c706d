"""What a worker does: it has a child read some packages, and tells how far that came."""

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from lintian_ml.archive import child

Report = Mapping[str, Any]
"""What the linter says of one package: an object with the keys of its JSON output."""

LONGEST_REPORT = 64 << 20
"""Bytes of the report on one package."""

LAST_WORDS = 4096
"""Bytes of what a child wrote to standard error, from its end, that are looked at."""

OPTIONS = ("--format", "json", "--fail-on", "none", "--no-cfg", "--allow-root", "--quiet")


@dataclass(frozen=True, slots=True)
class Attempt:
    """The reports on the first packages of a task, in their order, and why there are not more.

    ``death`` is empty where every package was answered for.
    """

    reports: tuple[Report, ...]
    death: str = ""


def attempt(paths: Sequence[str], profile: str, memory: int, seconds: int) -> Attempt:
    """Have a child read the packages at ``paths`` (absolute), within bytes and seconds."""
    words = [*OPTIONS, "--profile", profile, *paths]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            child.command(os.getpid(), memory, seconds, words),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
            start_new_session=True,
        )
        late = _wait(process, seconds)
        reports = tuple(_reports(out, len(paths)))
        if len(reports) == len(paths):
            return Attempt(reports)
        last = _last_line(errors)
    return Attempt(reports, f"took longer than {seconds} s" if late else _death(process.returncode, last))


def _wait(process: subprocess.Popen[bytes], seconds: int) -> bool:
    """Wait for the child to end, however it ends; whether it had to be killed for its time."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    return False


def _reports(out: IO[bytes], most: int) -> Iterator[Report]:
    """Yield the reports that are whole; a line that its writer did not live to end is none."""
    out.seek(0)
    for _ in range(most):
        line = out.readline(LONGEST_REPORT)
        if not line.endswith(b"\n"):
            return
        try:
            report = json.loads(line)
        except (ValueError, RecursionError):
            return
        if not isinstance(report, dict):
            return
        yield report


def _last_line(errors: IO[bytes]) -> str:
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - LAST_WORDS))
    lines = errors.read().decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _death(status: int, last: str) -> str:
    """Say how a child ended that did not answer for every package."""
    if status == -signal.SIGXCPU:
        return "took more processor time than it may"
    if status < 0:
        return f"was ended by signal {-status} ({signal.strsignal(-status) or 'unknown'})"
    if last == MemoryError.__name__:
        return "took more memory than it may"
    return f"ended with status {status}: {last}" if last else f"ended with status {status} and no report"
