"""Checkpoints of llama2.c, versions 0 to 2 (llama2.c, export.py).

Versions 1 and 2 have a mark; version 0 has seven integers only and is known by its name and by sizes that
fill the file to the byte.
"""

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

MULTIPLE = 8
"""What the width of every network of version 0 is a multiple of."""

FORMAT = Format(
    "llama2-c",
    extensions=(".bin",),
    first=b"2\x00\x08\x10\x18\x20\x28\x30\x38\x40\x48\x50\x58\x60\x68\x70\x78\x80\x88\x90\x98\xa0\xa8\xb0\xb8\xc0\xc8\xd0\xd8\xe0\xe8\xf0\xf8",
    text=False,
)

MARK = b"24ka"
HEADER = 256
MOST_LAYERS = 1000
NAMES = ("stories", "llama", "model")
"""Words that the name of a file of version 0 must have one of."""


@dataclass(frozen=True, slots=True)
class _Sizes:
    """The hyper-parameters; ``group`` elements have one scale, 0 where none are quantised."""

    version: int
    shared: bool
    group: int
    dim: int
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    vocabulary: int
    length: int

    @property
    def possible(self) -> bool:
        """Whether such a network can be."""
        sizes = (self.dim, self.hidden, self.layers, self.heads, self.kv_heads, self.vocabulary, self.length)
        return (
            all(0 < size < 1 << 20 for size in sizes)
            and self.layers <= MOST_LAYERS
            and not self.dim % self.heads
            and not self.heads % self.kv_heads
            and not (self.group and self.dim % self.group)
        )

    def norms(self) -> dict[str, tuple[int, ...]]:
        """The layers that are never quantised."""
        rows = (self.layers, self.dim)
        return {"rms_att_weight": rows, "rms_ffn_weight": rows, "rms_final_weight": (self.dim,)}

    def matrices(self) -> dict[str, tuple[int, ...]]:
        """The layers of matrices, in the order of versions 1 and 2."""
        layers, dim, hidden = self.layers, self.dim, self.hidden
        narrow = dim // self.heads * self.kv_heads
        found: dict[str, tuple[int, ...]] = {"token_embedding_table": (self.vocabulary, dim)}
        found |= {"wq": (layers, dim, dim), "wk": (layers, narrow, dim), "wv": (layers, narrow, dim)}
        found |= {"wo": (layers, dim, dim), "w1": (layers, hidden, dim), "w2": (layers, dim, hidden)}
        found |= {"w3": (layers, hidden, dim)}
        return found if self.shared else found | {"wcls": (self.vocabulary, dim)}


def _sizes(head: bytes) -> _Sizes | None:
    """Return the hyper-parameters that a file begins with; None where they are impossible."""
    if len(head) < 44:
        return None
    if head.startswith(MARK):
        version, *numbers = struct.unpack("<8i", head[4:36])
        (group,) = struct.unpack("<i", head[37:41]) if version == 2 else (0,)
        sizes = _Sizes(version, head[36] == 1, group, *numbers)
        known = version == 1 or (version == 2 and group > 0)
        return sizes if known and head[36] < 2 and sizes.possible else None
    numbers = list(struct.unpack("<7i", head[:28]))
    shared = numbers[5] > 0
    numbers[5] = abs(numbers[5])
    sizes = _Sizes(0, shared, 0, *numbers)
    return sizes if sizes.possible and not sizes.dim % MULTIPLE else None


def _plan(sizes: _Sizes) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Yield name, type and shape of each run of numbers, in the order of the file."""
    norms, matrices = sizes.norms(), sizes.matrices()
    if sizes.version == 0:
        head = (sizes.length, sizes.dim // sizes.heads // 2)
        every = norms | matrices | {"freq_cis_real": head, "freq_cis_imag": head}
        order = "token_embedding_table rms_att_weight wq wk wv wo rms_ffn_weight w1 w2 w3 rms_final_weight"
        names = [*order.split(), "freq_cis_real", "freq_cis_imag", *([] if sizes.shared else ["wcls"])]
        yield from ((name, "float32", every[name]) for name in names)
        return
    yield from ((name, "float32", shape) for name, shape in norms.items())
    for name, shape in matrices.items():
        if not sizes.group:
            yield name, "float32", shape
            continue
        each = shape[0] if len(shape) > 2 else 1
        one = shape[1:] if len(shape) > 2 else shape
        for layer in range(each):
            title = f"{name}.{layer}" if len(shape) > 2 else name
            yield title, "int8", one
            yield f"{title}.scale", "float32", (math.prod(one) // sizes.group,)


def _length(dtype: str, shape: tuple[int, ...]) -> int:
    return math.prod(shape) * (1 if dtype == "int8" else 4)


def _start(sizes: _Sizes) -> int:
    return HEADER if sizes.version else 28


def _fills(sizes: _Sizes, size: int) -> bool:
    return _start(sizes) + sum(_length(dtype, shape) for _, dtype, shape in _plan(sizes)) == size


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The mark, or for version 0 a name; in both cases sizes that fill the file to the byte."""
    marked = glimpse.head.startswith(MARK)
    if not marked and not (glimpse.named((".bin",)) and _named(glimpse.basename)):
        return None
    sizes = _sizes(glimpse.head[:64])
    if sizes is None or not _fills(sizes, glimpse.size):
        return None
    notes = {Kind.STRUCTURE: f"{sizes.layers} layers of llama2.c fill the file to the byte"}
    if marked:
        return Evidence.of({Kind.MAGIC: f"begins as llama2.c's version {sizes.version}", **notes})
    return Evidence.of({Kind.NAME: f"is named {glimpse.basename[:60]}", **notes})


def _named(name: str) -> bool:
    return any(word in name.lower() for word in NAMES)


def read(blob: Blob) -> Model:
    """Return each layer where it lies; FormatError where the sizes do not fill the file."""
    sizes = _sizes(blob.read(0, min(blob.size, 64)))
    if sizes is None or not _fills(sizes, blob.size):
        raise FormatError("no checkpoint of llama2.c")
    tensors, at = [], _start(sizes)
    for name, dtype, shape in _plan(sizes):
        length = _length(dtype, shape)
        tensors.append(Tensor(name, dtype, shape, Span(blob, at, length)))
        at += length
    used = {1: 37, 2: 41}.get(sizes.version, 28)
    rest = blob.read(used, _start(sizes) - used)
    structure = {name: getattr(sizes, name) for name in _Sizes.__slots__}
    residue = {f"bytes at {used}": rest} if any(rest) else {}
    return Model(FORMAT.name, tuple(tensors), structure, residue=residue, complete=True)
