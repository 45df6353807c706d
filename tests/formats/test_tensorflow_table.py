"""The sorted table of a TensorFlow checkpoint is read as it is written, and nothing in it escapes."""

import struct
from pathlib import Path

import pytest

from lintian_ml.blob import Blob, FileBlob
from lintian_ml.encoding.leveldb_table import MAGIC, Table, crc32c, masked
from lintian_ml.error import FormatError
from lintian_ml.formats.tensorflow_checkpoint import read

HEADER = b"\x08\x01\x1a\x02\x08\x01"
ENTRY = b"\x08\x01\x12\x04\x12\x02\x08\x02\x28\x08"
"""Two float32 from offset 0."""


def block(*entries: tuple[bytes, bytes]) -> bytes:
    """Return a block in which no key shares anything with the one before it."""
    data = b"".join(bytes([0, len(key), len(value)]) + key + value for key, value in entries)
    return data + struct.pack("<2I", 0, 1)


def sealed(data: bytes, method: int = 0) -> bytes:
    """Return a block with what stands behind it."""
    data += bytes([method])
    return data + struct.pack("<I", masked(crc32c(data)))


def table(*blocks: bytes, method: int = 0, places: tuple[int, ...] = (), padding: int = 0) -> bytes:
    """Return a table of blocks, found by the index at ``places`` if they are given."""
    data, handles = b"", []
    for number, content in enumerate(blocks):
        place = places[number] if places else len(data)
        handles.append((b"~" * (number + 1), bytes([place, len(content)])))
        data += sealed(content, method)
    meta, index = block(), block(*handles)
    ends = bytes([len(data), len(meta), len(data) + len(meta) + 5, len(index)])
    return data + sealed(meta) + sealed(index) + ends + bytes(35) + bytes([padding]) + MAGIC


def test_the_checksum_is_that_of_the_standard() -> None:
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(bytes(32)) == 0x8A9136AA


def test_entries_of_all_blocks_come_in_order() -> None:
    found = Table(Blob(table(block((b"a", b"1"), (b"b", b"2")), block((b"~b", b"3"))))).entries()
    assert [(entry.key, entry.value) for entry in found] == [(b"a", b"1"), (b"b", b"2"), (b"~b", b"3")]


def test_how_keys_are_shortened_is_noise_where_it_is_not_usual() -> None:
    odd = Table(Blob(table(block((b"aa", b"1"), (b"ab", b"2")))))
    odd.entries()
    assert "block at offset 0, as written" in odd.noise


def test_what_pads_the_footer_is_residue() -> None:
    padded = Table(Blob(table(block((b"a", b"1")), padding=7)))
    padded.entries()
    assert padded.residue["padding of the footer"].endswith(b"\x07")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (table(block((b"b", b"1"), (b"a", b"2"))), "not in order"),
        (table(block((b"a", b"1")), block((b"a", b"1")), places=(0, 0)), "not behind"),
        (table(block((b"a", b"1")), method=1), "compressed"),
        (table(block((b"a", b"1")))[:-1], "magic"),
        (table(block((b"~~", b"1"))), "beyond its index"),
        (table(b"\0\x05\x01a"), "restarts"),
        (table(b"\0\x05\x01a" + bytes(4)), "cut short"),
    ],
)
def test_what_is_not_well_formed_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(FormatError, match=reason):
        Table(Blob(data)).entries()


@pytest.mark.parametrize("big_endian", [False, True])
def test_a_bundle_tells_its_byte_order(tmp_path: Path, big_endian: bool) -> None:
    header = b"\x08\x01\x10\x01\x1a\x02\x08\x01" if big_endian else HEADER
    (tmp_path / "w.index").write_bytes(table(block((b"", header), (b"w", ENTRY))))
    (tmp_path / "w.data-00000-of-00001").write_bytes(struct.pack(">2f" if big_endian else "<2f", 1, 2))
    (tensor,) = read(FileBlob(tmp_path / "w.index")).tensors
    assert (tensor.name, tensor.shape, tensor.big_endian) == ("w", (2,), big_endian)


@pytest.mark.parametrize(
    ("header", "entry"),
    [
        (b"\x08\x00", ENTRY),
        (b"\x08\x81\x20", ENTRY),
        (b"\x08\x01\x10\x02", ENTRY),
        (HEADER, ENTRY[:-1] + b"\x07"),
        (HEADER, b"\x08\x63" + ENTRY[2:]),
        (HEADER, ENTRY + b"\x18\x01"),
    ],
    ids=["no shard", "many shards", "byte order", "size", "type", "shard"],
)
def test_entries_that_make_no_sense_are_refused(tmp_path: Path, header: bytes, entry: bytes) -> None:
    (tmp_path / "w.index").write_bytes(table(block((b"", header), (b"w", entry))))
    (tmp_path / "w.data-00000-of-00001").write_bytes(bytes(8))
    with pytest.raises(FormatError):
        read(FileBlob(tmp_path / "w.index"))
