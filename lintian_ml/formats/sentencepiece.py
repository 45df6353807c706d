"""SentencePiece, a trained tokenizer's model (sentencepiece_model.proto: ModelProto)."""

import json
import math
import struct
from collections.abc import Iterator, Sequence
from typing import cast

from lintian_ml.blob import Blob
from lintian_ml.encoding.message import Frame, Reader
from lintian_ml.encoding.plain import opaque
from lintian_ml.encoding.protobuf import Field, Wire
from lintian_ml.encoding.protobuf_schema import schema
from lintian_ml.error import FormatError, LintianMLError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Computed, Model, Tensor

FORMAT = Format("sentencepiece", extensions=(".model", ".spm"), first=b"\x0a", text=False)
NOISE = ("field order and packing",)

SCHEMA = schema("""
ModelProto: 1 pieces SentencePiece*, 2 trainer_spec TrainerSpec, 3 normalizer_spec NormalizerSpec,\
 4 self_test_data SelfTestData, 5 denormalizer_spec NormalizerSpec
SentencePiece: 1 piece text, 2 score bits32, 3 type int
TrainerSpec: 1 input text*, 2 model_prefix text, 3 model_type int, 4 vocab_size int, 5 accept_language text*,\
 6 self_test_sample_size int, 7 input_format text, 10 character_coverage float, 11 input_sentence_size uint,\
 12 mining_sentence_size int, 13 training_sentence_size int, 14 seed_sentencepiece_size int,\
 15 shrinking_factor float, 16 num_threads int, 17 num_sub_iterations int, 18 max_sentence_length int,\
 19 shuffle_input_sentence int, 20 max_sentencepiece_length int, 21 split_by_unicode_script int,\
 22 split_by_whitespace int, 23 split_by_number int, 24 treat_whitespace_as_suffix int, 25 split_digits int,\
 26 allow_whitespace_only_pieces int, 30 control_symbols text*, 31 user_defined_symbols text*,\
 32 vocabulary_output_piece_score int, 33 hard_vocab_limit int, 34 use_all_vocab int, 35 byte_fallback int,\
 36 required_chars text, 40 unk_id int, 41 bos_id int, 42 eos_id int, 43 pad_id int, 44 unk_surface text,\
 45 unk_piece text, 46 bos_piece text, 47 eos_piece text, 48 pad_piece text,\
 49 train_extremely_large_corpus int, 50 enable_differential_privacy int,\
 51 differential_privacy_noise_level float, 52 differential_privacy_clipping_threshold uint,\
 53 pretokenization_delimiter text, 54 seed_sentencepieces_file text, 55 auto_character_coverage int
NormalizerSpec: 1 name text, 2 precompiled_charsmap span, 3 add_dummy_prefix int,\
 4 remove_extra_whitespaces int, 5 escape_whitespaces int, 6 normalization_rule_tsv text
SelfTestData: 1 samples Sample*
Sample: 1 input text, 2 expected text
""")

MODEL_TYPES = {1: "UNIGRAM", 2: "BPE", 3: "WORD", 4: "CHAR"}
"""TrainerSpec.ModelType."""

_TYPES = range(1, 7)
_UNKNOWN = 2
_CONTROL = 3
_EXTENSION = 200


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Find scored pieces of text, among them the unknown piece that every model must have, in the head."""
    if glimpse.head[:1] != b"\x0a":
        return None
    try:
        count, unknown = _pieces(glimpse)
    except (LintianMLError, UnicodeDecodeError):
        return None
    if not unknown or count < 3:
        return None
    return Evidence.of(
        {
            Kind.STRUCTURE: f"protocol buffer that begins with {count} scored pieces of text",
            Kind.SEMANTICS: "one of them is the unknown piece",
        }
    )


def _pieces(glimpse: Glimpse) -> tuple[int, bool]:
    """Return how many pieces the head shows, 0 if it is no model's, and whether one is the unknown piece."""
    wire, count, unknown = Wire(Blob(glimpse.head)), 0, False
    for field in wire.fields(0, glimpse.size):
        if field.end > len(glimpse.head):
            break
        slot = SCHEMA["ModelProto"].get(field.number)
        if field.number < _EXTENSION and (slot is None or not slot.fits(field.wire)):
            return 0, False
        if slot is None or slot.name != "pieces":
            continue
        kind = _piece_type(wire, field)
        if kind not in _TYPES:
            return 0, False
        count, unknown = count + 1, unknown or kind == _UNKNOWN
    return count, unknown


def _piece_type(wire: Wire, piece: Field) -> int:
    """Return a piece's type, 1 (normal) where it says none; 0 for what is no piece of a model.

    A piece has a text and a finite score; old models leave the score of special pieces out.
    """
    kind, text, score = 1, "", math.nan
    for field in wire.fields(piece.offset, piece.end):
        slot = SCHEMA["SentencePiece"].get(field.number)
        if field.number < _EXTENSION and (slot is None or not slot.fits(field.wire)):
            return 0
        if field.number == 1:
            text = wire.read(field).decode("utf-8")
        elif field.number == 2:
            score = struct.unpack("<f", wire.read(field))[0]
        elif field.number == 3:
            kind = field.value
    scored = math.isfinite(score) or (math.isnan(score) and kind in (_UNKNOWN, _CONTROL))
    return kind if text and scored else 0


def read(blob: Blob) -> Model:
    """Read pieces, scores, and what the trainer was told; FormatError where it is not well-formed."""
    reader = Reader(Wire(blob), SCHEMA)
    scores: list[bytes] = []
    reader.close = lambda frame: _close(frame, reader, scores)
    top = reader.read("ModelProto")
    if not scores:
        raise FormatError("there are no pieces, so this is no SentencePiece model")
    trainer = cast("dict[str, object]", top.pop("trainer_spec", {}))
    tensor = Tensor("scores", "float32", (len(scores),), Computed(lambda: _joined(scores), 4 * len(scores)))
    return Model(
        format=FORMAT.name,
        tensors=(tensor,),
        structure=top,
        metadata={f"trainer_spec.{key}": _text(key, value) for key, value in trainer.items()},
        residue=reader.residue,
        noise={"field order and packing": bytes(reader.noise)} if reader.noise else {},
        complete=True,
        parameters=len(scores),
    )


def _close(frame: Frame, reader: Reader, scores: list[bytes]) -> object:
    """Return what stands for a message in the structure, scores and the table of characters taken out."""
    blob = reader.wire.blob
    if frame.kind == "SentencePiece":
        score = frame.value.pop("score", None)
        scores.append(reader.wire.read(cast(Field, score)) if score is not None else bytes(4))
        return frame.value if score is not None else {**frame.value, "score": "absent"}
    found = frame.value.get("precompiled_charsmap")
    if isinstance(found, Field):
        frame.value["precompiled_charsmap"] = opaque(blob, found.offset, found.length)
    return frame.value


def _joined(scores: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the scores' bytes, some ten thousand scores at a time."""
    for at in range(0, len(scores), 1 << 14):
        yield b"".join(scores[at : at + (1 << 14)])


def _text(key: str, value: object) -> str:
    """Return a field of the TrainerSpec as text: lists, and what is neither text nor number, as JSON."""
    if key == "model_type" and isinstance(value, int):
        return MODEL_TYPES.get(value, str(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
