"""PyTorch's single-file format before version 1.6 (torch/serialization.py, ``_legacy_save``).

Four pickles (a magic number, a protocol number, facts about the system, the object), a pickled list of
storage keys, then each storage: its number of elements as a signed 64-bit integer, and its bytes,
little-endian always.
"""

from collections.abc import Iterator
from contextlib import suppress

from lintian_ml.blob import Blob
from lintian_ml.encoding.pickle import Pickle, follow, load
from lintian_ml.encoding.pickle_account import PLAIN, Account
from lintian_ml.encoding.pickle_machine import Machine
from lintian_ml.encoding.pickle_numpy import KNOWN as NUMPY
from lintian_ml.encoding.pickle_numpy import NumpyReader
from lintian_ml.encoding.pickle_source import Budget, Source
from lintian_ml.encoding.pickle_torch import KNOWN as TORCH
from lintian_ml.encoding.pickle_torch import MODULE_PARTS, TorchReader, reference
from lintian_ml.encoding.pickle_tree import Leaf
from lintian_ml.encoding.torch_storage import layout, unused
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("pytorch-legacy", extensions=(".pt", ".pth", ".bin", ".ckpt", ".tar"), first=b"\x80")
NOISE = ("*: instructions", "storages")

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
_WRITTEN_MAGIC = b"\x8a\x0a" + MAGIC.to_bytes(10, "little") + b"."
_KNOWN = PLAIN | NUMPY | TORCH


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Recognise the magic number in its pickle, the pickles behind it, and tensors in the fourth."""
    head = glimpse.head
    if head[:1] != b"\x80" or _WRITTEN_MAGIC not in head[:32]:
        return None
    notes = {Kind.MAGIC: "PyTorch's magic number"}
    budget, offset = Budget(operations=len(head)), 0
    try:
        for _ in range(3):
            offset = follow(Machine(Source(Blob(head), offset, budget, glimpse.size))).end
    except (FormatError, LimitError):
        return Evidence.of(notes)
    notes[Kind.STRUCTURE] = "the pickles of PyTorch's legacy format"
    machine = Machine(Source(Blob(head), offset, budget, glimpse.size))
    with suppress(FormatError, LimitError):
        follow(machine)
    if any(name.startswith("torch._utils._rebuild") for name in machine.symbols):
        notes[Kind.SEMANTICS] = "tensors"
    return Evidence.of(notes)


def read(blob: Blob) -> Model:
    """Read the object and every storage."""
    stored: dict[str, Blob] = {}
    torch, numpy = TorchReader(stored.get), NumpyReader(blob)

    def interpret(node: object) -> Leaf | None:
        return torch.interpret(node) or numpy.interpret(node)

    account = Account(interpret, MODULE_PARTS, ("pytorch-lightning_version",))
    magic, protocol, system, thing, keys = _pickles(blob, account.budget)
    if magic.root != MAGIC or protocol.root != PROTOCOL:
        raise FormatError("PyTorch legacy file: wrong magic number or protocol")
    end = keys.end
    for key, storage in _storages(blob, thing, keys):
        stored[key] = storage
        end += 8 + storage.size
    structure = {
        "object": account.add(thing, blob, "object"),
        "system": account.add(system, blob, "system", "system"),
    }
    _keep_unused(account, torch, stored)
    account.keep("trailing bytes", blob, end, blob.size - end)
    for pickle, name in ((magic, "magic"), (protocol, "protocol"), (keys, "storage keys")):
        account.add(pickle, blob, name, name)
    account.noise["storages"] = layout(torch.storages.values())
    return Model(
        FORMAT.name,
        tuple(account.tensors),
        {**structure, "shared": account.shared()},
        dict(account.found),
        account.residue,
        account.noise,
        account.remarks(_KNOWN.__contains__),
        complete=True,
        parameters=account.parameters,
    )


def _keep_unused(account: Account, torch: TorchReader, stored: dict[str, Blob]) -> None:
    """Keep the bytes of storages that no tensor looks at."""
    for key, found in torch.storages.items():
        for offset, length in unused(found):
            account.keep(
                f"storage of {account.owners.get(key, [key])[0]} at {offset}: unused",
                found.blob,
                offset,
                length,
            )
    for key in sorted(stored.keys() - torch.storages.keys()):
        account.keep(f"storage {key}: unused", stored[key], 0, stored[key].size)


def _pickles(blob: Blob, budget: Budget) -> Iterator[Pickle]:
    end = 0
    for _ in range(5):
        pickle = load(blob, end, budget)
        yield pickle
        end = pickle.end


def _storages(blob: Blob, thing: Pickle, keys: Pickle) -> Iterator[tuple[str, Blob]]:
    """Yield the key and the bytes of each storage, in the order of the list of keys."""
    if not isinstance(keys.root, list):
        raise FormatError("PyTorch legacy file: no list of storage keys")
    widths = {found.key: found.width for found in map(reference, thing.persistents) if found}
    offset = keys.end
    for key in keys.root:
        width = widths.get(key) if isinstance(key, str) else None
        if width is None:
            raise FormatError(f"PyTorch legacy file: storage {str(key)[:40]} has no type")
        count = int.from_bytes(blob.read(offset, 8), "little", signed=True)
        if not 0 <= count <= blob.size:
            raise FormatError(f"PyTorch legacy file: storage {key[:40]} of {count} elements")
        yield key, blob.part(offset + 8, count * width)
        offset += 8 + count * width
