"""TensorFlow.js's models, a model.json beside shards of weights (tfjs-core, io/types.ts: ModelJSON)."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from lintian_ml.blob import Blob
from lintian_ml.encoding.document import check
from lintian_ml.encoding.plain import held
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import BITS, Computed, Model, Payload, Span, Tensor

FORMAT = Format("tensorflow-js", extensions=(".json",), first=b"{")
NOISE = ("layout of the JSON",)

LONGEST = 64 << 20
"""Bytes of JSON that are read."""

_KIND = re.compile(rb'"format"\s*:\s*"(graph|layers)-model"')
_WEIGHT = re.compile(
    rb'"name"\s*:\s*"[^"]{1,512}"\s*,\s*"shape"\s*:\s*\[[\d,\s]{0,200}\]\s*,\s*"dtype"\s*:\s*"'
)
_TOP = 4096
_TYPES = frozenset({"float32", "int32", "bool", "complex64", "float16", "uint8", "uint16", "int8"})
_SHARDS = 4096
_TOLD = ("format", "generatedBy", "convertedBy")


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Find in a JSON object the topology of a model of a known kind, or a manifest that describes weights."""
    head = glimpse.head
    if head[:1] != b"{":
        return None
    top = head[:_TOP]
    if b'"modelTopology"' in top and _KIND.search(top):
        told = "the kind and the topology of a model"
    elif (at := head.find(b'"weightsManifest"')) > 0 and _WEIGHT.search(head, at):
        told = "a manifest with the names, shapes and types of weights"
    else:
        return None
    return Evidence.of(
        {
            Kind.STRUCTURE: "JSON object with the members of a TensorFlow.js model",
            Kind.SEMANTICS: f"it has {told}",
        }
    )


def read(blob: Blob) -> Model:
    """Read the topology, and find the weights in the shards beside it; FormatError where it is no model.json.

    Without the shards there are names, types and shapes only, and the model is not complete.
    """
    top = _parsed(blob)
    manifest = top.get("weightsManifest")
    if not isinstance(manifest, list) or not ("modelTopology" in top or manifest):
        raise FormatError("there is no manifest of weights, so this is no TensorFlow.js model")
    weights = Weights(blob)
    for number, group in enumerate(manifest):
        weights.take(number, group)
    compact = json.dumps(top, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    written = blob.size == len(compact) and blob.read(0, blob.size) == compact
    return Model(
        format=FORMAT.name,
        tensors=tuple(weights.tensors),
        structure=top,
        metadata={key: str(top.pop(key)) for key in _TOLD if isinstance(top.get(key), str)},
        residue=weights.residue,
        noise={} if written else {"layout of the JSON": held(blob, 0, blob.size)},
        remarks=tuple(f"the shard {name!r} is not at hand" for name in weights.missing),
        complete=not weights.missing,
        parameters=weights.parameters,
        parts=tuple(weights.shards),
    )


def _parsed(blob: Blob) -> dict[str, object]:
    if blob.size > LONGEST:
        raise LimitError(f"JSON of {blob.size} bytes is longer than the {LONGEST >> 20} MiB that are read")
    data = blob.read(0, blob.size)
    check(data)
    try:
        top = json.loads(data, object_pairs_hook=_unique, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"this is no JSON that can be read: {error}") from error
    if not isinstance(top, dict):
        raise FormatError("this is no JSON object")
    return top


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise FormatError("a JSON object has the same member twice")
    return found


def _refused(constant: str) -> object:
    raise FormatError(f"{constant} is no number of JSON")


@dataclass(slots=True)
class Weights:
    """The weights that a manifest describes, in the files beside ``index``."""

    index: Blob
    tensors: list[Tensor] = field(default_factory=list)
    shards: dict[str, Blob | None] = field(default_factory=dict)
    residue: dict[str, bytes] = field(default_factory=dict)
    parameters: int = 0
    _names: set[str] = field(default_factory=set)

    @property
    def missing(self) -> list[str]:
        """The shards that are not at hand."""
        return [name for name, blob in self.shards.items() if blob is None]

    def take(self, number: int, group: object) -> None:
        """Take in a group: its files, one behind the other, hold its weights without gaps."""
        told = group if isinstance(group, dict) else {}
        paths, specs = told.get("paths"), told.get("weights")
        if not isinstance(paths, list) or not isinstance(specs, list):
            raise FormatError(f"the group {number} of the manifest has no paths and weights")
        blobs = [self._shard(path, number) for path in paths]
        at = 0
        for spec in specs:
            at = self._weight(spec, [blob for blob in blobs if blob], at, whole=None not in blobs)
        rest = sum(blob.size for blob in blobs if blob) - at
        if rest > 0 and None not in blobs:
            tail = _payload([blob for blob in blobs if blob], at, rest)
            self.residue[f"group {number}, the last {rest} bytes"] = b"".join(
                held(blob, offset, length) for blob, offset, length in tail
            )

    def _shard(self, path: object, number: int) -> Blob | None:
        name = path.removeprefix("./") if isinstance(path, str) else ""
        plain = name not in ("", ".", "..") and not set(name) & set("/\\\0")
        if not plain or name in self.shards or len(self.shards) >= _SHARDS:
            raise FormatError(f"the group {number} of the manifest has no sound list of files")
        self.shards[name] = self.index.sibling(name)
        return self.shards[name]

    def _weight(self, spec: object, blobs: Sequence[Blob], at: int, *, whole: bool) -> int:
        """Take in one weight that begins at ``at`` in its group's bytes; return where it ends."""
        name, dtype, dims = _form(spec)
        if name in self._names:
            raise FormatError(f"there are two weights {name[:80]!r}")
        self._names.add(name)
        length = math.prod(dims) * BITS[dtype] // 8
        self.parameters += math.prod(dims)
        if whole:
            pieces = _payload(blobs, at, length)
            payload: Payload = Span(*pieces[0]) if len(pieces) == 1 else Computed(_Joined(pieces), length)
            self.tensors.append(Tensor(name, dtype, dims, payload))
        return at + length


@dataclass(frozen=True, slots=True)
class _Joined:
    """Bytes that lie in several files, one piece behind the other."""

    pieces: Sequence[tuple[Blob, int, int]]

    def __call__(self) -> Iterator[bytes]:
        for blob, offset, length in self.pieces:
            yield from blob.blocks(offset, length)


def _form(spec: object) -> tuple[str, str, tuple[int, ...]]:
    """Return a weight's name, the type in which it is stored, and its shape."""
    told = cast("dict[str, object]", spec if isinstance(spec, dict) else {})
    name, dtype, dims = told.get("name"), told.get("dtype"), told.get("shape")
    quantization = told.get("quantization")
    if isinstance(quantization, dict):
        dtype = quantization.get("dtype")
    if not isinstance(name, str) or not isinstance(dtype, str) or dtype not in _TYPES:
        raise FormatError(f"a weight has no name, or the type {str(dtype)[:80]!r}, which is not read")
    if not isinstance(dims, list) or not all(type(size) is int and 0 <= size < 1 << 63 for size in dims):
        raise FormatError(f"the weight {name[:80]!r} has no sound shape")
    if len(dims) > 32:
        raise FormatError(f"the weight {name[:80]!r} has {len(dims)} dimensions")
    return name, dtype, tuple(dims)


def _payload(blobs: Sequence[Blob], at: int, length: int) -> list[tuple[Blob, int, int]]:
    """Return where ``length`` bytes from ``at`` of the joined blobs lie; FormatError if not all are there."""
    pieces, left = [], length
    for blob in blobs:
        take = min(left, max(0, blob.size - at))
        if take:
            pieces.append((blob, at, take))
        left, at = left - take, max(0, at - blob.size)
    if left:
        raise FormatError(f"the files of a group lack {left} bytes of its weights")
    return pieces or [(Blob(), 0, 0)]
