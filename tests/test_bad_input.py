"""Whatever is given to the command ends soon, in a hint or a sentence, and leaves nothing behind.

Every run has 1.5 GiB of address space, a few seconds, and an empty folder for temporary files.
"""

import bz2
import gzip
import io
import json
import lzma
import os
import pickle
import resource
import shutil
import socket
import struct
import subprocess
import sys
import tarfile
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from lintian_ml.samples import sample
from tests.building import COPYRIGHT, write_tree
from tests.packages import make

ADDRESS_SPACE = 3 << 29
PATIENCE = 30
SECRET = "a secret that is in no package"
CONTROLS = {*range(32), 127} - {ord("\n")}


@dataclass(frozen=True)
class Outcome:
    """What a run printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """The one object of a JSON report."""
        return dict(json.loads(self.out))

    @property
    def notes(self) -> dict[str, str]:
        """Why files were not examined, by their paths."""
        return {note["path"]: note["reason"] for note in self.report["not_examined"]}

    @property
    def formats(self) -> dict[str, str]:
        """The formats of the models that were found, by their paths."""
        return {model["path"]: model["format"] for model in self.report["models"]}


class Room:
    """A folder for inputs, and beside it the folders where a run could leave something behind."""

    def __init__(self, base: Path) -> None:
        self.inputs, self._temporary, self._here = (base / name for name in ("inputs", "temporary", "here"))
        for folder in (self.inputs, self._temporary, self._here):
            folder.mkdir()

    def tree(self, samples: Mapping[str, str] = {}, files: Mapping[str, str | bytes] = {}) -> Path:
        """Write a source tree."""
        return write_tree(self.inputs / "example", samples, files)

    def run(self, *words: str | Path) -> Outcome:
        """Run the command, and hold it to what every run must keep to."""
        before = sorted(os.listdir(self.inputs))  # noqa: PTH208
        process = subprocess.run(
            [sys.executable, "-m", "lintian_ml", *map(str, words)],
            capture_output=True,
            cwd=self._here,
            env={**os.environ, "TMPDIR": str(self._temporary), "HOME": "/nonexistent", **QUIET_THREADS},
            timeout=PATIENCE,
            preexec_fn=_confine,
        )
        outcome = Outcome(process.returncode, process.stdout.decode(), process.stderr.decode())
        assert outcome.status in (0, 1, 2), outcome.err
        assert "Traceback" not in outcome.err, outcome.err
        assert not CONTROLS & set(process.stdout + process.stderr), "control characters reach the terminal"
        assert not any(self._temporary.iterdir()), "something is left in the temporary folder"
        assert not any(self._here.iterdir()), "something is left in the current folder"
        assert sorted(os.listdir(self.inputs)) == before  # noqa: PTH208
        return outcome

    def lint(self, path: Path, *options: str) -> Outcome:
        """Lint one input; the report is in JSON."""
        return self.run("--allow-root", "--format", "json", *options, path)

    def refuse(self, path: Path) -> str:
        """Lint what is no package; return the one line that says so."""
        outcome = self.run("--allow-root", path)
        assert (outcome.status, outcome.out) == (1, ""), outcome
        (line,) = outcome.err.splitlines()
        return line


QUIET_THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Threads take address space, as many as there are cores."""


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    yield Room(tmp_path)
    shutil.rmtree(tmp_path, ignore_errors=True)


def native(room: Room, *entries: tuple[tarfile.TarInfo, bytes]) -> Path:
    """Write a native package of these members, and a debian folder."""
    plain = make.tar_of(make.debian_files("tiny", "1.0", "3.0 (native)"), "tiny/")
    data = plain.rstrip(b"\0")
    data += bytes(-len(data) % 512)
    return package(room, data + make.tar(*entries))


def package(room: Room, tarball: bytes) -> Path:
    """Write a native package of a tarball."""
    named = {"tiny_1.0.tar.gz": gzip.compress(tarball, 1)}
    return make.write_dsc(room.inputs, named, version="1.0", source_format="3.0 (native)")


class TestWhatIsNoPackage:
    def test_a_missing_file_is_named(self, room: Room) -> None:
        assert "nosuch.dsc: does not exist" in room.refuse(room.inputs / "nosuch.dsc")

    @pytest.mark.parametrize("suffix", ["", ".dsc", ".tar.gz"])
    def test_a_name_that_is_too_long_is_a_sentence(self, room: Room, suffix: str) -> None:
        assert "aaaa" in room.refuse(room.inputs / ("a" * 5000 + suffix))

    @pytest.mark.parametrize("name", ["a\nb.dsc", "\033[2Ja.dsc", "a\udcff.dsc"], ids=ascii)
    def test_a_name_that_would_move_the_cursor_is_quoted(self, room: Room, name: str) -> None:
        assert "does not exist" in room.refuse(room.inputs / name)

    def test_a_loop_of_links_is_a_sentence(self, room: Room) -> None:
        (room.inputs / "a.dsc").symlink_to("b.dsc")
        (room.inputs / "b.dsc").symlink_to("a.dsc")
        assert "a.dsc" in room.refuse(room.inputs / "a.dsc")

    def test_a_folder_without_debian_is_a_sentence(self, room: Room) -> None:
        assert "has no debian folder" in room.refuse(room.inputs)

    def test_a_dsc_that_is_a_folder_is_a_sentence(self, room: Room) -> None:
        (room.inputs / "a.dsc").mkdir()
        assert "has no debian folder" in room.refuse(room.inputs / "a.dsc")

    @pytest.mark.parametrize("suffix", ["dsc", "changes", "buildinfo", "deb", "tar.gz"])
    @pytest.mark.parametrize("data", [b"", bytes(range(256)) * 40, b"Source: a\nVersion: 1\n", b"-----BEGIN PGP"])
    def test_garbage_of_any_name_is_a_sentence(self, room: Room, suffix: str, data: bytes) -> None:
        path = room.inputs / f"a.{suffix}"
        path.write_bytes(data)
        assert str(path) in room.refuse(path)

    @pytest.mark.parametrize("suffix", ["dsc", "changes", "buildinfo"])
    def test_one_line_of_20_megabytes_is_a_sentence(self, room: Room, suffix: str) -> None:
        path = room.inputs / f"a.{suffix}"
        path.write_bytes(b"x" * 20_000_000)
        assert "is larger than 16 MiB" in room.refuse(path)

    @pytest.mark.parametrize("blank", [b" ", b"\t", b"\x1c", "\u3000".encode(), b"\r"])
    def test_a_gap_of_a_million_blanks_in_a_field_is_read_in_seconds(self, room: Room, blank: bytes) -> None:
        path = room.inputs / "a.dsc"
        path.write_bytes(b"Source: a" + blank * 1_000_000 + b"b\nVersion: 1\n")
        assert "lists no files" in room.refuse(path)


class TestTarballs:
    def test_a_missing_one_is_named(self, room: Room) -> None:
        dsc = make.write_quilt(room.inputs, {"a": b"b"})
        (room.inputs / "tiny_1.0.orig.tar.xz").unlink()
        assert "tiny_1.0.orig.tar.xz: does not exist" in room.refuse(dsc)

    def test_a_truncated_one_is_named(self, room: Room) -> None:
        dsc = make.write_quilt(room.inputs, {"a": os.urandom(5000)})
        os.truncate(room.inputs / "tiny_1.0.orig.tar.xz", 3000)
        assert "tiny_1.0.orig.tar.xz: truncated" in room.refuse(dsc)

    def test_one_of_another_checksum_is_named(self, room: Room) -> None:
        dsc = make.write_quilt(room.inputs, {"a": b"b"})
        path = room.inputs / "tiny_1.0.orig.tar.xz"
        path.write_bytes(path.read_bytes()[:-1] + b"!")
        assert "SHA-256 is" in room.refuse(dsc)

    def test_a_name_in_a_dsc_cannot_move_the_cursor(self, room: Room) -> None:
        dsc = make.write_dsc(room.inputs, {"a\033]0;b\a.tar.gz": b""}, source_format="3.0 (native)")
        assert "a\\x1b" in room.refuse(dsc)

    def test_a_source_name_in_a_dsc_cannot_move_the_cursor(self, room: Room) -> None:
        dsc = native(room, make.entry("tiny/net.onnx", sample("linear.onnx")))
        dsc.write_text(dsc.read_text().replace("Source: tiny", "Source: \033[2Jtiny"))
        for words in (["--allow-root", "-v", "--pedantic"], ["list"], ["--allow-root", "--format", "json"]):
            assert "tiny" in room.run(*words, dsc).out

    @pytest.mark.parametrize("name", ["/etc/net.onnx", "../../net.onnx", "tiny/../../net.onnx", "//net.onnx"])
    def test_a_path_that_leads_out_is_not_written_to(self, room: Room, name: str) -> None:
        outcome = room.lint(native(room, make.entry(name, sample("linear.onnx"))))
        assert list(outcome.formats.values()) == ["onnx"]

    def test_links_and_devices_are_not_followed(self, room: Room) -> None:
        kinds = (
            (tarfile.SYMTYPE, "tiny/a", "tiny/b"),
            (tarfile.SYMTYPE, "tiny/b", "a"),
            (tarfile.SYMTYPE, "tiny/debian/models", "/etc/passwd"),
            (tarfile.LNKTYPE, "tiny/c", "tiny/c"),
            (tarfile.LNKTYPE, "tiny/d", "/etc/passwd"),
            (tarfile.LNKTYPE, "tiny/debian/source.lintian-ml-overrides", "../../../etc/passwd"),
            (tarfile.CHRTYPE, "tiny/zero", ""),
            (tarfile.BLKTYPE, "tiny/disk", ""),
            (tarfile.FIFOTYPE, "tiny/pipe", ""),
        )
        entries = (make.entry(name, b"", type=kind, linkname=to) for kind, name, to in kinds)
        outcome = room.lint(native(room, *entries))
        assert outcome.status == 0
        assert "root:" not in outcome.out

    def test_200_000_members_are_walked_in_seconds(self, room: Room) -> None:
        outcome = room.lint(package(room, b"".join(headers(200_000)) + bytes(1024)))
        assert outcome.report["name" if "name" in outcome.report else "package"] == "tiny"

    @pytest.mark.parametrize("name", [b"a\xff\xfe", b"a\nE: b source: c", b"a\033[2J\a", b"a\xe2\x80\xaeb", b"\\n[d]"])
    def test_a_name_of_any_bytes_is_printed_safely(self, room: Room, name: bytes) -> None:
        text = f"tiny/{os.fsdecode(name)}.onnx"
        data = make.tar_of(make.debian_files("tiny", "1.0", "3.0 (native)"), "tiny/").rstrip(b"\0")
        data += bytes(-len(data) % 512) + gnu_tar(text, sample("linear.onnx"))
        dsc = package(room, data)
        shown = room.run("--allow-root", "--tags", "shipped-model", dsc)
        (line,) = shown.out.splitlines()
        assert line.startswith("C: tiny source: shipped-model a" if name[:1] == b"a" else "C: tiny source: ")
        assert list(room.lint(dsc).formats.values()) == ["onnx"]
        assert len(room.run("list", dsc).out.splitlines()) == 3


def gnu_tar(name: str, data: bytes) -> bytes:
    """Return a tar archive of one member, whose name may hold bytes that are no UTF-8."""
    info, _ = make.entry(name, data)
    head = info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")
    return head + data + bytes(-len(data) % 512) + bytes(1024)


def headers(count: int) -> Iterator[bytes]:
    """Yield the headers of empty members of a package, of which only the names differ."""
    yield make.tar_of(make.debian_files("tiny", "1.0", "3.0 (native)"), "tiny/").rstrip(b"\0") + bytes(0)
    yield b""
    template = make.entry("tiny/many/00000000")[0].tobuf(tarfile.GNU_FORMAT)
    total = sum(template[:148]) + sum(template[156:]) + 8 * 32 - 8 * 48
    for number in range(count):
        digits = b"%08d" % number
        yield b"%s%s%s%06o\0 %s" % (template[:10], digits, template[18:148], total + sum(digits), template[156:])
