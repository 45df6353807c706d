"""OpenVINO's intermediate representation: a graph in XML, its constants in a .bin beside it.

(openvino, src/core/xml_util and docs "OpenVINO IR format", versions 10 and 11; older ones keep ``weights``
and ``biases`` within a layer.)
"""

import math
import re
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.plain import held
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.encoding.xml_markup import MARKUP, with_markup
from lintian_ml.encoding.xml_text import Walk, root_tag
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import BITS, Model, Span, Tensor

FORMAT = Format("openvino", extensions=(".xml",), first=b"<\xef \t\r\n")
NOISE = (SPELLING, MARKUP)

NET = re.compile(rb"<net\s[^<>]*\bname\s*=[^<>]*>", re.DOTALL)
VERSION = re.compile(rb"""\bversion\s*=\s*["']\d{1,3}["']""")
LAYERS = re.compile(rb"\s*<layers\s*>\s*<layer\s")
DTYPES = {
    "f16": "float16",
    "f32": "float32",
    "f64": "float64",
    "bf16": "bfloat16",
    "boolean": "bool",
    "fp16": "float16",
    "fp32": "float32",
    "f8e4m3": "float8e4m3fn",
    "f8e5m2": "float8e5m2",
    **{f"i{bits}": f"int{bits}" for bits in (8, 16, 32, 64)},
    **{f"u{bits}": f"uint{bits}" for bits in (8, 16, 32, 64)},
}
"""Our names for the element types, and for the precisions of old layers, in lower case; those of less than
a byte, and any that is not here, are opaque bytes.
"""

MOST_LAYERS = 1_000_000
MOST_DIMENSIONS = 64
MOST_METADATA = 10_000
LONGEST_TOLD = 1 << 16
"""Characters of the metadata of one key to which no more are added."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the root net with its version, and right behind it the first layer."""
    if glimpse.head[:1] not in b"<\xef \t\r\n" or b"<layers" not in glimpse.head:
        return None
    tag, end = root_tag(glimpse.head)
    if not NET.fullmatch(tag) or not VERSION.search(tag) or not LAYERS.match(glimpse.head[end : end + 4096]):
        return None
    return Evidence.of({Kind.MAGIC: "a net of OpenVINO with its layers"})


def read(blob: Blob) -> Model:
    """Read the graph, and where the constants lie in the .bin; FormatError where they do not fit it.

    Where the .bin is not at hand the constants are counted, but not delivered.
    """
    reader = _Reader()
    reader.walk.walk(blob)
    if reader.root is None:
        raise FormatError("a document whose root is not net")
    name = blob.name.replace("\\", "/").rpartition("/")[2].removesuffix(".xml") + ".bin"
    constants = reader.constants
    weights = blob.sibling(name) if constants else None
    residue = dict(_unused(weights, constants)) if weights else {}
    structure = {"net": reader.root, "layers": reader.layers, "outline": reader.walk.outline.hexdigest()}
    model = Model(
        format=FORMAT.name,
        tensors=tuple(constant.tensor(weights) for constant in constants) if weights else (),
        structure=structure,
        metadata=reader.walk.with_comments(reader.metadata),
        residue=residue,
        remarks=() if weights or not constants else (f"the constants in {name} are not at hand",),
        complete=bool(weights) or not constants,
        parameters=sum(math.prod(constant.shape) for constant in constants),
        parts=(name,) if constants else (),
    )
    return with_markup(with_spelling(model, blob), blob)


@dataclass(frozen=True, slots=True)
class _Constant:
    """Where a constant lies in the .bin: ``length`` bytes from ``offset``."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    offset: int
    length: int

    def tensor(self, weights: Blob) -> Tensor:
        """Return the constant as a tensor; FormatError where it reaches out of the .bin."""
        weights.part(self.offset, self.length)
        return Tensor(self.name, self.dtype, self.shape, Span(weights, self.offset, self.length))


def _unused(weights: Blob, constants: list[_Constant]) -> dict[str, bytes]:
    """Return the bytes of the .bin that no constant has, by where they are."""
    found: dict[str, bytes] = {}
    at = 0
    ends = [(weights.size, weights.size)]
    for begin, end in sorted((c.offset, c.offset + c.length) for c in constants) + ends:
        if begin > at and len(found) < MOST_METADATA:
            found[f"bytes {at} to {begin} of the constants"] = held(weights, at, begin - at)
        at = max(at, end)
    return found


@dataclass(slots=True)
class _Layer:
    """The layer that is being read; tensors get its name."""

    name: str
    precision: str
    kind: str


class _Reader:
    """Follows one document."""

    def __init__(self) -> None:
        self.walk = Walk(self._start, self._end)
        self.root: dict[str, str] | None = None
        self.layers: list[dict[str, str]] = []
        self.constants: list[_Constant] = []
        self.metadata: dict[str, str] = {}
        self._layer = _Layer("", "", "")
        self._names: set[str] = set()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        path = self.walk.path
        if len(path) == 1:
            if tag != "net":
                raise FormatError(f"the root is {tag[:40]!r}, not net")
            self.root = dict(attributes)
            return
        if path[1] in ("rt_info", "meta_data", "cli_parameters"):
            self._tell(path, attributes)
            return
        self.walk.note("start", tag, *(word for pair in sorted(attributes.items()) for word in pair))
        if path[-2:] == ["layers", "layer"]:
            self._begin(attributes)
        elif {"offset", "size"} <= attributes.keys() and self._holds_constant(tag):
            self._constant(tag, attributes)

    def _begin(self, attributes: dict[str, str]) -> None:
        self._layer = _Layer(
            attributes.get("name", ""), attributes.get("precision", ""), attributes.get("type", "")
        )
        self.layers.append({key: attributes[key] for key in ("name", "type", "version") if key in attributes})
        if len(self.layers) > MOST_LAYERS:
            raise LimitError(f"more than {MOST_LAYERS} layers")

    def _holds_constant(self, tag: str) -> bool:
        """Whether a tag says where a constant lies: the data of a Const, or a blob of an old layer."""
        return (tag == "data" and self._layer.kind == "Const") or tag in ("weights", "biases", "custom")

    def _constant(self, tag: str, attributes: dict[str, str]) -> None:
        """Take note of a constant: a layer's data, or weights and biases within an old layer."""
        place = f"layer {self._layer.name[:40]!r}"
        offset, length = (_natural(attributes[key], place) for key in ("offset", "size"))
        name = self._layer.name if tag == "data" else f"{self._layer.name}.{tag}"
        precision = attributes.get("element_type", attributes.get("precision", self._layer.precision))
        dtype = DTYPES.get(precision.lower(), "bytes")
        width = BITS.get(dtype, 8) // 8
        text = attributes.get("shape")
        if dtype == "bytes" or text is None:
            shape: tuple[int, ...] = (length // width,)
        else:
            shape = tuple(_natural(word, place) for word in text.split(",") if word.strip())
        if len(shape) > MOST_DIMENSIONS or math.prod(shape) * width != length:
            raise FormatError(f"{place}: {length} bytes for the shape {shape} of {dtype}")
        if name in self._names:
            name = f"{name}.{len(self.constants)}"
        self._names.add(name)
        self.constants.append(_Constant(name, dtype, shape, offset, length))

    def _tell(self, path: list[str], attributes: dict[str, str]) -> None:
        for name, value in attributes.items():
            key = ".".join(path[2:] if name == "value" else [*path[2:], name])
            self._add(key, value)

    def _add(self, key: str, value: str) -> None:
        """Add to the metadata; a second value of a key follows the first in a line of its own."""
        told = self.metadata.get(key)
        self.metadata[key] = value if told is None else f"{told}\n{value}"
        if len(self.metadata) > MOST_METADATA or len(told or "") > LONGEST_TOLD:
            raise LimitError(f"too much is told under {key[:40]!r}")

    def _end(self, tag: str, text: str) -> None:
        if self.walk.path[1:2] in (["rt_info"], ["meta_data"], ["cli_parameters"]):
            if text:
                self._add(".".join(self.walk.path[2:]), text)
            return
        if text:
            self.walk.note("text", text)
        self.walk.note("end", tag)


def _natural(word: str, place: str) -> int:
    word = word.strip()
    if not word.isascii() or not word.isdigit() or len(word) > 18:
        raise FormatError(f"{place}: {word[:40]!r} is no length")
    return int(word)
