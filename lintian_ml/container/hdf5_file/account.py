"""A file's account: all that it says, by object; what it could say otherwise; and what says nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.container.hdf5 import Contents
from lintian_ml.container.hdf5_file.attribute import Attribute
from lintian_ml.container.hdf5_file.contents import Told
from lintian_ml.container.hdf5_file.dataset import Dataset, Datasets
from lintian_ml.container.hdf5_file.fields import Fields
from lintian_ml.container.hdf5_file.header import CONTINUATION, NIL, REFERENCES, Header
from lintian_ml.container.hdf5_file.heap_global import GlobalHeaps
from lintian_ml.container.hdf5_file.ledger import FORM, Ledger
from lintian_ml.container.hdf5_file.messages import DATATYPE, FILE_SPACE, TREE_SIZES
from lintian_ml.container.hdf5_file.superblock import Superblock, read_superblock, signature_at
from lintian_ml.container.hdf5_file.values import Values
from lintian_ml.container.hdf5_file.walk import Object, Walk
from lintian_ml.error import FormatError

_OF_EXTENSION = frozenset((NIL, CONTINUATION, REFERENCES, TREE_SIZES, FILE_SPACE))


@dataclass(frozen=True, slots=True)
class Account:
    """``objects`` has plain data of each object by its path, and of its attributes; ``texts`` the attributes
    that are one text, by path and name; ``datasets`` how each is stored; ``aliases`` the first paths of
    objects that have several, by the others; ``contents`` is what the file holds, as any reader tells it.
    """

    contents: Contents
    objects: Mapping[str, Mapping[str, object]]
    texts: Mapping[tuple[str, str], bytes]
    datasets: Mapping[str, Dataset]
    aliases: Mapping[str, str]
    residue: Mapping[str, bytes]
    noise: Mapping[str, bytes]
    noise_bits: Mapping[str, int]


def read_account(blob: Blob) -> Account:
    """Account for every byte of a file; FormatError or LimitError says which byte cannot be, and why."""
    ledger = Ledger(blob, signature_at(blob))
    sizes = read_superblock(ledger)
    walk = Walk(ledger, sizes)
    if sizes.extension is not None:
        _extend(ledger, sizes, walk.header(sizes.extension))
    walk.run()
    datasets = Datasets(walk)
    stored = {
        address: datasets.read(found.header) for address, found in walk.objects.items() if found.is_dataset
    }
    heaps = GlobalHeaps(ledger)
    teller = _Teller(walk, stored, Values(heaps, {at: found.path for at, found in walk.objects.items()}))
    objects = {found.path.decode(): teller.told(at, found) for at, found in walk.objects.items()}
    walk.close()
    heaps.close()
    ledger.close()
    return Account(
        Told(walk, stored, teller.lists).all(),
        objects,
        teller.texts,
        {walk.objects[address].path.decode(): dataset for address, dataset in stored.items()},
        teller.aliases,
        ledger.residue,
        ledger.noise(),
        ledger.bits,
    )


class _Teller:
    """Tells objects as plain data, once all of them have names."""

    def __init__(self, walk: Walk, stored: Mapping[int, Dataset], values: Values) -> None:
        self.walk = walk
        self.stored = stored
        self.values = values
        self.texts: dict[tuple[str, str], bytes] = {}
        self.lists: dict[tuple[str, str], list[bytes]] = {}
        self.aliases: dict[str, str] = {}

    def told(self, address: int, found: Object) -> dict[str, object]:
        """Return an object's facts; what is empty is left out."""
        path = found.path.decode()
        facts: dict[str, object] = {"kind": "group" if found.is_group else "type"}
        if dataset := self.stored.get(address):
            facts = {"kind": "dataset", **dataset.facts()}
            if dataset.raw is not None:
                facts["values"] = self.values.told(dataset.raw, dataset.kind)
        elif not found.is_group:
            facts["type"] = self._committed(address, found.header)
        if found.comment is not None:
            facts["comment"] = found.comment.hex()
        if found.links:
            facts["links"] = {name.decode(): list(link) for name, link in found.links.items()}
            for name, (sort, target) in found.links.items():
                if sort == "hard":
                    whole = found.path + b"/" + name if found.path else name
                    self.aliases[whole.decode()] = bytes.fromhex(target).decode()
        if found.attributes:
            facts["attributes"] = {_name(one): self._attribute(path, one) for one in found.attributes}
        return facts

    def _committed(self, address: int, header: Header) -> object:
        """Return the type that an object is."""
        if address not in self.walk.types:
            messages = header.of(DATATYPE)
            if len(messages) != 1 or messages[0].shared:
                raise FormatError(f"HDF5 object at {address} is neither group, dataset nor type")
            self.walk.types[address] = self.walk.kind(messages[0])
        return self.walk.types[address].whole()

    def _attribute(self, path: str, attribute: Attribute) -> dict[str, object]:
        texts = self.values.texts(attribute.raw, attribute.kind)
        if attribute.kind.places:
            self.lists[path, _name(attribute)] = texts
        if attribute.space.shape == () and attribute.kind.is_text:
            (self.texts[path, _name(attribute)],) = texts
        value = self.values.told(attribute.raw, attribute.kind)
        return {"type": attribute.kind.whole(), **attribute.space.facts(), "value": value}


def _name(attribute: Attribute) -> str:
    """Return an attribute's name."""
    try:
        return attribute.name.decode()
    except UnicodeDecodeError:
        raise attribute.raw.unread("has a name that is not UTF-8") from None


def _extend(ledger: Ledger, sizes: Superblock, header: Header) -> None:
    """Read the superblock's extension: sizes of nodes, and how free space is looked after."""
    for message in header.messages:
        fields = message.fields("message of the superblock's extension")
        if message.shared or message.kind not in _OF_EXTENSION:
            raise fields.unread(f"is of type {message.kind}, which is not read")
        if message.kind == TREE_SIZES:
            fields.constant(b"\0")
            sizes.chunk_k, sizes.internal_k, sizes.leaf_k = fields.numbers(3, 2)
        elif message.kind == FILE_SPACE:
            _file_space(fields)
        else:
            fields.rest()
        ledger.note(FORM, fields.data[: fields.at])
        ledger.spare("ends of messages", fields.rest())


def _file_space(fields: Fields) -> None:
    """Read how free space is looked after; managers of it must not be kept in the file."""
    version = fields.number(1)
    if version == 1:
        persistent = fields.take(2)[1]
        fields.take(8 + 8 + 2 + 8)
    elif version == 0:
        persistent = fields.take(1)[0] == 1
        fields.take(8)
    else:
        raise fields.unread(f"has version {version}")
    while fields.left >= 8:
        persistent = fields.address() is not None or persistent
    if persistent:
        raise fields.unread("says that managers of free space are kept, which are not read")
