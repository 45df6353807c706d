"""skops' zip archives of scikit-learn's models: a tree in JSON, and the arrays (skops, io/_persist.py).

Each object is told with its class, its module and how it is loaded. Their identities in the memory of the
program that wrote them, and the names of members made of these, tell only what is one and the same object.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lintian_ml.blob import Blob
from lintian_ml.container.directory import locate
from lintian_ml.container.limits import Limits
from lintian_ml.container.unaccounted import unaccounted
from lintian_ml.container.zip import Entry, checksum_differs, member_blob, read_directory, remarks
from lintian_ml.encoding.compressed import COMPRESSION, with_compression
from lintian_ml.encoding.document import read_document
from lintian_ml.encoding.exact_floats import make_exact
from lintian_ml.encoding.naming import Names
from lintian_ml.encoding.plain import content, held
from lintian_ml.encoding.spelling import ORDER, SPELLING, with_order, with_spelling
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind, npy, npz
from lintian_ml.model import Model

FORMAT = Format("skops", extensions=(".skops",), within="zip")
NOISE = (
    *(SPELLING, ORDER, COMPRESSION, "identities", "zip local headers", "zip directory", "zip end records"),
    *npy.NOISE,
    *(f"*: {name}" for name in npz.NOISE),
)

SCHEMA = "schema.json"
ARRAY = re.compile(r"\d{6,20}\.np[yz]")
MARK = b'"_skops_version"'
"""A key at the end of the tree, which is seen where the archive does not compress it."""

NODE = ("__class__", "__module__", "__loader__")
FAMILIAR = frozenset({"builtins", "collections", "functools", "numpy", "scipy", "sklearn"})
"""The packages whose types are expected; others are remarked on."""

MOST_REMARKS = 20
END_RECORDS = 98
"""Bytes of the longest records that end a zip archive, those of zip64 among them."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The tree beside arrays that are named by numbers, or with skops' version in it."""
    names = [entry.name for entry in glimpse.members or ()]
    if SCHEMA not in names:
        return None
    arrays = sum(ARRAY.fullmatch(name) is not None for name in names)
    marked = MARK in (glimpse.tail or b"") or MARK in glimpse.head
    if not arrays and not marked:
        return None
    notes = {Kind.STRUCTURE: f"a zip archive of {SCHEMA} and {arrays} arrays"}
    if marked:
        notes[Kind.MAGIC] = "the version of skops in the tree"
    return Evidence.of(notes)


def read(blob: Blob) -> Model:
    """Read the tree and all arrays; FormatError where the tree is none of skops, or an array is missing."""
    entries = read_directory(blob, Limits())
    members = {entry.name: entry for entry in entries}
    if len(members) < len(entries) or SCHEMA not in members:
        raise FormatError(f"skops archive: no {SCHEMA}, or two members of one name")
    schema = member_blob(blob, members[SCHEMA])
    tree = read_document(schema)
    if not isinstance(tree, dict) or not all(isinstance(tree.get(key), str) for key in NODE):
        raise FormatError(f"skops archive: {SCHEMA} tells of no object")
    version = tree.pop("_skops_version", None)
    if not isinstance(version, str):
        raise FormatError(f"skops archive: {SCHEMA} has no version of skops")
    reading = _Reading(blob, members)
    structure = reading.shown(tree)
    make_exact(tree)
    framing = unaccounted(blob, entries)
    residue = {f"zip: {name}": held(blob, offset, length) for name, offset, length in framing.residue}
    contradictions = (*reading.damaged(), *remarks(blob, entries))
    arrays = list(reading.arrays.values())
    tensors = tuple(tensor for model in arrays for tensor in model.tensors)
    if len({tensor.name for tensor in tensors}) < len(tensors):
        raise FormatError("skops archive: two arrays are at places of one name")
    end = locate(blob).offset + locate(blob).size
    noise = {"zip end records": blob.read(end, min(END_RECORDS, blob.size - end)), **framing.noise}
    noise["identities"] = "\n".join(reading.identities).encode()
    model = Model(
        FORMAT.name,
        tensors,
        structure,
        {"skops version": version},
        {**residue, **dict(reading.unused()), **_gathered(arrays, "residue")},
        {**noise, **_gathered(arrays, "noise")},
        (*reading.unfamiliar(), *(told for model in arrays for told in model.remarks), *contradictions),
        complete=not contradictions and all(model.complete for model in arrays),
    )
    model = with_order(with_spelling(model, schema), schema.read(0, schema.size))
    return with_compression(model, blob, entries)


def _gathered(arrays: list[Model], part: str) -> dict[str, bytes]:
    return {name: data for model in arrays for name, data in getattr(model, part).items()}


@dataclass(slots=True)
class _Reading:
    """One archive that is being read: its arrays by the names that they got, what was used and named."""

    blob: Blob
    members: dict[str, Entry]
    arrays: dict[str, Model] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    identities: dict[str, int] = field(default_factory=dict)
    used: set[str] = field(default_factory=lambda: {SCHEMA})
    named: dict[str, None] = field(default_factory=dict)

    def shown(self, tree: dict[str, object]) -> object:
        """Return the tree with identities counted from 0, and names of tensors in the place of files."""
        work: list[tuple[object, str]] = [(tree, "")]
        while work:
            value, path = work.pop()
            if isinstance(value, list):
                work.extend((inner, f"{path}.{at}") for at, inner in reversed(list(enumerate(value))))
            if not isinstance(value, dict):
                continue
            node = all(isinstance(value.get(key), str) for key in NODE)
            if node:
                self._enter(value, path)
            for key in reversed(value):
                below = path if node and key == "content" else f"{path}.{key}"
                work.append((value[key], below))
        return tree

    def _enter(self, node: dict[str, object], path: str) -> None:
        """Take in one object: its type, its identity, and its file."""
        self.named[f"{node['__module__']}.{node['__class__']}"] = None
        if "__id__" in node:
            identity = repr(node["__id__"])
            node["__id__"] = self.identities.setdefault(identity, len(self.identities))
        if "file" in node:
            node["file"] = self._file(str(node["file"]), path.lstrip(".") or "array")

    def _file(self, name: str, path: str) -> object:
        """Return what stands for a member: the name of its tensor, or its content."""
        entry = self.members.get(name)
        if entry is None or name == SCHEMA:
            raise FormatError(f"skops archive: there is no member {name:.80}")
        self.used.add(name)
        member = member_blob(self.blob, entry)
        if not name.endswith((".npy", ".npz")):
            return {"content": content(member, 0, member.size)}
        title = self.names.free(path)
        self.arrays[title] = npy.read_array(member, title) if name.endswith("y") else _sparse(member, title)
        return {"tensor": title, "structure": self.arrays[title].structure}

    def damaged(self) -> Iterator[str]:
        """Yield the members whose bytes have another checksum than the archive says."""
        for name in sorted(self.used):
            if checksum_differs(self.blob, self.members[name]):
                yield f"{name}: its bytes have another checksum than the zip directory says"

    def unused(self) -> Iterator[tuple[str, bytes]]:
        """Yield the members that no object names."""
        for name, entry in self.members.items():
            if name not in self.used and entry.size:
                member = member_blob(self.blob, entry)
                yield name, held(member, 0, member.size)

    def unfamiliar(self) -> Iterator[str]:
        """Yield a remark for each type of an unexpected package, some 20 at most."""
        odd = [name for name in self.named if name.partition(".")[0] not in FAMILIAR]
        yield from (f"opaque: {name:.120}" for name in odd[:MOST_REMARKS])
        if len(odd) > MOST_REMARKS:
            yield f"opaque: {len(odd) - MOST_REMARKS} more types"


def _sparse(member: Blob, title: str) -> Model:
    """Read a sparse matrix, which is an archive of its arrays; they are named below the matrix."""
    model = npz.read(member)
    tensors = tuple(replace(tensor, name=f"{title}.{tensor.name}") for tensor in model.tensors)
    residue = {f"{title}: {name}": data for name, data in model.residue.items()}
    noise = {f"{title}: {name}": data for name, data in model.noise.items()}
    return replace(model, tensors=tensors, residue=residue, noise=noise)
