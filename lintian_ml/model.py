"""A model as a reader delivers it: tensors, structure, metadata, residue, framing and noise.

The six parts account for every byte of the file: what is in none of the first three, is not re-derived from
them (framing) and is not on the format's list of noise, is residue.
"""

import enum
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lintian_ml.blob import Blob

BITS: Mapping[str, int] = {
    **dict.fromkeys(("int4", "uint4", "float4e2m1"), 4),
    **dict.fromkeys(("int2", "uint2"), 2),
    **dict.fromkeys(("bool", "int8", "uint8", "float8e4m3fn", "float8e4m3fnuz", "float8e5m2"), 8),
    **dict.fromkeys(("float8e5m2fnuz", "float8e8m0"), 8),
    **dict.fromkeys(("int16", "uint16", "float16", "bfloat16"), 16),
    **dict.fromkeys(("int32", "uint32", "float32"), 32),
    **dict.fromkeys(("int64", "uint64", "float64", "complex64"), 64),
    "complex128": 128,
}
"""The element types that a tensor may have, and the bits of one element. ``bytes`` is the type of opaque
codes (block-quantised tensors) and ``string`` of strings; both have no fixed width.
"""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a payload lies uncompressed: ``length`` bytes of ``blob`` from ``offset``."""

    blob: Blob
    offset: int
    length: int

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes, a cache-sized block at a time."""
        return self.blob.blocks(self.offset, self.length)


@dataclass(frozen=True, slots=True)
class Computed:
    """A payload that must be decoded: decompressed, gathered by strides, or parsed from text.

    ``make`` starts over each time it is called; it yields ``length`` bytes in all.
    """

    make: Callable[[], Iterator[bytes]]
    length: int

    def blocks(self) -> Iterator[bytes]:
        """Yield the decoded bytes."""
        return self.make()


Payload = Span | Computed


@dataclass(frozen=True, slots=True)
class Tensor:
    """One named array: ``dtype`` as in BITS (or ``bytes``, ``string``), ``shape`` outermost first, elements
    in C order.

    ``big_endian`` tells the byte order of the payload's elements; of packed sub-byte types the first
    element has the low bits.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    payload: Payload
    big_endian: bool = False

    @property
    def elements(self) -> int:
        """How many elements there are: 1 for a scalar."""
        return math.prod(self.shape)

    @property
    def expected_length(self) -> int | None:
        """The payload's length in bytes by dtype and shape; None for the types without a fixed width."""
        bits = BITS.get(self.dtype)
        return None if bits is None else (self.elements * bits + 7) // 8


@dataclass(frozen=True, slots=True)
class Model:
    """What one model file holds.

    ``structure`` is plain JSON data (graph, operators, attributes, hyper-parameters, code); ``metadata``
    maps the format's own key names to text; ``residue`` names each run of bytes that nothing accounts for
    and holds them; ``noise`` names what may differ without meaning and holds its bytes, or the SHA-256 of
    them: ``noise_bits`` then has the bits that they could carry. Its names are on the fixed list NOISE of
    the format's module, where a star stands for the name of a member or tensor. ``remarks`` are sentences
    for people: opaque parts, inconsistencies, hazards. ``complete`` is false where some bytes are in no
    part, so that no verdict weaker than byte equality can be given. ``parameters`` counts elements when
    tensors are not delivered one by one (None: the sum over ``tensors``). ``parts`` are the other files that
    belong to the model, by their paths from its folder, above which none leads; a part that is there or not
    is told alike. ``encoding`` tells apart the containers that
    one format may have; between two of them only tensors are comparable.
    """

    format: str
    tensors: Sequence[Tensor] = ()
    structure: object = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    residue: Mapping[str, bytes] = field(default_factory=dict)
    noise: Mapping[str, bytes] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    complete: bool = False
    parameters: int | None = None
    parts: tuple[str, ...] = ()
    noise_bits: Mapping[str, int] = field(default_factory=dict)
    encoding: str = ""

    @property
    def parameter_count(self) -> int:
        """The number of elements in all tensors."""
        return sum(tensor.elements for tensor in self.tensors) if self.parameters is None else self.parameters

    def capacity(self, noise: str) -> int:
        """Return how many bits the noise of that name could carry; 0 where there is none."""
        return self.noise_bits.get(noise, 8 * len(self.noise.get(noise, b"")))


class Certainty(enum.Enum):
    """How sure it is that a file is a model."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"


class Nature(enum.Enum):
    """Whether a model's parameters are a product of training."""

    TRAINED = "trained"
    UNTRAINED = "untrained"
    UNDECIDED = "undecided"
    NOT_A_MODEL = "not-a-model"
    ALLOWLISTED = "allowlisted"
