"""TensorFlow's checkpoints of the second version, an index beside shards of data (tensor_bundle.proto)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from lintian_ml.blob import Blob
from lintian_ml.encoding.leveldb_table import MAGIC, Entry, Table
from lintian_ml.encoding.message import Reader
from lintian_ml.encoding.plain import held, opaque
from lintian_ml.encoding.protobuf import Field, Wire
from lintian_ml.encoding.tensorflow_schema import SCHEMA
from lintian_ml.encoding.tensorflow_tensors import ELEMENTS, Collection, shape
from lintian_ml.error import FormatError, LintianMLError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span

FORMAT = Format("tensorflow-checkpoint", extensions=(".index",), first=b"\0")
NOISE = ("checksums and places", "index of the table", "block at offset *, as written")

_LONGEST = 64
"""Bytes that the header takes at most: two numbers and a version."""

_SHARDS = 4096


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Find the header of a tensor bundle under an empty key, an entry behind it, and a table's magic."""
    head = glimpse.head
    if head[:2] != b"\0\0" or head[3:4] != b"\x08" or not 2 <= head[2] <= _LONGEST:
        return None
    if glimpse.tail is not None and not glimpse.tail.endswith(MAGIC):
        return None
    try:
        name = _first_entry(head)
    except LintianMLError:
        return None
    if not name:
        return None
    notes = {
        Kind.STRUCTURE: "sorted table that begins with the header of a TensorFlow tensor bundle",
        Kind.SEMANTICS: f"its first tensor is {name}",
    }
    magic = {Kind.MAGIC: "magic of a sorted table at the end"} if glimpse.tail is not None else {}
    return Evidence.of({**magic, **notes})


def _first_entry(head: bytes) -> str:
    """Return the name in the first entry behind the header, "" where it is no entry of a bundle."""
    wire = Wire(Blob(head))
    end = 3 + head[2]
    header = {found.number: found.value for found in wire.fields(3, end) if _fits("BundleHeaderProto", found)}
    if not 1 <= header.get(1, 0) <= _SHARDS or header.get(2, 0) > 1 or 3 not in header:
        return ""
    shared, at = wire.varint(end, len(head))
    length, at = wire.varint(at, len(head))
    size, at = wire.varint(at, len(head))
    if shared or not 0 < length < 1 << 12:
        return ""
    name = wire.take(at, length)
    entry = list(wire.fields(at + length, at + length + size))
    if not entry or not all(_fits("BundleEntryProto", found) for found in entry):
        return ""
    return _named(name) if entry[0].number == 1 and _kind(entry[0].value) else ""


def _fits(kind: str, found: Field) -> bool:
    slot = SCHEMA[kind].get(found.number)
    if slot is None or not slot.fits(found.wire):
        raise FormatError(f"the field at offset {found.start} is none of {kind}")
    return True


def _kind(code: int) -> bool:
    """Whether a number is an element type: one with elements, a resource, or a variant."""
    return code in ELEMENTS or code in (20, 21)


def _named(key: bytes) -> str:
    """Return the name of a tensor: its key, or of a slice the name in it and the rest, in hexadecimal."""
    name, between, rest = key[1:].partition(b"\0\1") if key[:1] == b"\0" else (key, b"", b"")
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        return key.hex()
    return f"{text}, slice {rest.hex()}" if between else text


def read(blob: Blob) -> Model:
    """Read the index, and find the tensors in the shards beside it; FormatError where it is no bundle's.

    Without the shards there are names, types and shapes only, and the model is not complete.
    """
    table = Table(blob)
    first, *entries = table.entries() or (Entry(b"?", b"", 0),)
    if first.key:
        raise FormatError("the table has no header of a tensor bundle")
    bundle = Bundle(blob)
    header = bundle.message(first, "BundleHeaderProto", "header")
    shards, endianness = cast(int, header.pop("num_shards", 0)), header.get("endianness", 0)
    if not 1 <= shards <= _SHARDS or endianness not in (0, 1):
        raise FormatError(f"the header claims {shards} shards and the byte order {endianness}")
    bundle.find(shards)
    shown = [bundle.take(entry, big_endian=endianness == 1) for entry in entries]
    collection = bundle.collection
    return Model(
        format=FORMAT.name,
        tensors=tuple(collection.tensors),
        structure={"header": header, "entries": shown},
        residue={**table.residue, **bundle.residue, **dict(bundle.gaps())},
        noise={**table.noise, "checksums and places": bytes(bundle.places)},
        remarks=tuple(f"the shard {name!r} is not at hand" for name in bundle.missing),
        complete=not bundle.missing,
        parameters=collection.parameters,
        parts=tuple(bundle.shards),
    )


@dataclass(slots=True)
class Bundle:
    """The shards beside an index, and what is found in them; ``places`` has a line for each entry."""

    index: Blob
    shards: dict[str, Blob | None] = field(default_factory=dict)
    residue: dict[str, bytes] = field(default_factory=dict)
    places: bytearray = field(default_factory=bytearray)
    collection: Collection = field(init=False)
    _names: tuple[str, ...] = ()
    _used: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.collection = Collection(Reader(Wire(self.index), SCHEMA))

    @property
    def missing(self) -> list[str]:
        """The shards that are not at hand."""
        return [name for name, blob in self.shards.items() if blob is None]

    def find(self, count: int) -> None:
        """Find the shards by the name of the index."""
        prefix = self.index.name.rpartition("/")[2].removesuffix(".index")
        self._names = tuple(f"{prefix}.data-{number:05}-of-{count:05}" for number in range(count))
        self.shards = {name: self.index.sibling(name) for name in self._names}

    def message(self, entry: Entry, kind: str, name: str) -> dict[str, object]:
        """Return the message that an entry holds."""
        reader = Reader(Wire(self.index.part(entry.offset, len(entry.value))), SCHEMA)
        value = reader.read(kind)
        self.residue.update({f"{name}: {key}": data for key, data in reader.residue.items()})
        self.places += reader.noise
        return value

    def take(self, entry: Entry, *, big_endian: bool) -> dict[str, object]:
        """Take in one tensor; return what stands for it in the structure."""
        name = _named(entry.key)
        value = self.message(entry, "BundleEntryProto", name)
        code = cast(int, value.get("dtype", 0))
        dims = shape(cast("dict[str, object]", value.pop("shape", {})))
        number, offset, size = (cast(int, value.pop(key, 0)) for key in ("shard_id", "offset", "size"))
        checksum = cast("Field | None", value.pop("crc32c", None))
        self.places += f"{number} {offset} {checksum.value if checksum else None}\n".encode("ascii")
        if dims is None or not 0 <= number < len(self._names) or not _kind(code):
            raise FormatError(f"the entry {name[:80]!r} has no sound type, shape and shard")
        value = {"key": entry.key.hex(), **value, "dims": dims}
        if "slices" in value:
            return value
        place = self._names[number], offset, size
        return {**value, **self._found(name, code, dims, place, big_endian)}

    def _found(
        self, name: str, code: int, dims: tuple[int, ...], place: tuple[str, int, int], big_endian: bool
    ) -> dict[str, object]:
        """Return the tensor's name, or the content of what is no numbers; its size where it is not here."""
        shard, offset, size = place
        element = ELEMENTS.get(code)
        blob = self.shards[shard]
        if blob is None:
            if element is not None:
                self.collection.count(element, dims)
            return {"size": size}
        blob.part(offset, size)
        self._used.setdefault(shard, []).append((offset, offset + size))
        if element is None or not element.width:
            return {"content": opaque(blob, offset, size)}
        payload = Span(blob, offset, size)
        return {"tensor": self.collection.put(name, element, dims, payload, big_endian)}

    def gaps(self) -> Iterator[tuple[str, bytes]]:
        """Yield the bytes of the shards that belong to no tensor, and where they are."""
        for name, blob in self.shards.items():
            if blob is None:
                continue
            at = 0
            for begin, end in [*sorted(self._used.get(name, [])), (blob.size, blob.size)]:
                if begin > at:
                    yield f"{name}, bytes {at} to {begin}", held(blob, at, begin - at)
                at = max(at, end)
