"""Every object that a file's root leads to, each read once, and all that its header says."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lintian_ml.container.hdf5_file.attribute import Attribute, read_attribute
from lintian_ml.container.hdf5_file.datatype import Kind, read_type
from lintian_ml.container.hdf5_file.dense import ATTRIBUTES, LINKS, read_dense
from lintian_ml.container.hdf5_file.fields import Fields, Unread
from lintian_ml.container.hdf5_file.header import CONTINUATION, NIL, REFERENCES, Header, Message, read_header
from lintian_ml.container.hdf5_file.ledger import FORM, TIMES, Ledger
from lintian_ml.container.hdf5_file.link import Link, Sort, read_link
from lintian_ml.container.hdf5_file.messages import (
    ATTRIBUTE,
    ATTRIBUTE_INFO,
    COMMENT,
    DATASPACE,
    DATATYPE,
    FILL,
    FILTERS,
    GROUP_INFO,
    LAYOUT_OF_DATA,
    LINK,
    LINK_INFO,
    OLD_FILL,
    OLD_TIME,
    SYMBOLS,
    TIME,
)
from lintian_ml.container.hdf5_file.superblock import Superblock
from lintian_ml.container.hdf5_file.symbols import read_symbols
from lintian_ml.error import FormatError, LimitError

DEPTH_LIMIT = 100

_MANY = frozenset((NIL, CONTINUATION, REFERENCES, LINK, ATTRIBUTE))
_OF_ALL = _MANY - {LINK} | {ATTRIBUTE_INFO, COMMENT, OLD_TIME, TIME}
_OF_GROUPS = _OF_ALL | {LINK, LINK_INFO, GROUP_INFO, SYMBOLS}
_OF_TYPES = _OF_ALL | {DATATYPE}
_OF_DATASETS = _OF_TYPES | {DATASPACE, FILL, OLD_FILL, LAYOUT_OF_DATA, FILTERS}


@dataclass(slots=True)
class Object:
    """A group, a dataset or a type by the name that led to it first, and what else was found of it.

    ``links`` has plain data of each link that does not lead to an object met there for the first time.
    """

    path: bytes
    header: Header
    attributes: list[Attribute] = field(default_factory=list)
    links: dict[bytes, list[str]] = field(default_factory=dict)
    comment: bytes | None = None
    met: int = 0

    @property
    def is_group(self) -> bool:
        """Whether it has members."""
        return bool(self.header.of(SYMBOLS) or self.header.of(LINK_INFO))

    @property
    def is_dataset(self) -> bool:
        """Whether it has elements."""
        return bool(self.header.of(LAYOUT_OF_DATA))


class Walk:
    """Reads objects from the root; one group after another, members in the order of their names."""

    def __init__(self, ledger: Ledger, sizes: Superblock) -> None:
        self.ledger = ledger
        self.sizes = sizes
        self.headers: dict[int, Header] = {}
        self.types: dict[int, Kind] = {}
        self.objects: dict[int, Object] = {}
        self.uses: dict[int, int] = {}

    def run(self) -> None:
        """Read all objects."""
        root = self._met(self.sizes.root, b"")
        waiting = [root]
        while waiting:
            waiting.extend(self._members(waiting.pop()))

    def close(self) -> None:
        """Take down each count of links that is not that of the links, and of the uses of a type."""
        for address, found in self.objects.items():
            links = found.met + self.uses.get(address, 0)
            if found.header.links != links:
                self.ledger.spare("counts of links", b"%d, not %d" % (found.header.links, links))

    def header(self, address: int) -> Header:
        """Return an object's header, read once."""
        if address not in self.headers:
            self.headers[address] = read_header(self.ledger, address)
        return self.headers[address]

    def kind(self, message: Message) -> Kind:
        """Return the type that a datatype message says, or leads to."""
        fields = message.fields("datatype message")
        kind = self.shared(fields) if message.shared else read_type(self.ledger, fields)
        self.rest(fields)
        return kind

    def shared(self, fields: Fields) -> Kind:
        """Return the type that is an object of its own, in place of which its address stands."""
        version = fields.number(1)
        sort = fields.number(1)
        if version not in (2, 3) or (version == 3 and sort != 2):
            raise fields.unread(f"refers to a shared message of version {version} and type {sort}")
        address = fields.there()
        self.ledger.note(FORM, fields.data[: fields.at])
        if address not in self.types:
            messages = self.header(address).of(DATATYPE)
            if len(messages) != 1 or messages[0].shared:
                raise fields.wrong(f"refers to a type at {address}, where there is none")
            self.types[address] = self.kind(messages[0])
        self.uses[address] = self.uses.get(address, 0) + 1
        return self.types[address]

    def rest(self, fields: Fields) -> None:
        """Take down what a message has after its last field."""
        self.ledger.spare("ends of messages", fields.rest())

    def _met(self, address: int, path: bytes) -> Object:
        """Read an object that is met for the first time."""
        found = Object(path, self.header(address), met=1)
        self.objects[address] = found
        known = _OF_GROUPS if found.is_group else _OF_DATASETS if found.is_dataset else _OF_TYPES
        seen: set[int] = set()
        for message in found.header.messages:
            if message.kind not in known or (message.kind in seen and message.kind not in _MANY):
                raise Unread(f"message of type {message.kind} at {message.at}, not expected there")
            if message.shared and message.kind != DATATYPE:
                raise Unread(f"shared message of type {message.kind} at {message.at}")
            seen.add(message.kind)
            self._plain(found, message)
        found.attributes = sorted(self._attributes(found.header), key=lambda one: one.name)
        if len({one.name for one in found.attributes}) < len(found.attributes):
            raise FormatError(f"object at {address} has two attributes of one name")
        return found

    def _plain(self, found: Object, message: Message) -> None:
        """Read a message that any object may have."""
        fields = message.fields("message")
        if message.kind in (TIME, OLD_TIME):
            self.ledger.note(TIMES, fields.rest())
        elif message.kind == GROUP_INFO:
            self.ledger.note(FORM, fields.rest())
        elif message.kind == COMMENT:
            found.comment = fields.text()
            self.rest(fields)

    def _attributes(self, header: Header) -> Iterator[Attribute]:
        for message in header.of(ATTRIBUTE):
            yield read_attribute(self.ledger, message.fields("attribute"), self.shared)
        for message in header.of(ATTRIBUTE_INFO):
            fields = message.fields("attribute info message")
            for stored in read_dense(self.ledger, fields, ATTRIBUTES):
                yield read_attribute(self.ledger, stored, self.shared)
            self.rest(fields)

    def _members(self, group: Object) -> list[Object]:
        """Read the members of a group; return the groups among them."""
        links = sorted(self._links(group.header), key=lambda link: link.name)
        if len({link.name for link in links}) < len(links):
            raise FormatError(f"group at {group.header.address} has two members of one name")
        if group.path.count(b"/") >= DEPTH_LIMIT and links:
            raise LimitError(f"HDF5 groups nest more than {DEPTH_LIMIT} levels deep")
        groups = []
        for link in links:
            self._demand_name(link, group)
            path = group.path + b"/" + link.name if group.path else link.name
            if link.sort is Sort.SOFT:
                group.links[link.name] = [link.sort.value, link.target.hex()]
            elif link.address in self.objects:
                self.objects[link.address].met += 1
                group.links[link.name] = [link.sort.value, self.objects[link.address].path.hex()]
            elif (found := self._met(link.address, path)).is_group:
                groups.append(found)
        return groups

    def _links(self, header: Header) -> Iterator[Link]:
        """Yield the links of a group, whichever way it keeps them."""
        for message in header.of(SYMBOLS):
            fields = message.fields("symbol table message")
            yield from read_symbols(self.ledger, self.sizes, fields)
            self.rest(fields)
        for message in header.of(LINK):
            yield self._link(message.fields("link message"))
        for message in header.of(LINK_INFO):
            fields = message.fields("link info message")
            for stored in read_dense(self.ledger, fields, LINKS):
                yield self._link(stored)
            self.rest(fields)

    def _link(self, fields: Fields) -> Link:
        link = read_link(self.ledger, fields)
        self.rest(fields)
        return link

    def _demand_name(self, link: Link, group: Object) -> None:
        try:
            link.name.decode()
        except UnicodeDecodeError:
            link_at = group.header.address
            raise Unread(f"group at {link_at} has the member {link.name[:80]!r}, not UTF-8") from None
        if b"/" in link.name or link.name in (b"", b"."):
            raise Unread(f"group at {group.header.address} has the member {link.name[:80]!r}, a path")
