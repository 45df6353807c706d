"""LiteRT-LM's bundles of language models, ``.litertlm`` (LiteRT-LM, schema/core/litertlm_header_schema.fbs).

A mark, versions and a flatbuffer that tells where each section lies: networks of TensorFlow Lite, tokenizers,
metadata. The sections stay whole: each is one run of bytes.
"""

from collections.abc import Iterator, Mapping

from lintian_ml.blob import Blob
from lintian_ml.encoding.flatbuffers import Walk, schema
from lintian_ml.encoding.plain import held
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("litert-lm", extensions=(".litertlm",), first=b"L")

NOISE = ("layout",)

MARK = b"LITERTLM"
HEADER = 32
END = 24
"""Where the offset stands at which the flatbuffer ends; it begins behind the header."""

LONGEST_HEADER = 16 << 20
SECTIONS = {
    1: "binary",
    3: "tflite",
    4: "sentencepiece",
    5: "llm metadata",
    6: "hf tokenizer",
    7: "tflite weights",
    8: "embedding metadata",
    9: "executor metadata",
    10: "tts metadata",
    11: "asr metadata",
}
MODELS = frozenset((3, 4, 6, 7))
"""The kinds of sections that hold what was trained."""

SCHEMA = schema(
    """
    Metadata: system System, sections Sections
    System: entries Pair*
    Sections: objects Section*
    Section: items Pair*, begin u64, end u64, kind u8
    Pair: key string, value_type u8, value Value
    Byte: value u8
    Short: value u16
    Word: value u32
    Float: value f32
    Long: value u64
    Text: value string
    """,
    {
        "Value": {9: "Text", 7: "Float", **dict.fromkeys((1, 2, 8), "Byte"), 3: "Short", 4: "Short"}
        | {5: "Word", 6: "Word", **dict.fromkeys((10, 11, 12), "Long")}
    },
)


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The mark, and a header that ends within the file."""
    if not glimpse.head.startswith(MARK) or len(glimpse.head) < HEADER:
        return None
    major, end = (int.from_bytes(glimpse.head[at : at + size], "little") for at, size in ((8, 4), (END, 8)))
    if not (0 < major < 100 and HEADER + 8 <= end <= min(glimpse.size, LONGEST_HEADER)):
        return None
    notes = {
        Kind.MAGIC: f"begins as a bundle of LiteRT-LM, version {major}",
        Kind.STRUCTURE: f"its header ends at {end}",
    }
    return Evidence.of(notes)


def read(blob: Blob) -> Model:
    """Read the header, and return the sections that hold what was trained where they lie.

    FormatError where a section lies out of the file or over another.
    """
    if blob.read(0, 8) != MARK:
        raise FormatError("no bundle of LiteRT-LM")
    end = int.from_bytes(blob.read(END, 8), "little")
    if end > LONGEST_HEADER:
        raise LimitError(f"a header of {end} bytes, but {LONGEST_HEADER >> 20} MiB are read at most")
    walk = Walk(blob.part(HEADER, end - HEADER), SCHEMA)
    top = walk.root("Metadata")
    sections = list(_sections(top))
    layout, bits = walk.layout()
    versions = [int.from_bytes(blob.read(at, 4), "little") for at in (8, 12, 16)]
    residue = {f"header: {name}": data for name, data in walk.gaps()}
    residue |= dict(_gaps(blob, end, sections))
    if any(unused := blob.read(20, 4)):
        residue["bytes 20 to 24"] = unused
    return Model(
        FORMAT.name,
        tuple(_tensors(blob, sections)),
        {"version": versions, "header": top},
        {},
        residue,
        {"layout": layout},
        complete=True,
        noise_bits={"layout": bits},
    )


def _sections(top: Mapping[str, object]) -> Iterator[tuple[int, int, int]]:
    """Yield kind, beginning and end of each section."""
    told = top.get("sections")
    objects = told.get("objects", []) if isinstance(told, dict) else []
    for section in objects if isinstance(objects, list) else []:
        numbers = [section.get(key, 0) for key in ("kind", "begin", "end")]
        kind, begin, end = (number if isinstance(number, int) else 0 for number in numbers)
        if kind not in SECTIONS:
            raise FormatError(f"a section of the unknown kind {kind}")
        yield kind, begin, end


def _tensors(blob: Blob, sections: list[tuple[int, int, int]]) -> Iterator[Tensor]:
    """Yield the sections that hold what was trained; FormatError where there is none."""
    found = 0
    for number, (kind, begin, end) in enumerate(sections):
        blob.part(begin, end - begin)
        if kind in MODELS and end > begin:
            found += 1
            span = Span(blob, begin, end - begin)
            yield Tensor(f"{SECTIONS[kind]}.{number}", "bytes", (end - begin,), span)
    if not found:
        raise FormatError("a bundle of LiteRT-LM in which nothing was trained")


def _gaps(blob: Blob, at: int, sections: list[tuple[int, int, int]]) -> Iterator[tuple[str, bytes]]:
    """Yield what lies between and behind the sections and is not zeros, and sections that are no models."""
    for kind, begin, end in sorted(sections, key=lambda section: section[1]):
        if begin < at or end < begin:
            raise FormatError(f"a section from {begin} to {end} lies over what ends at {at}")
        if _is_filled(blob, at, begin - at):
            yield f"bytes {at} to {begin}", held(blob, at, begin - at)
        if kind not in MODELS:
            yield f"{SECTIONS[kind]} at {begin}", held(blob, begin, end - begin)
        at = end
    if _is_filled(blob, at, blob.size - at):
        yield f"bytes {at} to {blob.size}", held(blob, at, blob.size - at)


def _is_filled(blob: Blob, offset: int, length: int) -> bool:
    return any(block.strip(b"\0") for block in blob.blocks(offset, length))
