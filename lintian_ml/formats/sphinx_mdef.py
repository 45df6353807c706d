"""CMU Sphinx's model definition: which states of phones share a density (pocketsphinx, mdef.c, bin_mdef.c).

The tying of states comes out of training (decision trees over the training data).
"""

import re
import struct
from array import array
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.lines import whole_text
from lintian_ml.encoding.packed import packed
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format(
    "sphinx-mdef", extensions=(".mdef",), first=b"BF0# \t", like=rb"BMDF|FDMB|(?:[ \t]*+#[^\n]*+\n)*+0\.3\n"
)
NOISE = (SPELLING,)

MARKS = {b"BMDF": "<", b"FDMB": ">"}
DESCRIPTION = b"BEGIN FILE FORMAT DESCRIPTION"
COUNTS = (
    "n_ciphone",
    "n_phone",
    "n_emit_state",
    "n_ci_sen",
    "n_sen",
    "n_tmat",
    "n_sseq",
    "n_ctx",
    "n_cd_tree",
    "sil",
)
TEXT = re.compile(rb"(?:[ \t]*#[^\n]*\n)*0\.3\n(?=(?:[ \t]*#[^\n]*\n)*\d+ n_base\b)")
VERSION = b"0.3"
TEXT_COUNTS = ("n_base", "n_tri", "n_state_map", "n_tied_state", "n_tied_ci_state", "n_tied_tmat")
LONGEST_DESCRIPTION = 1 << 16
LONGEST = 256 << 20
"""Bytes of the longest definition in text that is read."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the binary's mark and description, or the text's version and first count."""
    head = glimpse.head
    if head[:4] in MARKS and head[12 : 12 + len(DESCRIPTION)] == DESCRIPTION:
        return Evidence.of({Kind.MAGIC: "a model definition of CMU Sphinx, in binary"})
    if TEXT.match(head[:4096]) and b"n_tied_state" in head[:4096]:
        return Evidence.of({Kind.MAGIC: "a model definition of CMU Sphinx, in text"})
    return None


def read(blob: Blob) -> Model:
    """Read counts, phones and states; FormatError where counts and contents contradict each other."""
    if blob.size >= 4 and blob.read(0, 4) in MARKS:
        return _read_binary(blob)
    return _read_text(blob)


@dataclass(slots=True)
class _Cursor:
    """Cuts a blob into consecutive pieces."""

    blob: Blob
    at: int

    def take(self, length: int) -> Span:
        self.blob.part(self.at, length)
        self.at += length
        return Span(self.blob, self.at - length, length)


def _read_binary(blob: Blob) -> Model:
    order = MARKS[blob.read(0, 4)]
    version, described = struct.unpack(order + "II", blob.read(4, 8))
    if described > LONGEST_DESCRIPTION:
        raise LimitError(f"a description of {described} bytes, but {LONGEST_DESCRIPTION} are read at most")
    cursor = _Cursor(blob, 12 + described)
    description = blob.read(12, described)
    counts = dict(zip(COUNTS, struct.unpack(order + "10i", blob.read(cursor.at, 40)), strict=True))
    cursor.at += 40
    if min(counts.values()) < 0 or not counts["n_ciphone"] or counts["n_ciphone"] > counts["n_phone"]:
        raise FormatError(f"impossible counts: {counts}")
    names, padding = _names(cursor, counts["n_ciphone"])
    big = order == ">"
    tree = cursor.take(8 * counts["n_cd_tree"])
    phones = cursor.take(12 * counts["n_phone"])
    (states,) = struct.unpack(order + "I", blob.read(cursor.at, 4))
    cursor.at += 4
    sequences = cursor.take(2 * states)
    if counts["n_emit_state"] and states != counts["n_sseq"] * counts["n_emit_state"]:
        raise FormatError(f"{states} states in {counts['n_sseq']} sequences of {counts['n_emit_state']}")
    lengths = cursor.take(0 if counts["n_emit_state"] else counts["n_sseq"])
    tensors = [
        Tensor("cd_tree", "bytes", (counts["n_cd_tree"], 8), tree, big),
        Tensor("phones", "bytes", (counts["n_phone"], 12), phones, big),
        Tensor("state_sequences", "uint16", (states,), sequences, big),
    ]
    if lengths.length:
        tensors.append(Tensor("sequence_lengths", "uint8", (lengths.length,), lengths))
    rest = blob.read(cursor.at, blob.size - cursor.at) if blob.size - cursor.at <= 1 << 20 else None
    return Model(
        format=FORMAT.name,
        tensors=tuple(tensors),
        structure={"version": version, "counts": counts, "base_phones": names},
        metadata={"format description": description.decode("latin-1")},
        residue={
            name: data for name, data in (("padding of names", padding), ("trailing bytes", rest)) if data
        },
        parameters=states,
        complete=rest is not None,
    )


def _names(cursor: _Cursor, count: int) -> tuple[list[str], bytes]:
    """Read the zero-terminated names of the base phones; return them, and what the padding behind them holds
    but zeros.
    """
    area = cursor.blob.read(cursor.at, min(cursor.blob.size - cursor.at, 64 * count))
    names = area.split(b"\0", count)
    if len(names) <= count:
        raise FormatError(f"{len(names) - 1} names of base phones, but {count} are announced")
    length = sum(len(name) + 1 for name in names[:count])
    end = cursor.at + length
    cursor.at = end + -length % 4
    padding = cursor.blob.read(end, -length % 4)
    return [name.decode("latin-1") for name in names[:count]], padding.strip(b"\0")


def _read_text(blob: Blob) -> Model:
    text = whole_text(blob, LONGEST).splitlines()
    comments = [line for line in text if line.lstrip().startswith(b"#")]
    lines = [words for line in text if (words := line.split()) and not words[0].startswith(b"#")]
    if lines[:1] != [[VERSION]]:
        raise FormatError("the first line is not the version of a model definition")
    counts = _text_counts(lines[1:7])
    rows = lines[7:]
    phones = counts["n_base"] + counts["n_tri"]
    if len(rows) != phones or not phones:
        raise FormatError(f"{len(rows)} phones, but {phones} are announced")
    states = counts["n_state_map"] // phones - 1
    if any(len(row) != 7 + states or row[-1] != b"N" for row in rows):
        raise FormatError(f"a phone's row is not its name, context, kind, matrix and {states} states")
    try:
        tied = array("i", [int(word) for row in rows for word in row[6:-1]])
        matrices = array("i", [int(row[5]) for row in rows])
    except (ValueError, OverflowError) as error:
        raise FormatError(f"the number of a state or a matrix: {error}") from error
    model = Model(
        format=FORMAT.name,
        tensors=(
            Tensor("states", "int32", (len(tied),), packed(tied)),
            Tensor("transition_matrix", "int32", (phones,), packed(matrices)),
        ),
        structure={
            "counts": counts,
            "phones": [b" ".join(row[:5]).decode("latin-1") for row in rows],
        },
        metadata={"comment": b"\n".join(comments).decode("latin-1")} if comments else {},
        parameters=len(tied),
        complete=True,
    )
    return with_spelling(model, blob)


def _text_counts(lines: list[list[bytes]]) -> dict[str, int]:
    try:
        counts = {name.decode("ascii"): int(number) for number, name in lines}
    except ValueError as error:
        raise FormatError("a line of the header is not a number and a name") from error
    if set(counts) != set(TEXT_COUNTS) or min(counts.values()) < 0:
        raise FormatError(f"the header counts {sorted(counts)}")
    return counts
