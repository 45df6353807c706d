"""Whatever is given to the command ends soon, in a hint or a sentence, and leaves nothing behind.

Every run has 1.5 GiB of address space, a few seconds, and an empty folder for temporary files.
"""

import base64
import bz2
import fnmatch
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
from hypothesis import given, settings
from hypothesis import strategies as st

from lintian_ml.container.limits import Limits
from lintian_ml.detection import Examiner
from lintian_ml.override import Override
from lintian_ml.samples import sample
from lintian_ml.threads import SINGLE_THREADED
from tests.building import COPYRIGHT, write_tree
from tests.packages import make

ADDRESS_SPACE = 3 << 29
PATIENCE = 30
SECRET = "a secret that is in no package"
CONTROLS = set(range(32)) - {ord("\n")}


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
            env={**os.environ, "TMPDIR": str(self._temporary), "HOME": "/nonexistent", **SINGLE_THREADED},
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
        (line,) = self.refuse_each(path)
        return line

    def refuse_each(self, *paths: Path) -> list[str]:
        """Lint what are no packages; return the line that says so of each."""
        outcome = self.run("--allow-root", *paths)
        assert (outcome.status, outcome.out) == (1, ""), outcome
        lines = outcome.err.splitlines()
        assert len(lines) == len(paths)
        return lines


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    yield Room(tmp_path)
    shutil.rmtree(tmp_path, ignore_errors=True)


def members(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    """Return the members of a tar archive, without its end; names may hold bytes that are no UTF-8."""
    return b"".join(
        info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape") + data + bytes(-len(data) % 512)
        for info, data in entries
    )


def package(room: Room, *pieces: bytes) -> Path:
    """Write a native package whose tarball is a debian folder and these members."""
    debian = make.debian_files("tiny", "1.0", "3.0 (native)")
    plain = members(*(make.entry(f"tiny/{path}", data) for path, data in debian.items()))
    tarball = gzip.compress(b"".join((plain, *pieces, bytes(1024))), 1)
    return make.write_dsc(
        room.inputs, {"tiny_1.0.tar.gz": tarball}, version="1.0", source_format="3.0 (native)"
    )


def native(room: Room, *entries: tuple[tarfile.TarInfo, bytes]) -> Path:
    """Write a native package with these members."""
    return package(room, members(*entries))


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

    @pytest.mark.parametrize(
        "data", [b"", bytes(range(256)) * 40, b"Source: a\nVersion: 1\n", b"-----BEGIN PGP"]
    )
    def test_garbage_of_any_name_is_a_sentence(self, room: Room, data: bytes) -> None:
        paths = [room.inputs / f"a.{suffix}" for suffix in ("dsc", "changes", "buildinfo", "deb", "tar.gz")]
        for path in paths:
            path.write_bytes(data)
        for path, line in zip(paths, room.refuse_each(*paths), strict=True):
            assert str(path) in line

    def test_one_line_of_20_megabytes_is_a_sentence(self, room: Room) -> None:
        paths = [room.inputs / f"a.{suffix}" for suffix in ("dsc", "changes", "buildinfo")]
        for path in paths:
            path.write_bytes(b"x" * 20_000_000)
        assert all("is larger than 16 MiB" in line for line in room.refuse_each(*paths))

    def test_a_gap_of_a_million_blanks_in_a_field_is_read_in_seconds(self, room: Room) -> None:
        paths = [room.inputs / f"{number}.dsc" for number in range(5)]
        for path, blank in zip(paths, " \t\x1c\u3000\r", strict=True):
            path.write_text(f"Source: a{blank * 1_000_000}b\nVersion: 1\n", newline="")
        assert all("lists no files" in line for line in room.refuse_each(*paths))


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
        (room.inputs / "a\033]0;b\a.tar.gz").unlink()
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
        outcome = room.lint(package(room, *headers(200_000)))
        assert (outcome.report["status"], outcome.report["package"]) == ("ok", "tiny")

    @pytest.mark.parametrize(
        "name", [b"a\xff\xfe", b"a\nE: b source: c", b"a\033[2J\a", b"a\xe2\x80\xaeb", b"\\n[d]"]
    )
    def test_a_name_of_any_bytes_is_printed_safely(self, room: Room, name: bytes) -> None:
        dsc = native(room, make.entry(f"tiny/{os.fsdecode(name)}.onnx", sample("linear.onnx")))
        shown = room.run("--allow-root", "--tags", "shipped-model", dsc)
        (line,) = shown.out.splitlines()
        assert line.startswith("C: tiny source: shipped-model a" if name[:1] == b"a" else "C: tiny source: ")
        assert list(room.lint(dsc).formats.values()) == ["onnx"]
        assert len(room.run("list", dsc).out.splitlines()) == 3


def headers(count: int) -> Iterator[bytes]:
    """Yield the headers of empty members, of which only the names differ."""
    template = members(make.entry("tiny/many/00000000"))
    total = sum(template[:148]) + sum(template[156:]) + 8 * 32 - 8 * 48
    for number in range(count):
        digits = b"%08d" % number
        checksum = b"%06o\0 " % (total + sum(digits))
        yield b"".join((template[:10], digits, template[18:148], checksum, template[156:]))


def zipped(contents: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return out.getvalue()


def nested(data: bytes, depth: int, width: int) -> bytes:
    """Return a zip archive of ``width`` archives, each of as many, ``depth`` of them deep."""
    for _ in range(depth):
        data = zipped({f"{number}.zip": data for number in range(width)})
    return data


def overlapping(data: bytes, count: int) -> bytes:
    """Return a zip archive of ``count`` stored members, all of them the same bytes."""
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 0, 0, 0, len(data), 1, 0) + b"a"
    row = (
        struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, len(data), 1, 0, 0, 0, 0, 0, 0) + b"a"
    )
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(row) * count, len(local) + len(data), 0)
    return local + data + row * count + end


XML_ROOTS = (
    '<opencv_storage><cascade type_id="opencv-cascade-classifier">',
    '<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4">',
    '<net name="x" version="11"><layers><layer id="0" name="x">',
)
"""How models in XML begin."""


class TestBombs:
    ZEROS = gzip.compress(bytes(16 << 20), 9) * 64

    def test_a_gzip_bomb_in_a_tree_is_noted(self, room: Room) -> None:
        outcome = room.lint(room.tree(files={"bomb.gz": self.ZEROS}))
        assert "times its size" in outcome.notes["bomb.gz"]

    def test_a_gzip_bomb_as_tarball_is_a_package_read_in_part(self, room: Room) -> None:
        info, _ = make.entry("tiny/zeros")
        info.size = 1 << 30
        tarball = gzip.compress(info.tobuf(tarfile.GNU_FORMAT)) + self.ZEROS
        dsc = make.write_dsc(
            room.inputs, {"tiny_1.0.tar.gz": tarball}, version="1.0", source_format="3.0 (native)"
        )
        assert "times its size" in room.lint(dsc).notes["tiny_1.0.tar.gz"]

    def test_an_xz_dictionary_of_4_gib_is_noted(self, room: Room) -> None:
        data = bytearray(lzma.compress(os.urandom(2000)))
        length = 4 * (data[12] + 1)
        data[data.index(b"\x21\x01", 12) + 2] = 40
        data[12 + length - 4 : 12 + length] = struct.pack("<I", zlib.crc32(data[12 : 12 + length - 4]))
        alone = bytearray(lzma.compress(os.urandom(2000), lzma.FORMAT_ALONE))
        alone[1:5] = struct.pack("<I", (1 << 32) - 1)
        outcome = room.lint(room.tree(files={"a.xz": bytes(data), "b.lzma": bytes(alone)}))
        assert all("memory" in outcome.notes[name] for name in ("a.xz", "b.lzma")), outcome.notes

    def test_200_000_empty_streams_are_read_in_seconds(self, room: Room) -> None:
        contents = {"a.gz": gzip.compress(b"") * 100_000, "b.bz2": bz2.compress(b"") * 100_000}
        assert room.lint(room.tree(files=contents)).status == 0

    def test_zips_within_zips_are_opened_to_a_depth(self, room: Room) -> None:
        outcome = room.lint(room.tree(files={"bomb.zip": nested(bytes(1 << 20), 6, 10)}))
        assert all("to depth 3" in reason for reason in outcome.notes.values())
        assert len(outcome.notes) == 1000

    def test_a_model_within_few_zips_is_found(self, room: Room) -> None:
        outcome = room.lint(
            room.tree(files={"a.zip": zipped({"b.zip": zipped({"c.npz": sample("linear.npz")})})})
        )
        assert outcome.formats == {"a.zip//b.zip//c.npz": "npz"}

    def test_a_zip_bomb_is_noted(self, room: Room) -> None:
        header = (
            b"\x93NUMPY\1\0v\0"
            + b"{'descr': '<f4', 'fortran_order': False, 'shape': (52428800,), }".ljust(118)
        )
        outcome = room.lint(
            room.tree(files={"bomb.zip": zipped({"a": b"", "zeros.npy": header + bytes(200 << 20)})})
        )
        assert "times its size" in outcome.notes["bomb.zip//zeros.npy"]

    @pytest.mark.parametrize("unit", [b"1.5,", b"int x;\n", b"\0"])
    def test_a_zip_whose_members_are_all_the_same_bytes_is_read_in_seconds(
        self, room: Room, unit: bytes
    ) -> None:
        outcome = room.lint(room.tree(files={"bomb.zip": overlapping(unit * 500_000, 50_000)}))
        assert "claim" in outcome.notes["bomb.zip"]

    def test_billions_of_laughs_are_not_laughed(self, room: Room) -> None:
        laughs = '<?xml version="1.0"?>\n<!DOCTYPE opencv_storage [\n<!ENTITY a0 "lol">\n'
        laughs += "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">\n' for n in range(10))
        laughs += ']>\n<opencv_storage><cascade type_id="opencv-cascade-classifier"><stages>&a10;</stages>'
        outcome = room.lint(room.tree(files={"cascade.xml": laughs + "</cascade></opencv_storage>\n"}))
        assert "entity" in outcome.notes.get("cascade.xml", "entity")

    @pytest.mark.parametrize("root", XML_ROOTS)
    def test_tags_a_million_deep_are_noted(self, room: Room, root: str) -> None:
        outcome = room.lint(
            room.tree(files={"net.xml": '<?xml version="1.0"?>\n' + root + "<_>" * 1_000_000})
        )
        assert "nested" in outcome.notes["net.xml"] or "deep" in outcome.notes["net.xml"]
        assert not any(model["tensors"] for model in outcome.report["models"])

    @pytest.mark.parametrize("root", XML_ROOTS)
    def test_entities_of_no_xml_are_expanded(self, room: Room, root: str) -> None:
        kinds = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">\n' for n in range(10))
        start = f'<?xml version="1.0"?>\n<!DOCTYPE x [\n<!ENTITY a0 SYSTEM "/etc/passwd">\n{kinds}]>\n'
        outcome = room.lint(room.tree(files={"net.xml": start + root + "&a10;"}))
        assert "root:" not in outcome.out
        assert not any(model["tensors"] for model in outcome.report["models"])

    def test_an_archive_of_a_model_in_an_archive_in_a_stream_is_opened(self, room: Room) -> None:
        inner = zipped({"keras.h5": sample("keras.h5")})
        packed = gzip.compress(members(make.entry("b.zip", inner)) + bytes(1024))
        outcome = room.lint(room.tree(files={"a.tar.gz": packed}))
        assert outcome.formats == {"a.tar.gz//b.zip//keras.h5": "hdf5"}

    def test_streams_within_streams_are_opened_to_a_depth(self, room: Room) -> None:
        data = sample("linear.onnx")
        for _ in range(10):
            data = gzip.compress(data)
        outcome = room.lint(room.tree(files={"a.gz": data}))
        assert outcome.notes == {"a.gz": "archives within archives are opened to depth 3"}

    def test_an_archive_of_20_000_arrays_is_read_in_seconds(self, room: Room) -> None:
        arrays = {f"{number}.npy": sample("linear.npy") for number in range(20_000)}
        assert room.lint(room.tree(files={"a.npz": zipped(arrays, zipfile.ZIP_STORED)})).formats == {
            "a.npz": "npz"
        }


def test_what_comes_after_the_deadline_is_noted() -> None:
    examiner = Examiner(Limits(seconds=0))
    for number in range(3):
        examiner.examine(str(number), 4096, io.BytesIO(bytes(4096)))
    assert [note.path for note in examiner.not_examined] == ["0", "1", "2"]


class _Exhausting(io.BytesIO):
    """A stream for whose rest there is no memory."""

    def read(self, length: int | None = -1) -> bytes:
        if self.tell() >= 1 << 16:
            raise MemoryError
        return super().read(length)


def test_what_takes_more_memory_than_there_is_is_noted() -> None:
    examiner = Examiner()
    text = b"a word " * 100_000
    examiner.examine("a.txt", len(text), _Exhausting(text))
    examiner.examine("linear.onnx", len(sample("linear.onnx")), io.BytesIO(sample("linear.onnx")))
    assert [note.path for note in examiner.not_examined] == ["a.txt"]
    assert [model.path for model in examiner.models] == ["linear.onnx"]


class TestTexts:
    @pytest.mark.parametrize("word", ["0.5,", "-1e5,\n", "0x1f,"])
    def test_ten_million_numbers_are_searched_in_seconds(self, room: Room, word: str) -> None:
        assert room.lint(room.tree(files={"weights.c": "float w[] = {" + word * 10_000_000})).status == 0

    @pytest.mark.parametrize(
        "unit",
        [b"1234567890", b"1,", b"(1", b"#1", b"/*1", b"{", b",", b'"', b"A", b"\\x41", b"0x41,", b"\n"],
    )
    def test_64_mebibytes_of_one_thing_are_searched_in_seconds(self, room: Room, unit: bytes) -> None:
        outcome = room.lint(room.tree(files={"digits.txt": unit * ((64 << 20) // len(unit))}))
        assert (outcome.status, outcome.report["models"]) == (0, [])

    def test_of_one_line_of_200_megabytes_the_beginning_is_searched(self, room: Room) -> None:
        outcome = room.lint(room.tree(files={"a.c": b"int x; " * 30_000_000}))
        assert outcome.notes == {"a.c": "only the first 64 MiB of the text were searched for arrays"}

    def test_a_million_tiny_arrays_are_searched_in_seconds(self, room: Room) -> None:
        lines = (b"int a%d[]={%d,2,3};\n" % (number, number) for number in range(1_000_000))
        assert room.lint(room.tree(files={"a.c": b"".join(lines)})).formats == {}

    def test_a_hundred_thousand_arrays_are_searched_in_seconds(self, room: Room) -> None:
        lines = (b"int a%d[]={%b};\n" % (number, b"1," * 64) for number in range(100_000))
        assert room.lint(room.tree(files={"a.c": b"".join(lines)})).formats == {}

    def test_thousands_of_literals_are_decoded_in_seconds(self, room: Room) -> None:
        literal = b'x = "' + base64.b64encode(gzip.compress(os.urandom(6000))) + b'"\n'
        assert room.lint(room.tree(files={"a.py": literal * 5000})).formats == {}

    def test_what_is_packed_and_spelled_out_again_and_again_is_noted(self, room: Room) -> None:
        data = sample("linear.safetensors") + os.urandom(20_000)
        for _ in range(5):
            data = b'x = "' + base64.b64encode(gzip.compress(data)) + b'"\n'
        outcome = room.lint(room.tree(files={"a.py": data}))
        assert list(outcome.notes.values()) == ["archives within archives are opened to depth 3"]
        assert outcome.formats == {}

    def test_a_bomb_that_is_spelled_out_is_noted(self, room: Room) -> None:
        text = b'x = "' + base64.b64encode(gzip.compress(bytes(200 << 20))) + b'"\n'
        (reason,) = room.lint(room.tree(files={"a.py": text})).notes.values()
        assert "times its size" in reason

    def test_json_a_million_deep_is_read_in_seconds(self, room: Room) -> None:
        names = ("deep.json", "config.json", "deep.yaml", "deep")
        assert room.lint(room.tree(files=dict.fromkeys(names, '[{"a":' * 1_000_000))).formats == {}

    def test_json_that_begins_as_a_model_and_gets_a_million_deep_is_none(self, room: Room) -> None:
        names = [
            entry.name for entry in files("lintian_ml.samples").iterdir() if entry.name.endswith(".json")
        ]
        halves = {name: sample(name)[: len(sample(name)) // 2].rpartition(b":")[0] for name in names}
        deep = {name: half + b":" + b'[{"a":' * 1_000_000 for name, half in halves.items()}
        outcome = room.lint(
            room.tree(files=deep | {"svm.json": b'{"opencv_ml_svm":' + b'[{"a":' * 1_000_000})
        )
        assert not any(model["tensors"] for model in outcome.report["models"])
        assert "certain" not in {model["certainty"] for model in outcome.report["models"]}
        assert "svm.json" in outcome.notes


class _Run:
    """A pickle of this runs a program where it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch {self.marker}",)


def doubling(depth: int) -> bytes:
    """Return a pickle of lists, each of which holds the one before ten times."""
    made = [b"\x80\4]r\0\0\0\0"]
    for number in range(depth):
        made.append(
            b"]r" + struct.pack("<I", number + 1) + b"(" + (b"j" + struct.pack("<I", number)) * 10 + b"e"
        )
    return b"".join(made) + b"."


def field(number: int, data: bytes) -> bytes:
    """Return a field of a protocol buffer."""
    length = len(data)
    head = bytes([number << 3 | 2])
    while length > 127:
        head, length = head + bytes([length & 127 | 128]), length >> 7
    return head + bytes([length]) + data


def graphs(depth: int) -> bytes:
    """Return a model of ONNX whose graph has a node with a graph, and so on."""
    graph = b""
    for _ in range(depth):
        graph = field(1, field(4, b"If") + field(5, field(6, graph)))
    return b"\x08\x08\x12\4onnx" + field(7, graph)


def pickled_within(depth: int) -> bytes:
    """Return a pickle that holds a pickle as bytes, and so on."""
    data = b""
    for _ in range(depth):
        data = pickle.dumps({"inner": data})
    return data


CLAIMS: Mapping[str, bytes] = {
    "0.safetensors": struct.pack("<Q", 1 << 63) + b'{"a":{"dtype":"F32"}}',
    "1.safetensors": struct.pack("<Q", 1 << 20) + b'{"dtype":"' + b"[" * (1 << 20),
    "2.safetensors": struct.pack("<Q", 8 << 20) + b'{"a":{"dtype":"F32","shape":' + b"[" * (8 << 20),
    "3.gguf": b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 1 << 60),
    "4.gguf": b"GGUF" + struct.pack("<IQQQ1sIIQ", 3, 0, 1, 1, b"a", 9, 9, 1 << 60),
    "5.gguf": b"GGUF" + struct.pack("<IQQQ1sI", 3, 0, 1, 1, b"a", 9) + struct.pack("<IQ", 9, 1) * 90_000,
    "6.npy": b"\x93NUMPY\1\0v\0"
    + b"{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627776,), }".ljust(118),
    "7.npy": b"\x93NUMPY\2\0" + struct.pack("<I", 1 << 30) + b"(" * (1 << 20),
    "8.pkl": b"\x80\4" + b"(" * 1_000_000 + b"t" * 1_000_000 + b".",
    "9.pkl": b"\x80\4]" + b"]\x94a" * 200_000 + b".",
    "10.pkl": b"\x80\4](" + b"h\0" * 1_000_000 + b"e.",
    "11.pkl": b"\x80\4\x8e" + struct.pack("<Q", 1 << 62) + b".",
    "12.pkl": b"\x80\2(" + b"l(" * 1_000_000,
    "13.onnx": b"\x08\x08\x12\4onnx" + b":\xff\xff\xff\xff\x07" * 200_000,
    "14.tflite": b"\x1c\0\0\0TFL3" + b"\xff" * 100_000,
    "15.pt": zipped({"a/data.pkl": b"\x80\2" + b"]" * 1_000_000 + b".", "a/version": b"3\n"}),
    "16.keras": zipped({"config.json": b"[" * 1_000_000, "metadata.json": b"{}", "model.weights.h5": b""}),
    "17.npz": zipped({"a.npy": b"\x93NUMPY\1\0v\0" + b"(" * 1_000_000}),
    "18.nnue": struct.pack("<III", 0x7AF32F16, 0, 1 << 31) + b"a" * 1000,
    "19.pkl": doubling(1000),
    "20.pt": zipped({"a/data.pkl": doubling(1000), "a/version": b"3\n"}),
    "21.pkl": pickled_within(50),
    "22.onnx": graphs(2000),
    "23.tflite": struct.pack("<I4s", 8, b"TFL3") + struct.pack("<HHi", 4, 4, 0) + bytes(8),
    "24.pb": field(1, field(1, b"a") + field(2, b"Const")) * 200_000,
    "25.cbm": b"CBM1" + struct.pack("<I", 1 << 31) + bytes(1000),
    "26.h3m": struct.pack("<I", 0xB3E6E6F3) + b"\xff" * 1000,
    "27.params": struct.pack("<QQQ", 0x112, 0, 1 << 62) + bytes(100),
    "28.rds": b"X\n" + struct.pack(">3i", 3, 0x40302, 0x30500) + struct.pack(">2i", 0x13, 2**31 - 1) * 50_000,
    "29.model": b"\xac\xed\0\5" + b"ur\0\2[B\xac\xf3\x17\xf8\6\bT\xe0\2\0\0xp\x7f\xff\xff\xff",
    "30.msgpack": b"\xdf\xff\xff\xff\xff" + b"\x81\xa1a" * 100_000,
}
"""Files that claim more, or nest deeper, than there can be."""


class TestModels:
    def test_every_sample_cut_at_ten_points_is_noted_or_nothing(self, room: Room) -> None:
        cut: dict[str, bytes] = {}
        for entry in files("lintian_ml.samples").iterdir():
            if entry.is_file() and not entry.name.endswith(".py"):
                data = entry.read_bytes()
                cut |= {f"{n}/{entry.name}": data[: len(data) * n // 10] for n in range(10)}
        outcome = room.lint(room.tree(files=cut))
        assert outcome.status == 0
        assert "9/linear.safetensors" not in outcome.formats

    @pytest.mark.parametrize("fourth", range(4))
    def test_what_a_header_claims_is_not_believed(self, room: Room, fourth: int) -> None:
        outcome = room.lint(room.tree(files=dict(list(CLAIMS.items())[fourth::4])))
        assert outcome.status == 0
        assert not any(model["tensors"] for model in outcome.report["models"])

    @pytest.mark.parametrize(
        ("mark", "at", "value", "told"),
        [
            (b"PK\1\2", 8, 0x801, "is marked as encrypted"),
            (b"PK\3\4", 8, 8, "is compressed by method 0, or 8 in its local header"),
            (b"PK\3\4", 30, 0x7878, "in its local header"),
            (b"PK\1\2", 16, 0x1234, "another checksum"),
        ],
    )
    def test_a_zip_that_contradicts_itself_is_read_as_torch_does_and_told_of(
        self, room: Room, mark: bytes, at: int, value: int, told: str
    ) -> None:
        data = bytearray(sample("linear.pt"))
        place = data.find(mark)
        while place >= 0:
            struct.pack_into("<H", data, place + at, value)
            place = data.find(mark, place + 4)
        outcome = room.lint(room.tree(files={"a.pt": bytes(data)}))
        (model,) = outcome.report["models"]
        assert (model["certainty"], model["tensors"]) == ("certain", 2)
        assert any(told in remark for remark in model["remarks"])

    @pytest.mark.parametrize("name", ["a.pkl", "a.pt", "old.pt", "a.npy", "a.npz", "a.joblib"])
    def test_a_pickle_runs_nothing(self, room: Room, name: str) -> None:
        import numpy as np

        hostile = _Run(room.inputs / "example" / "marker")
        path = room.tree() / name
        if name.endswith(".pt"):
            torch = pytest.importorskip("torch")
            layers = {"weight": torch.ones(9, 9), "x": hostile}
            torch.save(layers, path, _use_new_zipfile_serialization=name == "a.pt")
        elif name == "a.npy":
            np.save(path, np.array([hostile] * 9, dtype=object), allow_pickle=True)
        elif name == "a.npz":
            np.savez(path, x=np.array([hostile] * 9, dtype=object))
        else:
            path.write_bytes(pickle.dumps({"weights": [0.5] * 99, "x": hostile}))
        assert room.lint(path.parent).status == 0
        assert not hostile.marker.exists()

    def test_hdf5_that_leads_to_other_files_tells_nothing_of_them(self, room: Room) -> None:
        import h5py

        path = room.tree({"own.h5": "plain.h5"}) / "net.h5"
        (room.inputs / "secret").write_text(SECRET * 20)
        with h5py.File(path, "w") as file:
            for name, target in (("passwd", "/etc/passwd"), ("secret", room.inputs / "secret")):
                file.create_dataset(name, (50,), "u1", external=[(str(target), 0, 50)])
                file[f"link-{name}"] = h5py.ExternalLink(str(target), "/")
            file["loop"] = h5py.SoftLink("/loop")
            file["own"] = h5py.ExternalLink("own.h5", "/")
            layout = h5py.VirtualLayout((10,), "f4")
            layout[:] = h5py.VirtualSource("own.h5", "dense/kernel", (10,))
            file.create_virtual_dataset("virtual", layout)
            file.create_dataset("weights", data=[0.5, 0.25] * 50)
        outcome = room.lint(path.parent)
        assert "root:" not in outcome.out
        assert SECRET not in outcome.out
        assert outcome.status == 0
        assert "net.h5" in outcome.formats

    @pytest.mark.parametrize("location", ["/etc/passwd", "../secret", "link", "hard", "pipe", "\0", "", "."])
    def test_onnx_data_outside_its_folder_is_not_read(self, room: Room, location: str) -> None:
        import onnx
        from onnx import TensorProto, helper

        folder = room.tree()
        (room.inputs / "secret").write_text(SECRET * 20)
        (folder / "link").symlink_to("../secret")
        (folder / "hard").hardlink_to(room.inputs / "secret")
        os.mkfifo(folder / "pipe")
        tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[10])
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", location), ("offset", "0"), ("length", "40")):
            tensor.external_data.add(key=key, value=value)
        kept = helper.make_tensor("b", TensorProto.FLOAT, [9], [0.5] * 8 + [1])
        outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [10])]
        node = helper.make_node("Add", ["w", "b"], ["y"])
        model = helper.make_model(helper.make_graph([node], "g", [], outputs, [tensor, kept]))
        onnx.save(model, folder / "net.onnx")
        outcome = room.lint(folder)
        assert SECRET not in outcome.out
        assert "root:" not in outcome.out


@settings(max_examples=500, deadline=None)
@given(st.text("ab?*[]", max_size=12), st.text("ab[]", max_size=12))
def test_overrides_match_as_the_shell_does_with_stars_and_question_marks(pattern: str, context: str) -> None:
    override = Override("tag", pattern, "", "", 1)
    wanted = not pattern or fnmatch.fnmatchcase(context, pattern.replace("[", "[[]"))
    assert override.matches(context) is wanted


class TestDebianFiles:
    MODEL: Mapping[str, str] = {"net.onnx": "linear.onnx"}

    def test_overrides_of_garbage_are_hints(self, room: Room) -> None:
        text = (
            b"\xff\xfe\0\x1b[2J\n: : :\n[[[[ : a\n\n#\n#\0\nexample binary: undeclared-model\n"
            + os.urandom(3000)
        )
        outcome = room.lint(room.tree(self.MODEL, {"debian/source.lintian-ml-overrides": text}))
        assert "malformed-model-override" in {hint["tag"] for hint in outcome.report["hints"]}
        assert room.run("--allow-root", "--pedantic", "-I", room.inputs / "example").status == 0

    def test_100_000_overrides_for_1_000_models_are_matched_in_seconds(self, room: Room) -> None:
        models = {f"{number}.onnx": "linear.onnx" for number in range(1000)}
        many = "possible-model\n" * 60_000 + "undeclared-model 999.onnx*\n"
        outcome = room.lint(room.tree(models, {"debian/source.lintian-ml-overrides": many}))
        assert any(hint["override"] for hint in outcome.report["hints"])

    @pytest.mark.parametrize(
        "line",
        [
            "undeclared-model " + "*a" * 200_000,
            "undeclared-model " + "*" * 900_000,
            "undeclared-model " + "*?" * 400_000,
            "a" * 900_000,
            "a" * 450_000 + " " + "b" * 450_000,
            "a-" * 400_000 + " x: y",
            "[" * 900_000,
            "a [" * 300_000,
        ],
        ids=lambda line: line[:24],
    )
    def test_an_override_of_a_megabyte_is_read_in_seconds(self, room: Room, line: str) -> None:
        name = "a" * 200 + ".onnx"
        tree = room.tree({name: "linear.onnx"}, {"debian/source.lintian-ml-overrides": f"{line}\n"})
        assert room.lint(tree).status == 0

    def test_overrides_of_many_stars_are_matched_in_seconds(self, room: Room) -> None:
        text = "".join(f"undeclared-model {'*a' * 100}{number}\n" for number in range(4000))
        tree = room.tree({"a" * 200: "linear.onnx"}, {"debian/source.lintian-ml-overrides": text})
        assert room.lint(tree).status == 0

    @pytest.mark.parametrize(
        "text",
        [
            b"Format: 1.0\n\n" + b"Model: x\nFiles: *\n\n" * 2_500_000,
            b"\0" * 5000,
            b"Model: \0\nFiles: \0\n",
            "Format: 1.0\n\nModel: n\u00e4\nFiles: *\n".encode("latin-1"),
            b"x" * 1_000_000,
            b": " * 500_000,
            b"Format: 1.0" + b" " * 900_000 + b"x\n",
            b"a:\n" * 100_000,
            b" \n" * 500_000,
            b"#\n" * 500_000,
            b"Format: 1.0\n\nModel: a\nFiles: " + b"*a" * 400_000,
            b"Format: 1.0\n\nModel: a\nFiles:" + b" *a*" * 200_000,
            b"Format: 1.0\n\nModel: a\nFiles: *\nEquality: " + b"(" * 900_000,
            b"Format: 1.0\n\nModel: a\nFiles: *\nEquality: " + b"not " * 200_000,
            b"Format: 1.0\n\nModel: a\nFiles: *\nTraining-Data: " + b"b " * 400_000,
            b"Format: 1.0\n\nModel: a\nFiles: *\nBase-Model: a, " + b"a, " * 300_000,
        ],
        ids=lambda text: repr(text[-30:]),
    )
    def test_a_declaration_of_anything_is_read_in_seconds(self, room: Room, text: bytes) -> None:
        outcome = room.lint(room.tree(self.MODEL, {"debian/models": text}))
        assert outcome.formats == {"net.onnx": "onnx"}

    def test_a_declaration_that_is_a_folder_is_none(self, room: Room) -> None:
        outcome = room.lint(room.tree(self.MODEL, {"debian/models/a": "Format: 1.0\n"}))
        assert "undeclared-model" in {hint["tag"] for hint in outcome.report["hints"]}

    def test_a_declaration_that_leads_elsewhere_is_not_read(self, room: Room) -> None:
        tree = room.tree(self.MODEL)
        (tree / "debian/models").symlink_to("/etc/passwd")
        assert "root:" not in room.lint(tree).out

    def test_a_package_cannot_choose_a_declaration_outside_the_overlay(self, room: Room) -> None:
        (room.inputs / "overlay").mkdir()
        (room.inputs / "secret").write_text(f"Format: 1.0\n\nModel: {SECRET}\n")
        control = (
            f"Source: {room.inputs}/secret\nMaintainer: A <a@example.org>\n\nPackage: a\nArchitecture: all\n"
        )
        tree = room.tree(self.MODEL, {"debian/control": control, "debian/changelog": ""})
        assert "secret that" not in room.lint(tree, "--declarations", str(room.inputs / "overlay")).out

    @pytest.mark.parametrize("bases", [1, 2])
    def test_base_models_of_base_models_are_judged_in_seconds(self, room: Room, bases: int) -> None:
        count = 3000 // bases**4
        stanza = "Model: m{}\nFiles: m{}\nModel-Class: free\nBase-Model:{}\n\n"
        text = "Format: 1.0\n\nModel: top\nFiles: net.onnx\nBase-Model: m0-0\n\n"
        for n in range(count):
            following = "".join(f"\n m{n + 1}-{k}" for k in range(bases))
            text += "".join(stanza.format(f"{n}-{k}", f"{n}-{k}", following) for k in range(bases))
        assert room.lint(room.tree(self.MODEL, {"debian/models": text})).formats == {"net.onnx": "onnx"}

    def test_data_of_many_files_for_many_models_are_judged_in_seconds(self, room: Room) -> None:
        data = "".join(f"Dataset: d{n}\nAccess: in-source\nFiles: data/*x{n}*\n\n" for n in range(50))
        names = " ".join(f"d{n}" for n in range(50))
        model = "Model: m{0}\nFiles: m{0}.onnx\nTraining-Data: {1}\nTraining-Program: train/{0}\n\n"
        text = "Format: 1.0\n\n" + data + "".join(model.format(n, names) for n in range(200))
        models = {f"m{n}.onnx": "linear.onnx" for n in range(200)}
        many = {f"data/{n}": "" for n in range(2000)}
        assert len(room.lint(room.tree(models, {**many, "debian/models": text})).formats) == 200

    @pytest.mark.parametrize(
        "text",
        [
            b"This is no machine-readable file.\n" * 100,
            b"\xff\0" * 5000,
            COPYRIGHT.encode() * 30,
            COPYRIGHT.encode() + b"\nFiles: *\nLicense: proprietary\n" * 60_000,
            COPYRIGHT.encode() + b"#" * 5_000_000,
            COPYRIGHT.encode() + b"\nFiles: " + b"*a" * 450_000 + b"\nCopyright: x\nLicense: Expat\n",
            COPYRIGHT.encode()
            + b"\nFiles: "
            + b"*a*a*a*a*a*a " * 70_000
            + b"\nCopyright: x\nLicense: Expat\n",
            COPYRIGHT.encode() + b"\nFiles: net.onnx\nCopyright: x\nLicense: " + b"(" * 900_000,
            COPYRIGHT.encode() + b"\nFiles: net.onnx\nCopyright: x\nLicense: " + b"MIT and " * 100_000,
            COPYRIGHT.encode() + b"\nFiles: net.onnx\nCopyright: x\nLicense: a" + b" " * 900_000 + b"b\n",
        ],
        ids=lambda text: repr(text[-30:]),
    )
    def test_a_copyright_file_of_anything_is_read_in_seconds(self, room: Room, text: bytes) -> None:
        outcome = room.lint(room.tree(self.MODEL, {"debian/copyright": text}))
        assert outcome.formats == {"net.onnx": "onnx"}

    @pytest.mark.parametrize("name", ["control", "changelog", "copyright"])
    def test_a_file_of_debian_may_be_missing(self, room: Room, name: str) -> None:
        tree = room.tree(self.MODEL)
        (tree / "debian" / name).unlink()
        assert room.lint(tree).formats == {"net.onnx": "onnx"}

    @pytest.mark.parametrize(
        "text",
        [
            b"\0\xff\n" * 9000,
            b"Source: a" + b" " * 900_000 + b"b\n",
            b"a" * 900_000,
            b"example (1) " + b"a " * 450_000,
            b"example (1) sid; urgency=low\n\n  * a\n\n --" + b" <>" * 300_000 + b"\n",
            b"example (1) sid; urgency=low\n\n  * a\n\n -- a <a>" + b" " * 900_000 + b"x\n",
            b"example (1) sid; " + b"a=b, " * 180_000 + b"\n",
            b"example (1) sid; urgency=low" + b" " * 900_000 + b"x\n",
            b"example (1) sid; urgency=low\n" * 30_000,
            b"Section: " + b"a/" * 400_000 + b"\n",
            b"\n" * 900_000,
        ],
        ids=lambda text: repr(text[-30:]),
    )
    def test_control_and_changelog_may_be_garbage(self, room: Room, text: bytes) -> None:
        tree = room.tree(self.MODEL, {"debian/control": text, "debian/changelog": text})
        assert room.lint(tree).formats == {"net.onnx": "onnx"}

    def test_a_patch_that_is_listed_very_often_takes_seconds(self, room: Room) -> None:
        patch = b"a comment\n" * 100_000 + b"--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+x\n"
        debian = {"debian/patches/series": b"p\n" * 300_000, "debian/patches/p": patch}
        assert room.lint(make.write_quilt(room.inputs, {"a": b"b"}, debian)).status == 0


class TestFiles:
    def test_pipes_and_sockets_are_not_waited_for(self, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
        tree = room.tree({"net.onnx": "linear.onnx"})
        os.mkfifo(tree / "pipe.onnx")
        os.mkfifo(tree / "debian/models")
        monkeypatch.chdir(tree)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("socket.onnx")
            assert room.lint(tree).formats == {"net.onnx": "onnx"}

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_an_unreadable_file_is_noted(self, room: Room) -> None:
        tree = room.tree({"net.onnx": "linear.onnx", "no.onnx": "linear.onnx"}, {"closed/a": "b"})
        (tree / "no.onnx").chmod(0)
        (tree / "closed").chmod(0)
        outcome = room.lint(tree)
        assert outcome.formats == {"net.onnx": "onnx"}
        assert outcome.notes.keys() == {"no.onnx", "closed"}
        (tree / "closed").chmod(0o700)

    def test_folders_deeper_than_a_path_is_long_are_noted(
        self, room: Room, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tree = room.tree({"net.onnx": "linear.onnx"})
        monkeypatch.chdir(tree)
        for _ in range(30):
            Path("d" * 200).mkdir()
            os.chdir("d" * 200)
        outcome = room.lint(tree)
        assert outcome.formats == {"net.onnx": "onnx"}
        assert any("too long" in reason for reason in outcome.notes.values())

    def test_files_that_vanish_or_change_are_noted_at_most(self, room: Room) -> None:
        tree = room.tree({f"{n}.onnx": "linear.onnx" for n in range(3000)})
        timer = threading.Timer(0.7, _vanish, [tree])
        timer.start()
        outcome = room.lint(tree)
        timer.join()
        assert outcome.status == 0
        assert all("cannot be read" in reason or "exist" in reason for reason in outcome.notes.values())

    def test_a_loop_of_links_is_not_followed(self, room: Room) -> None:
        tree = room.tree({"net.onnx": "linear.onnx"})
        (tree / "loop").symlink_to(".")
        (tree / "self").symlink_to("self")
        (tree / "up").symlink_to("/")
        assert room.lint(tree).formats == {"net.onnx": "onnx"}


def _vanish(tree: Path) -> None:
    for path in tree.glob("*.onnx"):
        path.unlink()
