"""Lucene's dictionaries are read as Lucene writes them; other files of Lucene's and of Java's are none."""

import struct
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.blob import Blob
from lintian_ml.detection import Examiner
from lintian_ml.error import FormatError
from lintian_ml.formats import lucene_costs, smartcn
from lintian_ml.model import Certainty, Nature
from lintian_ml.package import package_from_files
from tests.formats import trials

MATRIX = np.random.default_rng(5).integers(-9000, 9000, (12, 9)).tolist()


def number(value: int) -> bytes:
    """Return a number as DataOutput.writeVInt writes it."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


def costs(matrix: Sequence[Sequence[int]], codec: bytes = b"kuromoji_cc", version: int = 1) -> bytes:
    """Return a matrix, left contexts by right ones, as ConnectionCostsWriter writes it."""
    flat = [cost for row in matrix for cost in row]
    steps = [new - old for old, new in zip([0, *flat], flat, strict=False)]
    signed = b"".join(number(step << 1 if step >= 0 else ~(step << 1)) for step in steps)
    header = b"\x3f\xd7\x6c\x17" + bytes([len(codec)]) + codec + struct.pack(">I", version)
    return header + number(len(matrix[0])) + number(len(matrix)) + signed


def array(letter: str, serial: int, values: Sequence[int], form: str) -> bytes:
    """Return an array as ObjectOutputStream writes it, with its class."""
    head = b"ur\0\2[" + letter.encode() + struct.pack(">QBHBB", serial, 2, 0, 0x78, 0x70)
    return head + struct.pack(f">i{len(values)}{form}", len(values), *values)


LONGS, INTS = 0x782004B512B17593, 0x4DBA602676EAB2A5
"""The serial numbers of the classes of arrays of long and of int."""


def pairs(count: int = 402137) -> bytes:
    """Return a dictionary of pairs of words as BigramDictionary saves it."""
    stream = array("J", LONGS, range(count), "q") + array("I", INTS, [7] * count, "i")
    return b"\xac\xed\0\5" + stream


@pytest.mark.parametrize("codec", [b"kuromoji_cc", b"ko_cc"])
def test_costs_are_those_that_were_written(codec: bytes) -> None:
    data = costs(MATRIX, codec)
    (tensor,) = trials.reads_whole(lucene_costs, data).tensors
    assert trials.values(tensor).tolist() == MATRIX


@given(st.lists(st.integers(-0x8000, 0x7FFF), min_size=1, max_size=60))
def test_all_costs_of_16_bits_are_read(row: list[int]) -> None:
    (tensor,) = lucene_costs.read(Blob(costs([row]))).tensors
    assert trials.values(tensor).tolist() == [row]


def test_costs_are_read_a_block_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for block in (1, 2, 3, 7, 64):
        monkeypatch.setattr(lucene_costs, "BLOCK", block)
        (tensor,) = lucene_costs.read(Blob(costs(MATRIX))).tensors
        assert trials.values(tensor).tolist() == MATRIX


def test_costs_of_more_than_16_bits_are_refused() -> None:
    (tensor,) = lucene_costs.read(Blob(costs([[30000, 40000]]))).tensors
    with pytest.raises(FormatError, match="16 bits"):
        trials.payload(tensor)


def test_a_number_that_never_ends_is_refused() -> None:
    data = costs([[1, 2, 3]])[:-3] + b"\xff\xff\xff\xff\x01\2\3"
    (tensor,) = lucene_costs.read(Blob(data)).tensors
    with pytest.raises(FormatError, match="more than 3 bytes"):
        trials.payload(tensor)


def test_a_number_longer_than_it_must_be_is_refused() -> None:
    with pytest.raises(FormatError, match="longer"):
        lucene_costs.read(Blob(costs([[1, 2, 3]])[:-1] + b"\x82\0"))


def test_costs_that_are_cut_off_are_refused() -> None:
    trials.refuses_when_cut(lucene_costs, costs(MATRIX))
    trials.survives_damage(lucene_costs, costs(MATRIX), 300)
    with pytest.raises(FormatError):
        lucene_costs.read(Blob(costs(MATRIX) + b"\1"))


def test_other_files_of_lucene_are_no_costs() -> None:
    trials.knows_no_other(lucene_costs, costs(MATRIX))
    for codec in (b"kuromoji_dict", b"kuromoji_cd", b"FST", b"ko_dict_pos", b"Lucene90FieldInfos"):
        assert trials.recognised(lucene_costs, costs(MATRIX, codec)) is None
    assert trials.recognised(lucene_costs, costs(MATRIX, version=1000)) is None


def test_the_costs_of_words_belong_to_those_of_connections() -> None:
    buffer = b"\x3f\xd7\x6c\x17\x0dkuromoji_dict\0\0\0\1" + bytes(100)
    files = {"ja/ConnectionCosts.dat": costs(MATRIX), "ja/TokenInfoDictionary$buffer.dat": buffer}
    (model,) = package_from_files(files, Examiner()).models
    assert (model.certainty, model.nature) == (Certainty.CERTAIN, Nature.TRAINED)
    assert model.parts == ("TokenInfoDictionary$buffer.dat",)


def test_counts_of_pairs_of_words_are_read() -> None:
    model = trials.reads_whole(smartcn, pairs())
    assert [tensor.name for tensor in model.tensors] == ["pairs", "counts"]
    assert model.parameter_count == 2 * 402137


@pytest.mark.parametrize("end", [0, 26, 27, 4000, 402137 * 8, -1])
def test_counts_that_are_cut_off_are_refused(end: int) -> None:
    with pytest.raises(FormatError):
        smartcn.read(Blob(pairs()[:end]))


def test_other_java_arrays_are_no_dictionary() -> None:
    assert trials.recognised(smartcn, pairs(402136)) is None
    assert trials.recognised(smartcn, b"\xac\xed\0\5" + array("I", INTS, [7] * 20000, "i")) is None
    trials.knows_no_other(smartcn, pairs()[:100000])
    with pytest.raises(FormatError, match="other types"):
        smartcn.read(Blob(b"\xac\xed\0\5" + array("J", LONGS, range(402137), "q")))
