"""Tar archives are walked in bounded memory, and say what tarfile, GNU tar and libarchive say."""

import ctypes.util
import gzip
import io
import lzma
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.container import tar
from lintian_ml.container.limits import Limits
from lintian_ml.container.stream import open_stream
from lintian_ml.container.tar import Kind, Member, is_header, walk
from lintian_ml.error import FormatError, LimitError

FORMATS: dict[str, Literal[0, 1, 2]] = {
    "ustar": tarfile.USTAR_FORMAT,
    "gnu": tarfile.GNU_FORMAT,
    "pax": tarfile.PAX_FORMAT,
}
GNU_TAR = shutil.which("tar")
TYPES = {
    tarfile.REGTYPE: Kind.FILE,
    tarfile.LNKTYPE: Kind.LINK,
    tarfile.SYMTYPE: Kind.SYMLINK,
    tarfile.DIRTYPE: Kind.DIRECTORY,
    tarfile.CHRTYPE: Kind.DEVICE,
    tarfile.BLKTYPE: Kind.DEVICE,
    tarfile.FIFOTYPE: Kind.FIFO,
}
END = bytes(1024)
Told = tuple[str, Kind, str, bytes]


def members(data: bytes, limits: Limits | None = None) -> Iterator[Member]:
    limits = limits or Limits()
    return walk(open_stream(io.BytesIO(data), limits), limits)


def told(data: bytes) -> list[Told]:
    """What the walk says of each member: name, kind, target and bytes."""
    return [(m.name, m.kind, m.target, b"".join(m.blocks())) for m in members(data)]


def told_by_tarfile(data: bytes) -> list[Told]:
    with tarfile.open(fileobj=io.BytesIO(data), errors="surrogateescape") as archive:
        found = []
        for info in archive:
            file = archive.extractfile(info) if info.isreg() else None
            found.append((info.name, TYPES[info.type], info.linkname, file.read() if file else b""))
        return found


def header(
    name: str, flag: bytes = tarfile.REGTYPE, size: int = 0, form: str = "gnu", **fields: object
) -> bytes:
    info = tarfile.TarInfo(name)
    info.type = flag
    info.size = size
    for field, value in fields.items():
        setattr(info, field, value)
    return info.tobuf(FORMATS[form], errors="surrogateescape")


def file(name: str, data: bytes, form: str = "gnu") -> bytes:
    return header(name, size=len(data), form=form) + padded(data)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


def resummed(block: bytes, **fields: tuple[int, bytes]) -> bytes:
    """The header with some bytes replaced and the checksum made right again."""
    changed = bytearray(block)
    for at, value in fields.values():
        changed[at : at + len(value)] = value
    changed[148:156] = b" " * 8
    changed[148:156] = b"%06o\0 " % sum(changed)
    return bytes(changed)


def everything(form: str) -> bytes:
    """An archive with each kind of member, and with names that need each kind of header."""
    long = form != "ustar"
    return b"".join(
        (
            header("pkg-1", tarfile.DIRTYPE, form=form),
            file("pkg-1/net.onnx", b"x" * 1025, form),
            file("pkg-1/empty", b"", form),
            file("pkg-1/" + "d" * 90 + "/" + "n" * 90, b"prefix", form),
            file("pkg-1/" + "l" * 300, b"long", form) if long else b"",
            file("pkg-1/größe.h5", b"utf-8", form),
            file("pkg-1/\udcff\udcfe.bin", b"not utf-8", form),
            header("pkg-1/hard", tarfile.LNKTYPE, linkname="pkg-1/net.onnx", form=form),
            header("pkg-1/soft", tarfile.SYMTYPE, linkname="/etc/passwd", form=form),
            header("pkg-1/loop", tarfile.SYMTYPE, linkname="loop", form=form),
            header("pkg-1/far", tarfile.SYMTYPE, linkname="t" * 400, form=form) if long else b"",
            header("pkg-1/null", tarfile.CHRTYPE, devmajor=1, devminor=3, form=form),
            header("pkg-1/disk", tarfile.BLKTYPE, devmajor=8, devminor=0, form=form),
            header("pkg-1/pipe", tarfile.FIFOTYPE, form=form),
            file("/etc/absolute", b"data", form),
            file("../../outside", b"data", form),
            END,
        )
    )


@pytest.mark.parametrize("form", FORMATS)
def test_every_kind_of_member_reads_as_tarfile_reads_it(form: str) -> None:
    data = everything(form)
    assert told(data) == told_by_tarfile(data)
    assert len(told(data)) >= 14


@pytest.mark.parametrize("form", FORMATS)
def test_every_kind_of_member_reads_as_libarchive_reads_it(form: str) -> None:
    if not ctypes.util.find_library("archive"):
        pytest.skip("libarchive is not there")
    libarchive = pytest.importorskip("libarchive")
    data = everything(form)
    with libarchive.memory_reader(data) as archive:
        theirs = [b"".join(entry.get_blocks()) for entry in archive]
    assert [body for _, _, _, body in told(data)] == theirs


@pytest.mark.skipif(not GNU_TAR, reason="GNU tar is not installed")
@pytest.mark.parametrize("form", ["v7", "oldgnu", "gnu", "ustar", "posix"])
def test_what_gnu_tar_packs_is_read_back(form: str, tmp_path: Path) -> None:
    (tmp_path / "pkg" / ("s" * 60)).mkdir(parents=True)
    (tmp_path / "pkg" / "weights.bin").write_bytes(b"w" * 3000)
    (tmp_path / "pkg" / ("s" * 60) / "inner").write_bytes(b"inner")
    (tmp_path / "pkg" / "link").symlink_to("weights.bin")
    (tmp_path / "pkg" / "same").hardlink_to(tmp_path / "pkg" / "weights.bin")
    data = packed(tmp_path, form, "./pkg")
    found = {name: (kind, target, body) for name, kind, target, body in told(data)}
    assert found["pkg"][0] is Kind.DIRECTORY
    assert found["pkg/" + "s" * 60 + "/inner"] == (Kind.FILE, "", b"inner")
    assert found["pkg/link"] == (Kind.SYMLINK, "weights.bin", b"")
    pair = {found["pkg/weights.bin"], found["pkg/same"]}
    assert {(kind, body) for kind, _, body in pair} == {(Kind.FILE, b"w" * 3000), (Kind.LINK, b"")}
    assert {target for _, target, _ in pair} - {""} <= {"pkg/weights.bin", "pkg/same"}


@pytest.mark.skipif(not GNU_TAR, reason="GNU tar is not installed")
@pytest.mark.parametrize(
    "form", ["oldgnu", "posix --sparse-version=0.0", "posix --sparse-version=0.1", "posix"]
)
@pytest.mark.parametrize("segments", [1, 3, 60, 400])
def test_holes_of_sparse_files_are_not_expanded(form: str, segments: int, tmp_path: Path) -> None:
    stored = []
    with (tmp_path / "sparse").open("wb") as sparse:
        for number in range(segments):
            sparse.seek((number << 16) + (1 << 16))
            stored.append(b"%04d" % number * 1024)
            sparse.write(stored[-1])
        sparse.truncate((segments + 3) << 16)
    (tmp_path / "after").write_bytes(b"after")
    first, after = list(told_members(packed(tmp_path, form, "sparse", "after", sparse=True)))
    assert first == ("sparse", b"".join(stored), True, (segments + 3) << 16)
    assert after == ("after", b"after", False, 5)


def packed(folder: Path, form: str, *names: str, sparse: bool = False) -> bytes:
    command = [str(GNU_TAR), *(f"--format={form}".split()), "-c", *(["--sparse"] if sparse else []), *names]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout


def told_members(data: bytes) -> Iterator[tuple[str, bytes, bool, int]]:
    for member in members(data):
        yield member.name, member.read(member.size + 1), member.sparse, member.unpacked


def test_a_sparse_file_of_64_gib_in_few_bytes_is_told_of_and_not_expanded() -> None:
    size = 64 << 30
    block = bytearray(header("huge", b"S", size=4096))
    binary = b"\x80" + size.to_bytes(11, "big")
    first = b"%011o\0" % 0 + b"%011o\0" % 4096
    data = resummed(bytes(block), map=(386, first), real=(483, binary)) + b"w" * 4096 + END
    packed = gzip.compress(data)
    assert len(packed) < 200
    assert list(told_members(packed)) == [("huge", b"w" * 4096, True, size)]


def test_a_v7_header_has_no_prefix_and_its_directories_end_in_a_slash() -> None:
    v7 = {"magic": (257, bytes(8 + 32 + 32 + 16)), "prefix": (345, b"garbage")}
    folder = resummed(header("old/"), flag=(156, b"\0"), **v7)
    plain = resummed(header("old/net", size=3), flag=(156, b"\0"), **v7)
    assert told(folder + plain + padded(b"abc") + END) == [
        ("old", Kind.DIRECTORY, "", b""),
        ("old/net", Kind.FILE, "", b"abc"),
    ]


def test_sizes_may_be_binary_and_may_fill_their_field() -> None:
    binary = resummed(header("a"), size=(124, b"\x80" + (5).to_bytes(11, "big")))
    full = resummed(header("b"), size=(124, b"000000000005"))
    spaced = resummed(header("c"), size=(124, b"         5 \0"))
    data = b"".join(block + padded(b"12345") for block in (binary, full, spaced)) + END
    assert [(name, body) for name, _, _, body in told(data)] == [(name, b"12345") for name in "abc"]


@pytest.mark.parametrize(
    "field", [b"\xff" * 12, b"\x80\xff" + bytes(10), b"12345678999\0", b"0x10\0", b"-1\0", b"1_0\0"]
)
def test_a_size_that_is_no_size_is_a_format_error(field: bytes) -> None:
    with pytest.raises(FormatError, match="malformed before byte 512"):
        told(resummed(header("a"), size=(124, field)) + END)


def test_signed_checksums_of_old_programs_are_accepted() -> None:
    block = bytearray(header("gr\udcf6\udcdfe"))
    unsigned = int(block[148:154], 8)
    block[148:156] = b"%06o\0 " % (unsigned - 512)
    assert [name for name, *_ in told(bytes(block) + END)] == ["gr\udcf6\udcdfe"]


def test_a_wrong_checksum_is_a_format_error() -> None:
    block = bytearray(header("name"))
    for at in (0, 100, 255, 256, 511):
        damaged = bytearray(block)
        damaged[at] ^= 1
        with pytest.raises(FormatError, match="checksum"):
            told(bytes(damaged) + END)


def test_pax_records_override_size_and_names_and_go_before_gnu_long_names() -> None:
    long = header("long", b"L", size=5) + padded(b"gnu-L")
    records = padded(b"17 path=pax-name\n" + b"10 size=3\n" + b"12 comment=\n")
    pax = header("x", b"x", size=39) + records
    body = header("short", size=0) + padded(b"abc")
    assert told(long + pax + body + END) == [("pax-name", Kind.FILE, "", b"abc")]
    assert told(long + body[:512] + END) == [("gnu-L", Kind.FILE, "", b"")]


def test_global_pax_records_last_until_they_are_overridden_or_emptied() -> None:
    everywhere = header("g", b"g", size=12) + padded(b"12 path=all\n")
    here = header("x", b"x", size=13) + padded(b"13 path=here\n")
    emptied = header("x", b"x", size=8) + padded(b"8 path=\n")
    plain = header("field")
    data = everywhere + plain + here + plain + plain + emptied + plain + END
    assert [name for name, *_ in told(data)] == ["all", "here", "all", "field"]


@pytest.mark.parametrize(
    "records",
    [b"99 path=a\n", b"9 path=a", b"0 path=a\n", b"path=a\n", b"5 abc", b"-3 a=b\n", b"4 =", b"1 a\n" * 9],
)
def test_malformed_pax_records_are_a_format_error(records: bytes) -> None:
    data = header("x", b"x", size=len(records)) + padded(records) + header("a") + END
    with pytest.raises(FormatError, match="pax record"):
        told(data)


def test_members_without_data_have_none_whatever_their_size_says() -> None:
    hidden = file("hidden", b"", "gnu")
    for flag in (b"1", b"2", b"3", b"4", b"5", b"6"):
        lying = resummed(header("lying", flag), size=(124, b"%011o\0" % 512))
        assert [name for name, *_ in told(lying + hidden + END)] == ["lying", "hidden"]


def test_unknown_types_are_files_and_volume_labels_are_not() -> None:
    data = resummed(header("odd", size=3), flag=(156, b"Z")) + padded(b"abc") + header("label", b"V") + END
    assert told(data) == [("odd", Kind.FILE, "", b"abc"), ("label", Kind.OTHER, "", b"")]


def test_what_is_not_read_is_passed_over_and_cannot_be_read_later() -> None:
    data = file("a", b"a" * 2000) + file("b", b"b" * 2000) + END
    walked = members(data)
    first = next(walked)
    assert first.read(10) == b"a" * 10
    second = next(walked)
    assert second.read(4000) == b"b" * 2000
    with pytest.raises(ValueError, match="gone on"):
        first.read(1)


def test_the_end_mark_may_be_missing_and_what_follows_it_is_not_read() -> None:
    one = file("a", b"abc")
    expected = [("a", Kind.FILE, "", b"abc")]
    for end in (b"", bytes(512), END, END + b"garbage", bytes(512) + file("b", b""), bytes(100)):
        assert told(one + end) == expected
    assert told(one[: 512 + 3]) == expected


@pytest.mark.parametrize("form", FORMATS)
def test_an_archive_cut_anywhere_gives_whole_members_or_a_format_error(form: str) -> None:
    data = file("a", b"abc" * 200, form) + file("long/" * 30 + "b", b"d", form) + END
    whole = told(data)
    for end in range(len(data)):
        read: list[Told] = []
        try:
            read.extend((m.name, m.kind, m.target, m.read(m.size)) for m in members(data[:end]))
        except FormatError as error:
            assert "byte" in str(error)
        assert read == whole[: len(read)]


@pytest.mark.parametrize("compress", [gzip.compress, lzma.compress])
def test_a_compressed_archive_cut_anywhere_gives_whole_members_or_a_format_error(
    compress: Callable[[bytes], bytes],
) -> None:
    data = file("a", b"abc") + file("b", b"d") + END
    packed = compress(data)
    whole = told(data)
    for end in range(len(packed)):
        read: list[Told] = []
        try:
            read.extend((m.name, m.kind, m.target, m.read(m.size)) for m in members(packed[:end]))
        except FormatError as error:
            assert str(error)
        assert read == whole[: len(read)]


def test_concatenated_xz_streams_hold_one_archive() -> None:
    data = file("a", b"abc" * 5000) + file("b", b"d") + END
    half = 7000
    packed = lzma.compress(data[:half]) + bytes(8) + lzma.compress(data[half:]) + bytes(4)
    assert told(packed) == told(data)


def test_4_gib_of_zeros_in_a_small_file_are_stopped_by_their_ratio() -> None:
    packed = lzma.compress(header("zeros", size=4 << 30) + bytes(100 << 20), preset=0)
    limits = Limits(ratio_after=8 << 20)
    with pytest.raises(LimitError, match="1000 times its size"):
        list(members(packed, limits))


def test_200_000_members_take_seconds() -> None:
    block = header("pkg/source.c")
    started = time.process_time()
    assert sum(1 for _ in members(block * 200_000)) == 200_000
    assert time.process_time() - started < 10


def test_too_many_members_are_a_limit_error() -> None:
    with pytest.raises(LimitError, match="more than the 3 members"):
        list(members(header("a") * 4, Limits(members=3)))


@pytest.mark.parametrize("flag", [b"L", b"K", b"x", b"g"])
def test_a_header_of_2_gib_is_refused_before_it_is_read(flag: bytes) -> None:
    with pytest.raises(LimitError, match="claims 2147483648 bytes"):
        told(header("bomb", flag, size=1 << 31) + b"n" * 1024)


def test_names_are_limited_one_by_one_and_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def named(length: int) -> bytes:
        return header("l", b"L", size=length) + padded(b"n" * length) + header("short")

    assert len(told(named(tar.NAME))[0][0]) == tar.NAME
    with pytest.raises(LimitError, match="names that are too long"):
        told(named(tar.NAME + 1))
    monkeypatch.setattr(tar, "NAMES", 1000)
    with pytest.raises(LimitError, match="names that are too long"):
        told(named(400) * 3)


@pytest.mark.parametrize(
    ("stored", "clean"),
    [
        ("./a", "a"),
        ("././/a", "a"),
        (".", "."),
        ("./", "."),
        (".hidden", ".hidden"),
        ("../a", "../a"),
        ("/", "/"),
    ],
)
def test_names_lose_the_dot_that_leads_them(stored: str, clean: str) -> None:
    flag = tarfile.DIRTYPE if stored.endswith(("/", ".")) else tarfile.REGTYPE
    block = resummed(header("x" * 5, flag), name=(0, stored.encode().ljust(5, b"\0")))
    assert [name for name, *_ in told(block + END)] == [clean]


def test_a_tar_header_is_recognised_by_its_checksum() -> None:
    assert all(is_header(everything(form)) for form in FORMATS)
    assert not any(map(is_header, (b"", bytes(512), b"x" * 512, header("a")[:511])))


@given(st.data())
def test_whatever_the_bytes_only_our_errors_come(data: st.DataObject) -> None:
    archive = bytearray(everything(data.draw(st.sampled_from(list(FORMATS)))))
    for _ in range(data.draw(st.integers(1, 4))):
        block = 512 * data.draw(st.integers(0, len(archive) // 512 - 1))
        at = data.draw(st.sampled_from((0, 124, 130, 156, 257, 345, 482)))
        noise = data.draw(st.binary(min_size=1, max_size=12))
        changed = resummed(bytes(archive[block : block + 512]), noise=(at, noise))
        archive[block : block + 512] = changed
    try:
        found = told(bytes(archive))
    except (FormatError, LimitError) as error:
        assert str(error)
    else:
        assert all("\0" not in name for name, *_ in found)
