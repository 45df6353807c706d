"""SentencePiece models are recognised by their pieces and read as the sentencepiece library reads them."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Glimpse, Kind
from lintian_ml.formats.sentencepiece import read, recognise
from lintian_ml.model import Model
from lintian_ml.samples import sample

sentencepiece = pytest.importorskip("sentencepiece", reason="made and read by the sentencepiece library")

SAMPLE = sample("sentencepiece.model")


def glimpse(data: bytes, size: int | None = None) -> Glimpse:
    return Glimpse("tokens.model", len(data) if size is None else size, data)


def parts(model: Model) -> tuple[object, ...]:
    scores = b"".join(model.tensors[0].payload.blocks())
    return (scores, json.dumps(model.structure), model.metadata, model.residue, model.noise)


def test_the_sample_is_recognised() -> None:
    found = recognise(glimpse(SAMPLE))
    assert found is not None
    assert found.kinds == {Kind.STRUCTURE, Kind.SEMANTICS}


def test_pieces_and_scores_are_those_of_the_library() -> None:
    reference = sentencepiece.SentencePieceProcessor(model_proto=SAMPLE)
    model = read(Blob(SAMPLE))
    scores = struct.unpack(f"<{model.parameters}f", b"".join(model.tensors[0].payload.blocks()))
    assert list(scores) == [reference.get_score(number) for number in range(reference.vocab_size())]
    assert isinstance(model.structure, dict)
    pieces = [piece["piece"] for piece in model.structure["pieces"]]
    assert pieces == [reference.id_to_piece(number) for number in range(reference.vocab_size())]
    assert (model.complete, model.residue) == (True, {})


def test_what_the_trainer_was_told_is_metadata() -> None:
    metadata = read(Blob(SAMPLE)).metadata
    assert metadata["trainer_spec.input"] == '["policy.txt"]'
    assert metadata["trainer_spec.vocab_size"] == "64"


def test_special_pieces_without_a_score_have_the_score_zero() -> None:
    def piece(text: bytes, rest: bytes) -> bytes:
        body = b"\x0a" + bytes([len(text)]) + text + rest
        return b"\x0a" + bytes([len(body)]) + body

    data = piece(b"<unk>", b"\x18\x02") + piece(b"<s>", b"\x18\x03") + piece(b"a", b"\x15\x00\x00\x80\xbf")
    assert recognise(glimpse(data)) is not None
    assert b"".join(read(Blob(data)).tensors[0].payload.blocks()) == struct.pack("<3f", 0, 0, -1)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\n\x0e\n\x05<unk>",
        b"\n\n\nA text that begins with empty lines.\n" * 40,
        b"\x0a\x14\x0a\x01w\x12\x05Const*\x08\x0a\x05dtype" + b"\x22\x02\x08\x0c",
        b"\x0a\x0a\x0a\x03net\x12\x03abc" * 8,
        b"\x0a\x0a\x0a\x03cat\x15\x00\x00\x80\x3f" * 8,
        b"\x0a" + bytes(range(256)),
    ],
    ids=["nothing", "newline", "magic", "text", "GraphDef", "two texts", "scored labels", "bytes"],
)
def test_lookalikes_are_not_recognised(data: bytes) -> None:
    assert recognise(glimpse(data)) is None


@pytest.mark.parametrize("data", [b"", b"\n", b"\n\x0e\n\x05<unk>", b"\x12\x00"])
def test_what_has_no_pieces_is_an_error(data: bytes) -> None:
    with pytest.raises(FormatError):
        read(Blob(data))


def test_every_seventh_bit_of_the_sample_is_accounted_for() -> None:
    reference = parts(read(Blob(SAMPLE)))
    for position in range(0, len(SAMPLE) * 8, 7):
        changed = bytearray(SAMPLE)
        changed[position // 8] ^= 1 << position % 8
        try:
            assert parts(read(Blob(bytes(changed)))) != reference, f"bit {position} changed nothing"
        except (FormatError, LimitError):
            continue


def test_a_file_cut_anywhere_is_an_error_or_has_fewer_parts() -> None:
    reference = parts(read(Blob(SAMPLE)))
    for length in range(len(SAMPLE)):
        try:
            assert parts(read(Blob(SAMPLE[:length]))) != reference
        except FormatError:
            continue


@given(st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=6))
def test_changed_bytes_raise_nothing_but_our_errors(changes: list[tuple[int, int]]) -> None:
    data = bytearray(SAMPLE)
    for position, value in changes:
        data[position] = value
    recognise(glimpse(bytes(data)))
    try:
        read(Blob(bytes(data)))
    except (FormatError, LimitError):
        return
