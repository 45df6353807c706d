"""NumPy .npy, one array after a literal header (NumPy Enhancement Proposal 1; numpy.lib.format)."""

import ast
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.encoding.strides import view
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import BITS, Model, Payload, Span, Tensor

FORMAT = Format("npy", extensions=(".npy",), mark=b"\x93NUMPY")
NOISE = ("memory order of *", "byte order of *", "header padding of *", "header text of *", "version of *")

MAGIC = FORMAT.mark

HEADER_LIMIT = 64 << 10
"""Bytes of header that are read at most."""

RESIDUE_LIMIT = 16 << 20
"""Bytes after the array that are kept at most."""

UNNAMED = "arr_0"
"""The name that numpy.savez gives to an array without one."""

_PREFIX: Mapping[bytes, tuple[int, str]] = {
    b"\x01\x00": (2, "latin-1"),
    b"\x02\x00": (4, "latin-1"),
    b"\x03\x00": (4, "utf-8"),
}
_TELLING = re.compile(r"(?<![a-z])(?:weights?|models?|checkpoints?|ckpts?|embeddings?)(?![a-z])")
_TEXT = re.compile(r"'(?:[^'\\\n]|\\.){0,4096}'|\"(?:[^\"\\\n]|\\.){0,4096}\"")
_PLAIN = re.compile(r"[\s0-9A-Za-z_,:()\[\]{}]*")
_TYPE = re.compile(r"([<>|=])([biufcSUVmMO])(\d{0,18})(?:\[\d{0,6}[A-Za-z]{1,2}\])?")
_KINDS = {"b": "bool", "i": "int", "u": "uint", "f": "float", "c": "complex"}


@dataclass(frozen=True, slots=True)
class Header:
    """What precedes an array: its type as numpy describes it, memory order, shape, and where the data begins.

    ``text`` is the header's text without its padding, ``padding`` the bytes up to ``start``; ``version`` the
    two bytes after the magic.
    """

    descr: object
    fortran: bool
    shape: tuple[int, ...]
    start: int
    text: str
    padding: bytes
    version: bytes


@dataclass(frozen=True, slots=True)
class Element:
    """One element's type in our names, its bytes in the file, its byte order; whether it holds a pickle."""

    dtype: str
    width: int
    big_endian: bool = False
    pickled: bool = False


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The magic and a header that describes an array which fits in the file."""
    if not glimpse.head.startswith(MAGIC):
        return None
    try:
        header = read_header(Blob(glimpse.head))
        element = element_of(header.descr)
    except (FormatError, LimitError):
        return None
    if not element.pickled and header.start + math.prod(header.shape) * element.width > glimpse.size:
        return None
    notes = {Kind.MAGIC: "begins as a NumPy array", Kind.STRUCTURE: f"an array of shape {list(header.shape)}"}
    if tells_of_weights(glimpse.name) and not _are_points(glimpse.name, header.shape):
        notes[Kind.NAME] = "the name speaks of a model"
    return Evidence.of(notes, carrier=True)


def _are_points(path: str, shape: tuple[int, ...]) -> bool:
    """Whether what is called an embedding is one in a plane or in space: that is drawn, not learnt from."""
    words = _TELLING.findall(path.lower())
    return len(shape) == 2 and shape[1] < 4 and all(word.startswith("embedding") for word in words)


def tells_of_weights(path: str) -> bool:
    """Whether the words of a path say weights, model, checkpoint or embedding."""
    return _TELLING.search(path.lower()) is not None


def read(blob: Blob) -> Model:
    """Read the header and demand that the array is all there; elements are read later."""
    return read_array(blob, UNNAMED)


def read_array(blob: Blob, name: str) -> Model:
    """Return the model that holds the one array of ``blob`` under ``name``."""
    header = read_header(blob)
    element = element_of(header.descr)
    if element.pickled:
        remark = f"{name} is an array of objects: holds a pickle, not read"
        return Model(FORMAT.name, structure=_structure(name, header, element), remarks=(remark,))
    length = math.prod(header.shape) * element.width
    trailing = blob.size - header.start - length
    if trailing < 0:
        raise FormatError(
            f"npy array of {length} bytes claimed at offset {header.start}, "
            f"but there are {blob.size} bytes in all"
        )
    kept = trailing <= RESIDUE_LIMIT
    residue = {f"after {name}": blob.read(header.start + length, trailing)} if trailing and kept else {}
    return Model(
        format=FORMAT.name,
        tensors=(_tensor(name, blob, header, element),),
        structure=_structure(name, header, element),
        residue=residue,
        noise=dict(_noise(name, header, element)),
        remarks=tuple(_remarks(name, header, element, 0 if kept else trailing)),
        complete=kept,
    )


def read_header(blob: Blob) -> Header:
    """Parse the header; FormatError where it is not one, LimitError where it is longer than 64 KiB."""
    opening = blob.read(0, min(12, blob.size))
    version = opening[6:8]
    if not opening.startswith(MAGIC) or version not in _PREFIX:
        raise FormatError("npy magic or version is unknown")
    width, encoding = _PREFIX[version]
    if len(opening) < 8 + width:
        raise FormatError("npy header ends within its length")
    length = int.from_bytes(opening[8 : 8 + width], "little")
    if length > HEADER_LIMIT:
        raise LimitError(f"npy header of {length} bytes; at most {HEADER_LIMIT} are read")
    raw = blob.read(8 + width, length)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        raise FormatError("npy header is not UTF-8") from None
    fields = _literal(text.strip(" \n"))
    shape, fortran = _extents(fields["shape"]), fields["fortran_order"]
    if not isinstance(fortran, bool):
        raise FormatError(f"npy fortran_order {fortran!r:.80} is neither True nor False")
    padding = raw[len(raw.rstrip(b" \n")) :]
    return Header(fields["descr"], fortran, shape, 8 + width + length, text.strip(" \n"), padding, version)


def element_of(descr: object) -> Element:
    """Return what ``descr`` says of an element; ``bytes`` where we have no name; FormatError if malformed."""
    if not isinstance(descr, str):
        return _record(descr)
    found = _TYPE.fullmatch(descr)
    if found is None:
        raise FormatError(f"npy dtype {descr!r:.80} is not one that numpy writes")
    order, kind, digits = found.groups()
    width = int(digits or 0) * (4 if kind == "U" else 1)
    if kind == "O":
        return Element("bytes", 0, pickled=True)
    name = "bool" if kind == "b" else f"{_KINDS.get(kind)}{8 * width}"
    if BITS.get(name) != 8 * width:
        return Element("bytes", width)
    return Element(name, width, order == ">" and width > 1)


def _record(descr: object) -> Element:
    """Return a structured type as opaque bytes of its width: the sum of its fields, nested ones included."""
    if not isinstance(descr, list):
        raise FormatError(f"npy dtype {descr!r:.80} is neither a text nor a list of fields")
    width, pickled = 0, False
    for field in descr:
        if not isinstance(field, tuple) or len(field) not in (2, 3):
            raise FormatError(f"npy dtype has the field {field!r:.80}, which is no pair of a name and a type")
        element = element_of(field[1])
        repeat = field[2] if len(field) == 3 else ()
        width += element.width * math.prod(_extents(repeat if isinstance(repeat, tuple) else (repeat,)))
        pickled = pickled or element.pickled
    return Element("bytes", width, pickled=pickled)


def _extents(shape: object) -> tuple[int, ...]:
    """Return ``shape`` if it is a tuple of at most 64 natural numbers below 2^63; else FormatError."""
    if not isinstance(shape, tuple) or len(shape) > 64:
        raise FormatError(f"npy shape {shape!r:.80} is not a tuple of at most 64 extents")
    if not all(type(extent) is int and 0 <= extent < 1 << 63 for extent in shape):
        raise FormatError(f"npy shape {shape!r:.80} has an extent that is not a natural number below 2^63")
    return shape


def _literal(text: str) -> dict[str, object]:
    """Evaluate a header's dictionary; whatever could make Python's parser work hard is refused first."""
    outside = _TEXT.sub("", text)
    if _PLAIN.fullmatch(outside) is None or sum(map(outside.count, "([{")) > 1000:
        raise FormatError("npy header is more than a dictionary of literals")
    for match in re.finditer(r"(\d)L\b", outside):
        text = text.replace(match.group(), match.group(1))
    try:
        fields = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise FormatError(f"npy header is not a dictionary of literals: {error!s:.80}") from None
    if not isinstance(fields, dict) or fields.keys() != {"descr", "fortran_order", "shape"}:
        raise FormatError("npy header is not a dictionary of descr, fortran_order and shape")
    return fields


def _tensor(name: str, blob: Blob, header: Header, element: Element) -> Tensor:
    return Tensor(name, element.dtype, header.shape, _payload(blob, header, element), element.big_endian)


def _payload(blob: Blob, header: Header, element: Element) -> Payload:
    """Return where the elements lie; an array in Fortran order is put into C order as it is read."""
    length = math.prod(header.shape) * element.width
    if not header.fortran or not length:
        return Span(blob, header.start, length)
    steps = tuple(math.prod(header.shape[:axis]) for axis in range(len(header.shape)))
    return view(blob, header.start, header.shape, steps, element.width)


def _structure(name: str, header: Header, element: Element) -> object:
    return {"type": {name: repr(header.descr)}} if element.dtype == "bytes" else {}


def _remarks(name: str, header: Header, element: Element, unread: int) -> Iterator[str]:
    if element.dtype == "bytes":
        yield f"opaque: the elements of {name} are of type {header.descr!s:.80}"
    if unread:
        yield f"{unread} bytes after {name} were not examined"


def _noise(name: str, header: Header, element: Element) -> Iterator[tuple[str, bytes]]:
    """Yield memory and byte order, header padding, and the header's text where numpy would write another."""
    if header.fortran:
        yield f"memory order of {name}", b"fortran"
    if order := _unusual_order(header.descr):
        yield f"byte order of {name}", order.encode()
    yield f"header padding of {name}", header.padding
    plainest = repr({"descr": header.descr, "fortran_order": header.fortran, "shape": header.shape})
    if header.text != f"{plainest[:-1]}, }}":
        yield f"header text of {name}", header.text.encode()
    if header.version != b"\x01\x00":
        yield f"version of {name}", header.version


def _unusual_order(descr: object) -> str:
    """Return how a plain type spells its byte order, unless as numpy does on a little-endian machine."""
    if not isinstance(descr, str):
        return ""
    usual = "|" if element_of(descr).width <= 1 or descr[1:2] in "SV" else "<"
    return descr[:1].removeprefix(usual)
