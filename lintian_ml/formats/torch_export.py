"""PyTorch's exported programs, archives of the format pt2 (torch/export/pt2_archive/constants.py).

Graphs are JSON, below ``models/``; each weight and constant is a member of raw elements, and a table in JSON
tells which one has which name, type, sizes and strides. Some are kept as pickles instead, which are opaque.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lintian_ml.blob import Blob
from lintian_ml.container.directory import locate
from lintian_ml.container.limits import Limits
from lintian_ml.container.unaccounted import unaccounted
from lintian_ml.container.zip import Entry, checksum_differs, member_blob, read_directory, remarks
from lintian_ml.encoding.compressed import COMPRESSION, with_compression
from lintian_ml.encoding.document import read_document
from lintian_ml.encoding.exact_floats import make_exact
from lintian_ml.encoding.plain import held
from lintian_ml.encoding.spelling import ORDER, SPELLING, with_order, with_spelling
from lintian_ml.encoding.strides import view
from lintian_ml.encoding.torch_storage import Storage, unused
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import BITS, Model, Tensor

FORMAT = Format("torch-export", extensions=(".pt2",), within="zip")
FREE = (".data/serialization_id", "byteorder")
NOISE = (*FREE, SPELLING, ORDER, COMPRESSION, "zip local headers", "zip directory", "zip end records")

MARK = "archive_format"
TABLES = ("data/weights/", "data/constants/")
TABLE_END = "_config.json"
_NAMES = ("uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64")
TYPES = {
    **dict(enumerate(_NAMES, 1)),
    10: "complex64",
    11: "complex128",
    12: "bool",
    13: "bfloat16",
    28: "uint16",
    29: "float8e4m3fn",
    30: "float8e5m2",
    31: "float8e4m3fnuz",
    32: "float8e5m2fnuz",
    33: "float8e8m0",
    34: "uint32",
    35: "uint64",
}
"""Element types by their numbers in an exported program, which are not those of ``torch.dtype``."""

END_RECORDS = 98


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The member that tells the archive's format beside a graph, in one folder or in none."""
    names = [entry.name for entry in glimpse.members or ()]
    folder = _folder(names)
    if folder is None or not any(_is_graph(name.removeprefix(folder)) for name in names):
        return None
    weights = sum(name.startswith(f"{folder}data/weights/weight_") for name in names)
    return Evidence.of(
        {
            Kind.MAGIC: f"a zip archive with {MARK} and models",
            Kind.STRUCTURE: f"an exported program of PyTorch with {weights} weights",
        }
    )


def _folder(names: list[str]) -> str | None:
    """Return the path before the mark, with its slash."""
    found = [name for name in names if name == MARK or name.endswith(f"/{MARK}")]
    return found[0].removesuffix(MARK) if len(found) == 1 else None


def _is_graph(name: str) -> bool:
    return name.startswith("models/") and name.endswith(".json")


def read(blob: Blob) -> Model:
    """Read the graphs and all tensors; FormatError where a table is malformed or a member is missing."""
    entries = read_directory(blob, Limits())
    folder = _folder([entry.name for entry in entries])
    if folder is None:
        raise FormatError(f"no {MARK} in the archive")
    members = {entry.name.removeprefix(folder): entry for entry in entries if entry.name.startswith(folder)}
    if len(members) < len(entries):
        raise FormatError("an archive with members outside of its folder, or two of one name")
    reading = _Reading(blob, members)
    if reading.short(MARK) != b"pt2" or not any(map(_is_graph, members)):
        raise FormatError(f"the {MARK} is not pt2, or there is no graph")
    return reading.model(entries)


@dataclass(slots=True)
class _Reading:
    """One archive that is being read: its members by their paths in its folder, and what was found."""

    blob: Blob
    members: dict[str, Entry]
    tensors: dict[str, Tensor] = field(default_factory=dict)
    opaque: list[str] = field(default_factory=list)
    residue: dict[str, bytes] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    texts: list[bytes] = field(default_factory=list)

    def open(self, name: str) -> Blob:
        """Return a member; FormatError where there is none."""
        if name not in self.members:
            raise FormatError(f"there is no member {name:.80}")
        self.used.add(name)
        return member_blob(self.blob, self.members[name])

    def short(self, name: str) -> bytes:
        """Return a short member's bytes; none where there is no such member or it is long."""
        if name not in self.members or self.members[name].size > 1 << 12:
            return b""
        found = self.open(name)
        return found.read(0, found.size)

    def document(self, name: str) -> object:
        """Return a member that is JSON."""
        found = self.open(name)
        value = read_document(found)
        if isinstance(value, dict | list):
            make_exact(value)
        self.texts.append(found.read(0, found.size))
        return value

    def model(self, entries: tuple[Entry, ...]) -> Model:
        """Put the parts together."""
        order = self.short("byteorder").strip()
        if order not in (b"", b"little", b"big"):
            raise FormatError(f"the byte order {order!r:.20}")
        names = sorted(self.members)
        structure: dict[str, object] = {name: self.document(name) for name in names if _is_graph(name)}
        for name in names:
            if name.startswith(TABLES) and name.endswith(TABLE_END):
                structure[name] = self._table(name, big_endian=order == b"big")
        version = self.short("archive_version").decode("latin-1")
        noise = {name: self.short(name) for name in FREE if name in self.members}
        framing = unaccounted(self.blob, entries)
        zipped = {f"zip: {name}": held(self.blob, at, length) for name, at, length in framing.residue}
        end = locate(self.blob).offset + locate(self.blob).size
        noise["zip end records"] = self.blob.read(end, min(END_RECORDS, self.blob.size - end))
        contradictions = (*self._damaged(), *remarks(self.blob, entries))
        model = Model(
            FORMAT.name,
            tuple(self.tensors.values()),
            structure,
            {"archive_version": version} if version else {},
            {**zipped, **self.residue, **dict(self._unused())},
            {**noise, **framing.noise},
            (*(f"opaque: {name} is kept as a pickle" for name in self.opaque), *contradictions),
            complete=not contradictions,
        )
        text = b"\n".join(self.texts)
        return with_compression(with_order(with_spelling(model, Blob(text)), text), self.blob, entries)

    def _table(self, name: str, *, big_endian: bool) -> object:
        """Take in what a table tells of; return it with the tensors' names in the place of members."""
        table = self.document(name)
        rows = table.get("config") if isinstance(table, dict) else None
        if not isinstance(table, dict) or not isinstance(rows, dict):
            raise FormatError(f"{name} is no table of weights")
        for title, row in rows.items():
            if not isinstance(row, dict) or not isinstance(row.get("path_name"), str):
                raise FormatError(f"{name}: the row {title:.80} names no member")
            path = name[: name.rindex("/") + 1] + row["path_name"]
            if row.get("use_pickle"):
                self.opaque.append(path)
            else:
                self._take(title, row.get("tensor_meta"), self.open(path), big_endian=big_endian)
                row["path_name"] = {"tensor": title}
        return table

    def _take(self, title: str, meta: object, member: Blob, *, big_endian: bool) -> None:
        """Take in one tensor; the bytes of its storage that it does not look at are residue."""
        code = meta.get("dtype") if isinstance(meta, dict) else None
        if not isinstance(meta, dict) or type(code) is not int or code not in TYPES or title in self.tensors:
            raise FormatError(f"the tensor {title:.80} is of a type that is not known, or stands twice")
        dtype = TYPES[code]
        width = BITS[dtype] // 8
        sizes, strides = (_integers(meta.get(key), title) for key in ("sizes", "strides"))
        (start,) = _integers([meta.get("storage_offset")], title)
        payload = view(member, start * width, sizes, strides, width)
        self.tensors[title] = Tensor(title, dtype, sizes, payload, big_endian)
        storage = Storage(member, dtype, width, "", [(start * width, sizes, strides, width)])
        for offset, length in unused(storage):
            self.residue[f"storage of {title} at {offset}: unused"] = held(member, offset, length)

    def _damaged(self) -> Iterator[str]:
        for name in sorted(self.used):
            if checksum_differs(self.blob, self.members[name]):
                yield f"{name}: its bytes have another checksum than the zip directory says"

    def _unused(self) -> Iterator[tuple[str, bytes]]:
        """Yield the members that nothing above reads: pickles, sample inputs, code."""
        for name, entry in self.members.items():
            if name not in self.used and entry.size:
                member = member_blob(self.blob, entry)
                yield name, held(member, 0, member.size)


def _integers(found: object, title: str) -> tuple[int, ...]:
    """Return a list of numbers, each given as ``{"as_int": …}``; FormatError for expressions."""
    rows = found if isinstance(found, list) else [None]
    values = [row.get("as_int") if isinstance(row, dict) else None for row in rows]
    if not all(type(value) is int and value >= 0 for value in values):
        raise FormatError(f"the tensor {title:.80} has no sizes, strides and offset that are numbers")
    return tuple(int(value or 0) for value in values)
