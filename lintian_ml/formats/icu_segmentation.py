"""ICU's models that part text into words: LSTM networks and boosted features (ICU, lstmbe.cpp and mlbe.cpp).

They are resource bundles in text, below ``brkitr`` in ICU's data: the LSTM's numbers are the bits of floats,
written as signed integers; the boosted model has a list of features and a list of their scores, or thirteen.
"""

import hashlib
import re
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from lintian_ml.blob import Blob
from lintian_ml.encoding.packed import packed
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Tensor

FORMAT = Format("icu-segmentation", extensions=(".txt",), first=b"/\xef", like=rb"(?:\xef\xbb\xbf)?//")

NOISE = (SPELLING,)

BUNDLE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?://[^\n]*+\n|[ \t\r\n]){1,2000}+\w{1,100}(?::table\(nofallback\))?\s*\{\s*"
    rb"(?:(model)\s*\{\s*\"[^\"\n]{1,200}\"\s*\}\s*type\s*\{\s*\"(?:codepoints|graphclust)\"|"
    rb"modelKeys\s*\{\s*\"[UBT]W[1-6]:|UW1Keys\s*\{\s*\")",
    re.ASCII,
)
TOKEN = re.compile(
    rb"//([^\n]*)\n?|[ \t\r\n]+|(\"(?:[^\"\\\n]|\\[^\n])*\"|\w+|-\d+|[{}:,()])", re.ASCII | re.DOTALL
)
MARKS = frozenset((b"{", b"}", b":", b",", b"(", b")"))
LARGEST = 32 << 20
CLASSES = 4
"""Begin, inside, end and single: what the LSTM tells of each character."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One resource of the bundle: its type ("" where none is written) and its strings or numbers."""

    kind: str
    items: tuple[bytes, ...]

    def strings(self) -> list[str]:
        """Return the items without their quotes; FormatError where one is no string."""
        if not all(item.startswith(b'"') for item in self.items):
            raise FormatError("a resource of ICU that holds what is no string")
        return [item[1:-1].decode("utf-8", "backslashreplace") for item in self.items]

    def numbers(self) -> "array[int]":
        """Return the items as integers of 32 bits; FormatError where one is none."""
        try:
            return array("i", [int(item) for item in self.items if b"_" not in item])
        except (ValueError, OverflowError) as error:
            raise FormatError(f"a resource of ICU that is no list of integers: {str(error)[:60]}") from error


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Comments, a table's name, and the resources that only these models begin with."""
    opening = BUNDLE.match(glimpse.head)
    if opening is None:
        return None
    kind = "an LSTM network" if opening.group(1) else "boosted features"
    return Evidence.of({Kind.MAGIC: f"a resource bundle of ICU that begins with {kind}"})


def read(blob: Blob) -> Model:
    """Read the bundle; FormatError where it is malformed or its numbers do not fill the network."""
    if blob.size > LARGEST:
        raise LimitError(f"a bundle of {blob.size} bytes, but {LARGEST >> 20} MiB are read at most")
    data = blob.read(0, blob.size)
    name, entries = _bundle(_tokens(data.removeprefix(b"\xef\xbb\xbf")))
    comments = [text.strip().decode("utf-8", "replace") for text in _comments(data) if text.strip()]
    structure, tensors = _network(entries) if "data" in entries else _boosted(entries)
    model = Model(
        FORMAT.name,
        tuple(tensors),
        {"name": name, **structure, "outline sha256": _outline(data)},
        {"comment": "\n".join(comments)} if comments else {},
        complete=True,
    )
    return with_spelling(model, blob)


def _outline(data: bytes) -> str:
    """Return the SHA-256 of all tokens in order, a number standing as a zero."""
    tokens = (found.group(2) or b"" for found in TOKEN.finditer(data))
    plain = (b"0" if token.lstrip(b"-").isdigit() else token for token in tokens)
    return hashlib.sha256(b"\n".join(plain)).hexdigest()


def _comments(data: bytes) -> Iterator[bytes]:
    return (found.group(1) for found in TOKEN.finditer(data) if found.group(1) is not None)


def _tokens(data: bytes) -> Iterator[bytes]:
    """Yield words, strings and marks; an empty one at the end. FormatError for anything else."""
    position = 0
    while position < len(data):
        found = TOKEN.match(data, position)
        if found is None:
            raise FormatError(f"byte {position} begins no token of a resource bundle")
        position = found.end()
        if found.group(2):
            yield found.group(2)
    yield b""


def _bundle(tokens: Iterator[bytes]) -> tuple[str, dict[str, _Entry]]:
    """Return the bundle's name and its resources by their keys; none may hold another."""
    name, kind = _heading(tokens, next(tokens))
    if kind not in ("", "table(nofallback)"):
        raise FormatError(f"a resource bundle of type {kind[:40]!r}")
    entries: dict[str, _Entry] = {}
    while (token := next(tokens, b"")) != b"}":
        key, kind = _heading(tokens, token)
        if key in entries:
            raise FormatError(f"the resource {key[:40]!r} stands twice in one bundle")
        entries[key] = _Entry(kind, tuple(_items(tokens)))
    if next(tokens, b""):
        raise FormatError("more follows the resource bundle")
    return name, entries


def _heading(tokens: Iterator[bytes], key: bytes) -> tuple[str, str]:
    """Return a key and its type, up to the opening brace."""
    if not key or key in MARKS or key.startswith(b'"'):
        raise FormatError(f"no key of a resource: {key[:40]!r}")
    kind = b""
    while (token := next(tokens, b"")) != b"{":
        if not token or token == b"}" or len(kind) > 100:
            raise FormatError(f"the resource {key[:40]!r} has no opening brace")
        kind += token
    return key.decode("ascii"), kind.removeprefix(b":").decode("utf-8", "replace")


def _items(tokens: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what stands up to the closing brace, without commas."""
    while (token := next(tokens, b"")) != b"}":
        if not token or token in MARKS - {b","}:
            raise FormatError(f"a resource that is cut off, or holds another, at {token!r}")
        if token != b",":
            yield token


def _one(entries: Mapping[str, _Entry], key: str) -> _Entry:
    entry = entries.get(key)
    if entry is None or len(entry.items) != 1:
        raise FormatError(f"a network of ICU without the one value of {key}")
    return entry


def _network(entries: Mapping[str, _Entry]) -> tuple[dict[str, object], list[Tensor]]:
    """Return an LSTM's description and tensors: gates in the order of Keras, both directions."""
    if set(entries) != {"model", "type", "embeddings", "hunits", "dict", "data"}:
        raise FormatError(f"a network of ICU with the resources {sorted(entries)!r:.100}")
    model, kind = (_one(entries, key).strings()[0] for key in ("model", "type"))
    width, units = (_one(entries, key).numbers()[0] for key in ("embeddings", "hunits"))
    words, data = entries["dict"].strings(), entries["data"].numbers()
    if not (0 < width < 1 << 16 and 0 < units < 1 << 16):
        raise FormatError(f"a network of {units} units on embeddings of {width}")
    layers: dict[str, tuple[int, ...]] = {"embedding": (len(words) + 1, width)}
    for way in ("forward", "backward"):
        layers |= {f"{way}.W": (width, 4 * units), f"{way}.U": (units, 4 * units)}
        layers |= {f"{way}.b": (4 * units,)}
    layers |= {"output.W": (2 * units, CLASSES), "output.b": (CLASSES,)}
    sizes = [shape[0] * (shape[1] if len(shape) > 1 else 1) for shape in layers.values()]
    if sum(sizes) != len(data):
        raise FormatError(f"{len(data)} numbers for a network of {sum(sizes)}")
    ends = accumulate(sizes)
    tensors = [
        Tensor(name, "float32", shape, packed(data[end - size : end]))
        for (name, shape), size, end in zip(layers.items(), sizes, ends, strict=True)
    ]
    described = {"model": model, "type": kind, "embeddings": width, "units": units, "dictionary": words}
    return described, tensors


def _boosted(entries: Mapping[str, _Entry]) -> tuple[dict[str, object], list[Tensor]]:
    """Return the features by their lists' names, and their scores, a list for a list."""
    names = [key.removesuffix("Keys") for key in entries if key.endswith("Keys")]
    if not names or set(entries) != {name + end for name in names for end in ("Keys", "Values")}:
        raise FormatError("no lists of features and of their scores")
    features = {name: entries[name + "Keys"].strings() for name in names}
    tensors: list[Tensor] = []
    for name, found in features.items():
        scores = entries[name + "Values"].numbers()
        if len(scores) != len(found):
            raise FormatError(f"{len(scores)} scores of {len(found)} features in {name}")
        tensors.append(Tensor(name + "Values", "int32", (len(scores),), packed(scores)))
    return {"features": features}, tensors
