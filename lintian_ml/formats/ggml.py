"""ggml's files before GGUF: whisper.cpp's, llama.cpp's (ggml, ggmf, ggjt), adapters (ggla) and GPT's.

Sources: whisper.cpp, models/convert-pt-to-ggml.py; llama.cpp before its change to GGUF, llama.cpp and
convert-lora-to-ggml.py; ggml, examples/gpt-2 and examples/gpt-j. The magic is a little-endian number, so on
disk it reads backwards. Nothing in a file tells which program's numbers follow: each is tried.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.encoding.plain import opaque
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.formats.gguf import BLOCKED
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("ggml", extensions=(".bin", ".ggml"), first=b"lfta", text=False)
NOISE = ("tensor order",)

MAGICS = {b"lmgg": "ggml", b"fmgg": "ggmf", b"tjgg": "ggjt", b"algg": "ggla"}
PLAIN = {0: ("float32", 4), 1: ("float16", 2)}
OLD_BLOCKS = {2: 20, 3: 24}
"""Bytes of one block of Q4_0 and Q4_1 while their scales had 32 bits."""

LARGEST = 1 << 20
"""A size, a count of layers or a vocabulary is smaller than this."""

AUDIO = (
    *("n_vocab", "n_audio_ctx", "n_audio_state", "n_audio_head", "n_audio_layer", "n_text_ctx"),
    *("n_text_state", "n_text_head", "n_text_layer", "n_mels", "ftype"),
)
LLAMA = ["n_vocab", "n_embd", "n_mult", "n_head", "n_layer", "n_rot", "ftype"]
GPT2 = ["n_vocab", "n_ctx", "n_embd", "n_head", "n_layer", "ftype"]
GPTJ = ["n_vocab", "n_ctx", "n_embd", "n_head", "n_layer", "n_rot", "ftype"]


@dataclass(frozen=True, slots=True)
class _Layout:
    """How one program lays out a file: its numbers' names, and what each token of the vocabulary has.

    ``tokens``: "none", "counted" (a count stands before them) or "n_vocab"; ``scores`` follow each; data is
    aligned to ``alignment`` bytes.
    """

    program: str
    names: tuple[str, ...]
    tokens: str = "none"
    scores: bool = False
    filters: bool = False
    alignment: int = 1


LAYOUTS: Mapping[str, tuple[_Layout, ...]] = {
    "ggml": (
        _Layout("whisper.cpp", AUDIO, "counted", filters=True),
        _Layout("llama.cpp", tuple(LLAMA), "n_vocab"),
        _Layout("gpt-2", tuple(GPT2), "counted"),
        _Layout("gpt-j", tuple(GPTJ), "counted"),
    ),
    "ggmf": (_Layout("llama.cpp", ("version", *LLAMA), "n_vocab", scores=True),),
    "ggjt": (_Layout("llama.cpp", ("version", *LLAMA), "n_vocab", scores=True, alignment=32),),
    "ggla": (_Layout("llama.cpp adapter", ("version", "lora_r", "lora_alpha"), alignment=32),),
}


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The magic, and numbers behind it that may be sizes of some program's layout."""
    magic = MAGICS.get(glimpse.head[:4])
    if magic is None:
        return None
    for layout in LAYOUTS[magic]:
        try:
            _sizes(Forward(Blob(glimpse.head), 4), layout)
        except FormatError:
            continue
        return Evidence.of({Kind.MAGIC: f"the magic number {magic}"})
    return None


def read(blob: Blob) -> Model:
    """Read the file as the first layout that accounts for all of it; FormatError where none does."""
    magic = MAGICS.get(blob.read(0, 4))
    if magic is None:
        raise FormatError("no magic number of ggml")
    troubles = []
    for layout in LAYOUTS[magic]:
        for blocks in ({}, OLD_BLOCKS):
            try:
                return _read(Forward(blob, 4), magic, layout, blocks)
            except FormatError as error:
                troubles.append(f"{layout.program}: {error}")
    raise FormatError(f"no known layout fits ({'; '.join(dict.fromkeys(troubles))})")


def _read(forward: Forward, magic: str, layout: _Layout, blocks: Mapping[int, int]) -> Model:
    sizes = _sizes(forward, layout)
    structure: dict[str, object] = {"magic": magic, "program": layout.program, **sizes}
    filters = list(_filters(forward)) if layout.filters else []
    start = forward.position
    _tokens(forward, layout, sizes)
    structure["vocabulary"] = opaque(forward.blob, start, forward.position - start)
    padding: dict[str, bytes] = {}
    codes: dict[str, str] = {}
    found = dict(_tensors(forward, layout, blocks, padding, codes))
    return Model(
        FORMAT.name,
        (*filters, *found.values()),
        {**structure, "quantisation": codes},
        residue=padding,
        noise={"tensor order": "\n".join(found).encode("utf-8", "backslashreplace")},
        complete=True,
        parameters=sum(tensor.elements for tensor in found.values()),
    )


def _sizes(forward: Forward, layout: _Layout) -> dict[str, int]:
    """Return the numbers behind the magic; FormatError where one is no possible size."""
    sizes = dict(zip(layout.names, forward.numbers(f"{len(layout.names)}i"), strict=True))
    for name, value in sizes.items():
        low, high = {"ftype": (0, 4000), "version": (1, 3)}.get(name, (1, LARGEST))
        if not low <= value <= high:
            raise FormatError(f"{name} is {value}")
    return sizes


def _filters(forward: Forward) -> Iterator[Tensor]:
    """Yield the bank of mel filters, which whisper.cpp carries and which nobody trained."""
    rows, columns = forward.numbers("ii")
    if not (0 < rows <= 1024 and 0 < columns <= LARGEST):
        raise FormatError(f"mel filters of {rows} by {columns}")
    start = forward.skip(4 * rows * columns)
    yield Tensor("mel_filters", "float32", (rows, columns), Span(forward.blob, start, 4 * rows * columns))


def _tokens(forward: Forward, layout: _Layout, sizes: Mapping[str, int]) -> None:
    """Step over the vocabulary."""
    if layout.tokens == "none":
        return
    count = forward.number("i") if layout.tokens == "counted" else sizes["n_vocab"]
    if not 0 < count <= sizes["n_vocab"] or 4 * count > forward.left:
        raise FormatError(f"a vocabulary of {count} tokens")
    for _ in range(count):
        length = forward.number("I")
        if length > 1 << 12:
            raise FormatError(f"a token of {length} bytes before offset {forward.position}")
        forward.take(length + (4 if layout.scores else 0))


def _tensors(
    forward: Forward,
    layout: _Layout,
    blocks: Mapping[int, int],
    padding: dict[str, bytes],
    codes: dict[str, str],
) -> Iterator[tuple[str, Tensor]]:
    """Yield the tensors up to the end of the file; note padding that is not zero, and block types."""
    names = set()
    while forward.left:
        axes, length, code = forward.numbers("3i")
        if not 0 < axes <= 4 or not 0 < length <= 256:
            raise FormatError(f"no tensor of {axes} axes at offset {forward.position - 12}")
        shape = forward.numbers(f"{axes}i")[::-1]
        name = forward.text(length)
        if not all(0 < size < 1 << 31 for size in shape) or not name.isprintable() or name in names:
            raise FormatError(f"no tensor {name!r:.60} of the shape {shape} before offset {forward.position}")
        names.add(name)
        gap = forward.take(-forward.position % layout.alignment)
        if any(gap):
            padding[f"before {name}"] = gap
        dtype, size = _size(code, shape, blocks)
        if dtype == "bytes":
            codes[name] = BLOCKED[code][0]
        yield name, Tensor(name, dtype, shape, Span(forward.blob, forward.skip(size), size))


def _size(code: int, shape: tuple[int, ...], blocks: Mapping[int, int]) -> tuple[str, int]:
    """Return the element type and the bytes of a tensor; FormatError for an unknown type."""
    if code in PLAIN:
        return PLAIN[code][0], PLAIN[code][1] * math.prod(shape)
    if code not in BLOCKED or shape[-1] % BLOCKED[code][1]:
        raise FormatError(f"a tensor of the type {code} and the shape {shape}")
    _, elements, width = BLOCKED[code]
    return "bytes", math.prod(shape) // elements * blocks.get(code, width)
