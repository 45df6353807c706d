"""Zip archives are read by their directory, tolerantly as PyTorch does; their contradictions are told."""

import io
import lzma
import struct
import time
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.blob import Blob, Part
from lintian_ml.container.limits import Limits
from lintian_ml.container.stream import Budget
from lintian_ml.container.zip import blocks, checksum_differs, member_blob, read_directory, remarks
from lintian_ml.error import FormatError, LimitError

METHODS = {
    "stored": zipfile.ZIP_STORED,
    "deflated": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}
TEXT = b"numbers that were trained, one after another\n" * 5000


def archive(members: dict[str, bytes], method: int = zipfile.ZIP_STORED, comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as target:
        for name, data in members.items():
            target.writestr(zipfile.ZipInfo(name), data, compress_type=method)
        target.comment = comment
    return buffer.getvalue()


def read(data: bytes) -> dict[str, bytes]:
    blob = Blob(data)
    return {entry.name: b"".join(blocks(blob, entry)) for entry in read_directory(blob, Limits())}


def said(data: bytes) -> tuple[str, ...]:
    return remarks(Blob(data), read_directory(Blob(data), Limits()))


def replaced(data: bytes, old: bytes, new: bytes, *, last: bool = False) -> bytes:
    """The archive with one occurrence of ``old``, the first or the last, replaced."""
    at = data.rfind(old) if last else data.find(old)
    assert at >= 0
    return data[:at] + new + data[at + len(old) :]


def patched(data: bytes, at: int, form: str, *values: int) -> bytes:
    changed = bytearray(data)
    struct.pack_into(form, changed, at, *values)
    return bytes(changed)


def row(data: bytes, number: int = 0) -> int:
    """Where a row of the directory lies."""
    at = data.index(b"PK\1\2")
    for _ in range(number):
        at = data.index(b"PK\1\2", at + 4)
    return at


@pytest.mark.parametrize("method", METHODS)
def test_members_of_every_method_are_read_back(method: str) -> None:
    members = {"net/data.pkl": TEXT, "empty": b"", "größe.bin": b"x"}
    data = archive(members, METHODS[method], comment=b"a comment")
    assert read(data) == members
    assert said(data) == ()


@pytest.mark.parametrize("method", METHODS)
def test_a_member_is_a_part_if_it_is_stored_and_else_unpacked_in_memory(method: str) -> None:
    blob = Blob(archive({"first": b"1", "net": TEXT}, METHODS[method]))
    entry = read_directory(blob, Limits())[1]
    member = member_blob(blob, entry)
    assert isinstance(member, Part) == (method == "stored")
    assert (member.name, member.size, member.read(0, member.size)) == ("net", len(TEXT), TEXT)


def test_members_written_to_a_pipe_have_their_sizes_after_them() -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.written = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: object, /) -> int:
            view = bytes(memoryview(data))  # type: ignore[arg-type]
            self.written += view
            return len(view)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("net", TEXT)
    assert read(bytes(pipe.written)) == {"net": TEXT}
    assert said(bytes(pipe.written)) == ()


def test_a_pytorch_checkpoint_reads_without_remarks() -> None:
    torch = pytest.importorskip("torch")
    buffer = io.BytesIO()
    torch.save({"weight": torch.arange(6.0)}, buffer)
    data = buffer.getvalue()
    with zipfile.ZipFile(io.BytesIO(data)) as theirs:
        assert read(data) == {name: theirs.read(name) for name in theirs.namelist()}
    assert said(data) == ()


def test_zip64_records_are_followed() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target, target.open("net", "w", force_zip64=True) as member:
        member.write(TEXT)
    data = buffer.getvalue()
    assert read(data) == {"net": TEXT}
    at = row(data)
    size = len(data) - 22 - at
    extra = struct.pack("<HHQQQ", 1, 24, len(TEXT), len(TEXT), 0)
    wide = patched(data, at + 20, "<II", 0xFFFFFFFF, 0xFFFFFFFF)
    wide = patched(wide, at + 30, "<H", len(extra))
    wide = patched(wide, at + 42, "<I", 0xFFFFFFFF)
    rows = wide[at : at + size] + extra
    end64 = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(rows), at)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, at + len(rows), 1)
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    data = wide[:at] + rows + end64 + locator + end
    with zipfile.ZipFile(io.BytesIO(data)) as theirs:
        assert theirs.read("net") == TEXT
    assert read(data) == {"net": TEXT}
    assert said(data) == ()


def test_names_are_utf_8_or_code_page_437_and_end_at_a_nul() -> None:
    data = archive({"n.me": b"x"})
    assert list(read(data.replace(b"n.me", b"n\x81me"))) == ["nüme"]
    assert list(read(data.replace(b"n.me", b"ne\0e"))) == ["ne"]
    broken = archive({"né": b"x"}).replace("né".encode(), b"n\xff\xff")
    assert list(read(broken)) == ["n\xa0\xa0"]


def test_bytes_before_the_archive_shift_it_and_are_told_of() -> None:
    data = b"#!/bin/sh\n" + archive({"net": TEXT})
    assert read(data) == {"net": TEXT}
    assert said(data) == ("10 bytes precede the zip archive",)


def test_flag_bits_and_checksums_decide_nothing_but_are_told_of() -> None:
    data = archive({"net": TEXT}, zipfile.ZIP_DEFLATED)
    flagged = patched(patched(data, row(data) + 8, "<H", 1), 6, "<H", 1)
    assert read(flagged) == {"net": TEXT}
    assert said(flagged) == ("net: is marked as encrypted",)
    wrong = Blob(patched(data, row(data) + 16, "<I", 12345))
    (entry,) = read_directory(wrong, Limits())
    assert b"".join(blocks(wrong, entry)) == TEXT
    assert checksum_differs(wrong, entry)
    assert not checksum_differs(Blob(data), read_directory(Blob(data), Limits())[0])


def test_what_a_local_header_says_otherwise_is_told_of() -> None:
    data = archive({"net": b"abc"})
    assert said(replaced(data, b"net", b"ten")) == ("net: is 'ten' in its local header",)
    assert said(patched(data, 8, "<H", 8)) == ("net: is compressed by method 0, or 8 in its local header",)
    assert said(patched(data, 22, "<I", 9)) == ("net: has other sizes in its local header: 3 and 9",)
    assert said(b"XX" + data[2:]) == ("net: no local header at byte 0",)
    assert read(replaced(data, b"net", b"ten")) == {"net": b"abc"}


def test_members_of_one_name_and_members_that_overlap_are_told_of() -> None:
    data = archive({"one": b"abc", "two": b"defg"})
    same = replaced(replaced(data, b"two", b"one"), b"two", b"one")
    assert said(same) == ("one: is 2 members of one name",)
    overlapping = patched(data, row(data, 1) + 42, "<I", 0)
    assert "one: overlaps two" in said(overlapping)


def test_a_bomb_of_overlapping_members_is_refused() -> None:
    data = archive({"kernel": zlib.compress(bytes(1 << 20)) * 50})
    at = row(data)
    one = data[at : len(data) - 22]

    def repeated(times: int) -> Blob:
        end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, times, times, len(one) * times, at, 0)
        return Blob(data[:at] + one * times + end)

    limits = Limits(zip_members=2000)
    assert len(read_directory(repeated(5), limits)) == 5
    with pytest.raises(LimitError, match="the members of the zip archive claim"):
        read_directory(repeated(1000), limits)


def test_many_contradictions_are_cut_short() -> None:
    data = archive({f"n{number:02}": b"" for number in range(50)})
    for number in range(50):
        data = patched(data, row(data, number) + 8, "<H", 1)
    found = said(data)
    assert len(found) == 21
    assert found[-1].endswith("in more places than are listed here")


def test_a_member_that_unpacks_to_another_size_is_a_format_error() -> None:
    data = archive({"net": TEXT}, zipfile.ZIP_DEFLATED)
    for size, phrase in ((len(TEXT) - 1, "more than the"), (len(TEXT) + 1, "1 bytes fewer")):
        with pytest.raises(FormatError, match=f"net: unpacks to {phrase}"):
            read(patched(data, row(data) + 24, "<I", size))


def test_a_member_that_is_truncated_or_not_there_is_a_format_error() -> None:
    data = archive({"net": TEXT}, zipfile.ZIP_DEFLATED)
    with pytest.raises(FormatError, match="net: the deflated stream is truncated"):
        read(patched(data, row(data) + 20, "<I", 20))
    with pytest.raises(FormatError, match=r"net: .* bytes claimed"):
        read(patched(data, row(data) + 42, "<I", len(data)))
    with pytest.raises(FormatError, match="bytes claimed"):
        read(patched(archive({"net": b"abc"}), row(archive({"net": b"abc"})) + 24, "<I", 1 << 31))


def test_unpacking_is_limited() -> None:
    data = archive({"zeros": bytes(8 << 20)}, zipfile.ZIP_DEFLATED)
    blob = Blob(data)
    (entry,) = read_directory(blob, Limits())
    with pytest.raises(LimitError, match="zeros: unpacks to 8388608 bytes, 1024 are allowed"):
        member_blob(blob, entry, at_most=1024)
    with pytest.raises(LimitError, match="more than 100 times"):
        member_blob(blob, entry, limits=Limits(ratio=100, ratio_after=1 << 20))
    with pytest.raises(LimitError, match="bytes allowed were unpacked"):
        member_blob(blob, entry, limits=Budget(Limits(output=1 << 20)))


def test_an_unknown_method_is_a_limit_error() -> None:
    data = archive({"net": b"abc"})
    with pytest.raises(LimitError, match="net: compressed by method 99"):
        read(patched(data, row(data) + 10, "<H", 99))


def test_zstandard_and_xz_members_are_read() -> None:
    zstandard = pytest.importorskip("zstandard")
    for method, packed in ((93, zstandard.ZstdCompressor().compress(TEXT)), (95, lzma.compress(TEXT))):
        data = archive({"net": packed})
        data = patched(data, row(data) + 10, "<H", method)
        assert read(patched(data, row(data) + 24, "<I", len(TEXT))) == {"net": TEXT}


def test_too_many_members_are_a_limit_error() -> None:
    data = archive({f"n{number}": b"" for number in range(5)})
    assert len(read_directory(Blob(data), Limits(zip_members=5))) == 5
    with pytest.raises(LimitError, match="more than the 4 members"):
        read_directory(Blob(data), Limits(zip_members=4))


def test_a_directory_of_20_000_members_is_read_in_no_time() -> None:
    data = archive({f"dir/{number}": b"" for number in range(20_000)})
    started = time.process_time()
    assert len(read_directory(Blob(data), Limits())) == 20_000
    assert time.process_time() - started < 1


def test_a_count_that_is_too_high_is_a_format_error_and_one_too_low_is_told_of() -> None:
    data = archive({"a": b"", "b": b""})
    with pytest.raises(FormatError, match=r"row 3 of the 9 .* is damaged or missing"):
        read(patched(data, len(data) - 14, "<HH", 9, 9))
    low = patched(data, len(data) - 14, "<HH", 1, 1)
    assert list(read(low)) == ["a", "b"]
    assert said(low) == ("the end of the zip archive counts 1 members, its directory has 2",)


def test_what_is_no_zip_archive_is_a_format_error() -> None:
    for data in (b"", b"PK", b"PK\5\6", b"x" * 100_000):
        with pytest.raises(FormatError, match="no end record"):
            read(data)
    assert read(archive({})) == {}


def test_an_archive_cut_or_shortened_anywhere_gives_only_our_errors() -> None:
    data = archive({"a": b"abc" * 30, "b": b"d"}, zipfile.ZIP_DEFLATED)
    for end in range(len(data)):
        with pytest.raises(FormatError):
            read(data[:end])


@given(st.sampled_from(list(METHODS.values())), st.integers(0, 400), st.binary(min_size=1, max_size=9))
def test_whatever_the_bytes_only_our_errors_come(method: int, at: int, noise: bytes) -> None:
    data = archive({"a": b"abc" * 30, "größe": b"d" * 20}, method, b"comment")
    at %= len(data)
    hostile = data[:at] + noise + data[at + len(noise) :]
    try:
        read(hostile)
        said(hostile)
    except (FormatError, LimitError) as error:
        assert str(error)
