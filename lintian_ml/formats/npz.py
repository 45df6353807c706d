"""NumPy .npz, a zip archive of .npy arrays (numpy.savez, numpy.savez_compressed)."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from lintian_ml.blob import BLOCK, Blob
from lintian_ml.container.framing import FRAMING, framed
from lintian_ml.container.limits import Limits
from lintian_ml.container.zip import Entry, blocks, member_blob, read_directory, remarks
from lintian_ml.encoding.compressed import COMPRESSION, with_compression
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.formats.npy import read_array, read_header, tells_of_weights
from lintian_ml.model import Computed, Model, Span, Tensor

FORMAT = Format("npz", extensions=(".npz",), within="zip")
NOISE = (
    "memory order of *",
    "byte order of *",
    "header padding of *",
    "header text of *",
    "version of *",
    *FRAMING,
    COMPRESSION,
)


def recognise(glimpse: Glimpse) -> Evidence | None:
    """A zip archive in which every member is named as an array."""
    members = glimpse.members
    if not members or not all(entry.name.endswith(".npy") and entry.size >= 16 for entry in members):
        return None
    notes = {
        Kind.MAGIC: "begins as a zip archive" if glimpse.head[:4] == b"PK\3\4" else "holds a zip archive",
        Kind.STRUCTURE: f"all of its members, {len(members)}, are .npy arrays",
    }
    if tells_of_weights(glimpse.name):
        notes[Kind.NAME] = "the name speaks of a model"
    return Evidence.of(notes, carrier=True)


def read(blob: Blob) -> Model:
    """Read each array's header; elements are read, and decompressed, later."""
    entries = read_directory(blob, Limits())
    if len({entry.name for entry in entries}) < len(entries):
        raise FormatError("npz archive has two members of one name")
    arrays = [entry for entry in entries if entry.name.endswith(".npy")]
    others = tuple(
        f"member {entry.name} is not an array, not read"
        for entry in entries
        if not entry.name.endswith(".npy")
    )
    models = [_array(blob, entry) for entry in arrays]
    framing = framed(blob, entries)
    model = Model(
        format=FORMAT.name,
        tensors=tuple(tensor for model in models for tensor in model.tensors),
        structure={"types": [model.structure for model in models if model.structure]},
        residue={**_merged(model.residue for model in models), **framing.residue},
        noise={**_merged(model.noise for model in models), **framing.noise},
        remarks=(*(remark for model in models for remark in model.remarks), *others, *remarks(blob, entries)),
        complete=not others and all(model.complete for model in models),
    )
    return with_compression(model, blob, entries)


class _Inflated(Blob):
    """A compressed member, decompressed from its beginning each time something of it is read."""

    def __init__(self, archive: Blob, entry: Entry) -> None:
        super().__init__(b"", entry.name)
        self.archive = archive
        self.entry = entry
        self.size = entry.size

    def blocks(self, offset: int = 0, length: int | None = None, block: int = BLOCK) -> Iterator[bytes]:
        """Yield ``length`` bytes (None: to the end) from ``offset``; the blocks are as they come out."""
        del block
        length = self.size - offset if length is None else length
        self._demand(offset, length)
        position, end = 0, offset + length
        for data in blocks(self.archive, self.entry):
            if position >= end:
                return
            wanted = data[max(0, offset - position) : end - position]
            position += len(data)
            if wanted:
                yield wanted

    def readinto(self, offset: int, buffer: memoryview) -> int:
        """Fill ``buffer`` from ``offset``; return how many bytes there were before the end."""
        data = self._fetch(offset, min(len(buffer), max(0, self.size - offset)))
        buffer[: len(data)] = data
        return len(data)

    def _fetch(self, offset: int, length: int) -> bytes:
        return b"".join(self.blocks(offset, length))


def _array(blob: Blob, entry: Entry) -> Model:
    name = entry.name.removesuffix(".npy")
    try:
        if entry.method == 0:
            return read_array(member_blob(blob, entry), name)
        member: Blob = _Inflated(blob, entry)
        if read_header(member).fortran:
            member = member_blob(blob, entry)
        model = read_array(member, name)
    except FormatError as error:
        raise FormatError(f"npz member {entry.name}: {error}") from None
    return dataclasses.replace(model, tensors=tuple(map(_streamed, model.tensors)))


def _streamed(tensor: Tensor) -> Tensor:
    """Let a compressed payload be read from front to back only."""
    payload = tensor.payload
    if isinstance(payload, Span):
        return dataclasses.replace(tensor, payload=Computed(payload.blocks, payload.length))
    return tensor


def _merged(maps: Iterable[Mapping[str, bytes]]) -> dict[str, bytes]:
    return {name: data for one in maps for name, data in one.items()}
