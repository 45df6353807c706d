"""Compressed streams are told by their magic, read within a budget, and hashed as they pass."""

import bz2
import gzip
import hashlib
import io
import lzma
import time
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.container.codec import MAGIC, Decoder, ZstdFrame, recognise
from lintian_ml.container.limits import Limits
from lintian_ml.container.stream import CHUNK, Budget, HashingFile, Reader, open_stream
from lintian_ml.error import FormatError, LimitError, PackageError

zstandard = pytest.importorskip("zstandard")

TEXT = b"".join(b"%d: weights are numbers, and so is this line\n" % line for line in range(9000))

PROGRAMS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
    "zst": lambda data: zstandard.ZstdCompressor().compress(data),
}
CONCATENATED = ("gz", "bz2", "xz", "zst")


def opened(data: bytes, limits: Limits | Budget | None = None, head: int = 0) -> Reader:
    return open_stream(io.BytesIO(data[head:]), limits or Limits(), data[:head])


def drained(data: bytes, limits: Limits | None = None) -> int:
    reader = opened(data, limits)
    while reader.read1(CHUNK):
        pass
    return reader.position


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_stream_is_recognised_by_its_magic_and_read_back(name: str) -> None:
    data = PROGRAMS[name](TEXT)
    codec = recognise(data[:MAGIC])
    assert codec is not None and codec.name == name
    assert opened(data).read(len(TEXT) + 1) == TEXT


@pytest.mark.parametrize("name", CONCATENATED)
@pytest.mark.parametrize("padding", [0, 4, 512, 70_000])
def test_concatenated_streams_with_zero_padding_are_read_as_one(name: str, padding: int) -> None:
    one = PROGRAMS[name](TEXT) + bytes(padding)
    reader = opened(one * 3)
    assert reader.read(4 * len(TEXT)) == TEXT * 3
    assert not reader.trailing


@pytest.mark.parametrize("name", PROGRAMS)
def test_bytes_after_the_last_stream_are_ignored_and_told_of(name: str) -> None:
    reader = opened(PROGRAMS[name](TEXT) + b"something else that is no stream at all")
    assert reader.read(2 * len(TEXT)) == TEXT
    assert reader.trailing


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_stream_cut_anywhere_is_a_format_error_with_its_position(name: str) -> None:
    data = PROGRAMS[name](b"a few words, " * 5)
    for end in range(MAGIC, len(data)):
        with pytest.raises(
            FormatError, match=rf"the {name} stream is truncated, after \d+ .* near byte {end}"
        ):
            drained(data[:end])


@pytest.mark.parametrize("name", ["gz", "bz2", "xz"])
def test_a_damaged_stream_is_a_format_error(name: str) -> None:
    data = bytearray(PROGRAMS[name](TEXT))
    data[len(data) // 2] ^= 0x55
    with pytest.raises(FormatError, match=f"the {name} stream is damaged"):
        drained(bytes(data))


@given(st.binary(max_size=200), st.sampled_from(list(PROGRAMS)), st.integers(0, 300), st.binary(max_size=30))
def test_whatever_the_bytes_only_our_errors_come(data: bytes, name: str, at: int, noise: bytes) -> None:
    stream = PROGRAMS[name](data)
    hostile = stream[:at] + noise + stream[at + len(noise) :]
    try:
        drained(hostile)
    except (FormatError, LimitError) as error:
        assert str(error)


def test_plain_bytes_are_passed_on() -> None:
    for data in (b"", b"x", TEXT):
        assert opened(data).read(len(TEXT) + 1) == data


@given(st.lists(st.integers(0, 9000), max_size=40), st.integers(0, 4000))
def test_any_mixture_of_reads_and_skips_delivers_the_same_bytes(lengths: list[int], head: int) -> None:
    data = gzip.compress(TEXT, 1)
    reader = opened(data, head=min(head, len(data)))
    for turn, length in enumerate(lengths):
        start = reader.position
        expected = TEXT[start : start + length]
        match turn % 4:
            case 0:
                assert reader.read(length) == expected
            case 1:
                assert reader.skip(length) == len(expected)
            case 2:
                buffer = bytearray(length)
                filled = reader.readinto(buffer)
                assert buffer[:filled] == expected
            case _:
                part = reader.read1(length)
                assert expected.startswith(part) and (part or not expected)
    rest = TEXT[reader.position :]
    assert reader.read(len(TEXT)) == rest


def test_one_reading_hashes_the_compressed_file_and_unpacks_it() -> None:
    data = lzma.compress(TEXT) + b"bytes after the end"
    file = HashingFile(io.BytesIO(data))
    assert open_stream(file, Limits()).read(100) == TEXT[:100]
    digest = file.finish()
    assert digest.size == len(data)
    assert digest.sha256 == hashlib.sha256(data).hexdigest()


def test_a_disk_that_fails_is_a_package_error() -> None:
    class Broken(io.BytesIO):
        def read(self, length: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(PackageError, match="Input/output error"):
        HashingFile(Broken()).read(1)


@pytest.mark.parametrize("name", ["gz", "xz", "zst", "bz2"])
def test_a_bomb_is_stopped_by_its_ratio(name: str) -> None:
    data = PROGRAMS[name](bytes(4 << 20))
    limits = Limits(ratio=100, ratio_after=1 << 20)
    with pytest.raises(LimitError, match="more than 100 times its size"):
        drained(data, limits)
    assert drained(data) == 4 << 20


def test_a_bomb_is_stopped_by_the_output_that_streams_share() -> None:
    budget = Budget(Limits(output=3 << 19))
    data = gzip.compress(bytes(1 << 20))
    assert opened(data, budget).skip(1 << 20) == 1 << 20
    with pytest.raises(LimitError, match="more than the 1572864 bytes allowed"):
        opened(data, budget).skip(1 << 20)


def test_time_is_limited() -> None:
    with pytest.raises(LimitError, match="longer than the 0 seconds allowed"):
        drained(gzip.compress(TEXT), Limits(seconds=0))


def test_an_xz_header_that_claims_4_gib_of_memory_is_a_limit_error() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]
    data = bytearray(lzma.compress(TEXT, filters=filters))
    header = data[12:24]
    assert header[:4] == b"\x02\x00\x21\x01"
    header[4] = 40
    data[12:24] = header[:8] + zlib.crc32(header[:8]).to_bytes(4, "little")
    with pytest.raises(LimitError, match="needs more than 268435456 bytes of memory"):
        drained(bytes(data))


def test_an_lzma_header_that_claims_2_gib_of_memory_is_a_limit_error() -> None:
    data = bytearray(PROGRAMS["lzma"](TEXT))
    data[1:5] = (1 << 31).to_bytes(4, "little")
    with pytest.raises(LimitError, match="bytes of memory"):
        drained(bytes(data))


def test_a_zst_window_beyond_the_limit_is_a_limit_error() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True, write_content_size=False)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    data = compressor.compress(TEXT) + compressor.flush()
    with pytest.raises(LimitError, match="bytes of memory"):
        drained(data, Limits(xz_memory=1 << 20))


def test_many_empty_members_take_no_quadratic_time() -> None:
    data = gzip.compress(b"") * 40_000 + gzip.compress(b"end")
    started = time.process_time()
    assert drained(data) == 3
    assert time.process_time() - started < 3


def test_a_skippable_zst_frame_is_passed_over() -> None:
    skippable = b"\x50\x2a\x4d\x18" + (7).to_bytes(4, "little") + b"comment"
    data = skippable + PROGRAMS["zst"](TEXT)
    assert opened(data).read(len(TEXT) + 1) == TEXT


def test_a_zst_frame_gives_out_little_more_than_is_asked_for() -> None:
    frame: Decoder = ZstdFrame(zstandard.ZstdDecompressor().decompressobj())
    out = frame.decompress(PROGRAMS["zst"](bytes(256 << 20)), CHUNK)
    assert CHUNK <= len(out) <= CHUNK + (16 << 20) + CHUNK
