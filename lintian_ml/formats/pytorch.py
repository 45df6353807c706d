"""PyTorch's zip files: checkpoints, and TorchScript with its code (torch/serialization.py, torch/csrc/jit).

One pickle (``data.pkl``) describes the object; each storage is a member ``data/KEY``. TorchScript adds source
text (``code/``), and the tensors of its constants (``constants.pkl``, ``constants/KEY``).
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.container.directory import locate
from lintian_ml.container.limits import Limits
from lintian_ml.container.unaccounted import unaccounted
from lintian_ml.container.zip import Entry, checksum_differs, member_blob, read_directory, remarks
from lintian_ml.encoding.compressed import COMPRESSION, with_compression
from lintian_ml.encoding.pickle import follow, load
from lintian_ml.encoding.pickle_account import PLAIN, Account
from lintian_ml.encoding.pickle_machine import Machine
from lintian_ml.encoding.pickle_numpy import KNOWN as NUMPY
from lintian_ml.encoding.pickle_numpy import NumpyReader
from lintian_ml.encoding.pickle_source import Budget, Source
from lintian_ml.encoding.pickle_torch import KNOWN as TORCH
from lintian_ml.encoding.pickle_torch import MODULE_PARTS, TorchReader
from lintian_ml.encoding.pickle_tree import Leaf
from lintian_ml.encoding.plain import told
from lintian_ml.encoding.torch_storage import layout, unused
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format(
    "pytorch", extensions=(".pt", ".pth", ".bin", ".ckpt", ".ptl", ".ts", ".jit", ".model"), within="zip"
)
NOISE = (
    ".data/serialization_id",
    ".format_version",
    ".storage_alignment",
    "byteorder",
    "*.pkl: instructions",
    "storages",
    "zip local headers",
    "zip directory",
    "zip end records",
    COMPRESSION,
)

_KNOWN = PLAIN | NUMPY | TORCH
_PICKLES = ("data", "constants", "attributes", "bytecode")
_NOISE = frozenset({"byteorder", ".data/serialization_id", ".format_version", ".storage_alignment"})
_TEXT = 4 << 20
_END_RECORDS = 98
"""Bytes of the longest records that end a zip archive, those of zip64 among them."""
_MOST_PICKLE = 256 << 20
_LOCAL_HEADER = 30


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Recognise ``*/data.pkl`` beside ``*/version`` or ``*/data/KEY``; without a storage, a carrier."""
    names = {entry.name for entry in glimpse.members or ()}
    folder = _folder(names)
    if folder is None:
        return None
    storages = sum(name.startswith(f"{folder}data/") for name in names)
    if not storages and f"{folder}version" not in names:
        return None
    script = any(name.startswith(f"{folder}code/") for name in names)
    notes = {
        Kind.MAGIC: "zip archive with data.pkl",
        Kind.STRUCTURE: f"{'TorchScript' if script else 'PyTorch'}, {storages} storages",
    }
    if script or _names_tensors(glimpse, f"{folder}data.pkl"):
        notes[Kind.SEMANTICS] = "code and tensors" if script else "tensors"
    return Evidence.of(notes, carrier=not storages and not script)


def _folder(names: set[str]) -> str | None:
    """Return the path before the shortest ``data.pkl``, with its slash."""
    found = [name for name in names if name == "data.pkl" or name.endswith("/data.pkl")]
    return min(found, key=lambda name: (len(name), name)).removesuffix("data.pkl") if found else None


def _names_tensors(glimpse: Glimpse, name: str) -> bool:
    """Whether the part of ``data.pkl`` that is seen names the functions that make tensors."""
    entry = next(entry for entry in glimpse.members or () if entry.name == name)
    header = glimpse.head[entry.offset : entry.offset + _LOCAL_HEADER]
    start = (
        entry.offset + _LOCAL_HEADER + sum(int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    )
    seen = Blob(glimpse.head[start : start + entry.size]) if entry.method == 0 else Blob()
    machine = Machine(Source(seen, 0, Budget(operations=seen.size), entry.size))
    with suppress(FormatError, LimitError):
        follow(machine)
    return any(symbol.startswith("torch._utils._rebuild") for symbol in machine.symbols)


@dataclass(frozen=True, slots=True)
class _Archive:
    """The members of one folder of a zip file, by their paths in it."""

    blob: Blob
    folder: str
    members: Mapping[str, Entry]

    def open(self, name: str, at_most: int) -> Blob | None:
        """Return a member's bytes; None where there is no such member."""
        entry = self.members.get(name)
        return None if entry is None else member_blob(self.blob, entry, at_most)

    def text(self, name: str) -> str:
        """Return a small member as text; empty where there is none."""
        found = self.open(name, _TEXT)
        if found is None:
            return ""
        if found.size > _TEXT:
            raise LimitError(f"PyTorch file: {name} is larger than {_TEXT} bytes")
        return told(found.read(0, found.size))


def read(blob: Blob) -> Model:
    """Read every tensor where it lies, the object's structure, and the code of TorchScript."""
    entries = read_directory(blob, Limits())
    folder = _folder({entry.name for entry in entries})
    if folder is None:
        raise FormatError("PyTorch file: no data.pkl")
    inside = {entry.name.removeprefix(folder): entry for entry in entries if entry.name.startswith(folder)}
    archive = _Archive(blob, folder, inside)
    order = archive.text("byteorder").strip()
    if order not in ("", "little", "big"):
        raise FormatError(f"PyTorch file: byte order {order[:20]!r}")
    return _Reading(archive, entries, big_endian=order == "big").model()


class _Reading:
    """One file that is being read; ``used`` are the members that were accounted for."""

    def __init__(self, archive: _Archive, entries: tuple[Entry, ...], *, big_endian: bool) -> None:
        self.archive = archive
        self.entries = entries
        self.used: set[str] = set()
        self.damaged: list[str] = []
        self.torch = TorchReader(self._storage, big_endian=big_endian)
        self.numpy = NumpyReader(Blob())
        self.account = Account(self._interpret, MODULE_PARTS, ("pytorch-lightning_version",))

    def model(self) -> Model:
        """Put the parts together."""
        structure = {name: self._pickle(name) for name in _PICKLES if f"{name}.pkl" in self.archive.members}
        structure["shared"] = self.account.shared()
        structure.update(self._code())
        version = self._version()
        self._keep_unused()
        self._keep_members()
        framing = unaccounted(self.archive.blob, self.entries)
        for name, offset, length in framing.residue:
            self.account.keep(f"zip: {name}", self.archive.blob, offset, length)
        contradictions = (*self.damaged, *remarks(self.archive.blob, self.entries))
        model = Model(
            FORMAT.name,
            tuple(self.account.tensors),
            structure,
            {"version": version, **self.account.found} if version else dict(self.account.found),
            self.account.residue,
            {**self.account.noise, **framing.noise, **self._noise()},
            (*self.account.remarks(self._is_known), *contradictions),
            complete=not contradictions,
            parameters=self.account.parameters,
        )
        return with_compression(model, self.archive.blob, self.entries)

    def _version(self) -> str:
        """Return the version of the archive's layout; a line end may stand behind it."""
        text = self.archive.text("version")
        self.used.add("version")
        version = text.strip()
        if text.removesuffix("\n") != version:
            self.account.hold("version", text.encode("utf-8"))
        return version

    def _noise(self) -> dict[str, bytes]:
        """Return the places of the storages, and the records that end the zip archive."""
        blob, directory = self.archive.blob, locate(self.archive.blob)
        end = directory.offset + directory.size
        records = blob.read(end, min(_END_RECORDS, blob.size - end))
        return {"storages": layout(self.torch.storages.values()), "zip end records": records}

    def _interpret(self, node: object) -> Leaf | None:
        return self.torch.interpret(node) or self.numpy.interpret(node)

    def _is_known(self, name: str) -> bool:
        """Whether a name is of the closed list, or of a type that the file's own code defines."""
        return name in _KNOWN or (name.startswith("__torch__.") and self._is_script())

    def _is_script(self) -> bool:
        return any(name.startswith("code/") for name in self.archive.members)

    def _pickle(self, name: str) -> object:
        blob = self.archive.open(f"{name}.pkl", _MOST_PICKLE)
        if blob is None or blob.size > _MOST_PICKLE:
            raise LimitError(f"PyTorch file: {name}.pkl is larger than {_MOST_PICKLE} bytes")
        self.used.add(f"{name}.pkl")
        self.torch.place = f"{name}/"
        self.numpy.blob = blob
        if checksum_differs(self.archive.blob, self.archive.members[f"{name}.pkl"]):
            self.damaged.append(f"{name}.pkl: its bytes have another checksum than the zip directory says")
        pickle = load(blob, 0, self.account.budget)
        structure = self.account.add(pickle, blob, f"{name}.pkl", "" if name == "data" else name)
        self.account.keep(f"{name}.pkl: trailing bytes", blob, pickle.end, blob.size - pickle.end)
        return structure

    def _storage(self, name: str) -> Blob | None:
        """Return the bytes of a storage: a member of the folder that is named as the pickle is."""
        self.used.add(name)
        return self.archive.open(name, _MOST_PICKLE)

    def _code(self) -> dict[str, object]:
        """Return the source text of TorchScript, by path."""
        names = [name for name in self.archive.members if name.startswith("code/") and name.endswith(".py")]
        if not names:
            return {}
        self.used.update(names)
        return {"code": {name: self.archive.text(name) for name in sorted(names)}}

    def _keep_unused(self) -> None:
        for key, storage in self.torch.storages.items():
            owner = self.account.owners.get(key, [key])[0]
            for offset, length in unused(storage):
                self.account.keep(f"storage of {owner} at {offset}: unused", storage.blob, offset, length)

    def _keep_members(self) -> None:
        """Keep what no reader asked for: noise where the format says so, else residue."""
        for name, entry in self.archive.members.items():
            if name in self.used or not entry.size:
                continue
            blob = member_blob(self.archive.blob, entry)
            if name in _NOISE and blob.size <= 1 << 12:
                self.account.noise[name] = blob.read(0, blob.size)
            else:
                self.account.keep(name, blob, 0, blob.size)
        inside = {entry.offset for entry in self.archive.members.values()}
        for entry in self.entries:
            if entry.offset not in inside and entry.size:
                blob = member_blob(self.archive.blob, entry)
                self.account.keep(f"//{entry.name}", blob, 0, blob.size)
