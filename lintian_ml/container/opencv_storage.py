"""OpenCV's FileStorage in XML: tags around numbers or words (OpenCV, core/src/persistence_xml.cpp).

The tree is not built. Numbers are gathered by the name of their nearest named tag; how they were nested is
kept as a digest. No entity is ever expanded: a document that declares one is refused.
"""

import hashlib
from array import array
from dataclasses import dataclass, field
from xml.parsers import expat

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError

LONGEST = 256 << 20
"""Bytes of the longest document that is read."""

DEEPEST = 64
MOST_NAMES = 10_000
LEAF = 64 << 20
"""Bytes of text that one leaf may have."""


@dataclass(slots=True)
class Storage:
    """What a document holds: numbers and words by tag, comments, types, and a digest of the nesting."""

    numbers: dict[str, "array[float]"] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)
    types: set[str] = field(default_factory=set)
    roots: list[str] = field(default_factory=list)
    tags: dict[str, int] = field(default_factory=dict)
    outline: str = ""


def read_storage(blob: Blob) -> Storage:
    """Read a document; FormatError where it is malformed or no opencv_storage, LimitError if too long."""
    if blob.size > LONGEST:
        raise LimitError(f"OpenCV storage of {blob.size} bytes, but {LONGEST >> 20} MiB are read at most")
    reader = _Reader()
    try:
        for block in blob.blocks():
            reader.parser.Parse(block, False)
        reader.parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise FormatError(f"OpenCV storage: {error}") from error
    reader.storage.outline = reader.digest.hexdigest()
    return reader.storage


class _Reader:
    """Follows one document; ``path`` holds the tags from the root to where the parser stands."""

    def __init__(self) -> None:
        self.storage = Storage()
        self.digest = hashlib.sha256()
        self.path: list[str] = []
        self.text: list[str] = []
        self.length = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.CommentHandler = self._comment
        self.parser.EntityDeclHandler = _refuse_entity

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self.path and tag != "opencv_storage":
            raise FormatError(f"the root is {tag[:40]!r}, not opencv_storage")
        if len(self.path) >= DEEPEST:
            raise LimitError(f"tags nested more than {DEEPEST} deep")
        self._leaf()
        if len(self.path) == 1:
            self.storage.roots.append(tag)
        self.path.append(tag)
        self._count(tag)
        for name, value in sorted(attributes.items()):
            self.digest.update(f" {name}={value}".encode())
        if "type_id" in attributes:
            self.storage.types.add(attributes["type_id"])
        self.digest.update(f"<{tag}".encode())

    def _end(self, tag: str) -> None:
        self._leaf()
        self.digest.update(b">")
        self.path.pop()

    def _characters(self, text: str) -> None:
        self.length += len(text)
        if self.length > LEAF:
            raise LimitError(f"a leaf of more than {LEAF >> 20} MiB of text")
        self.text.append(text)

    def _comment(self, text: str) -> None:
        self.storage.comments.append(text.strip())

    def _count(self, tag: str) -> None:
        self.storage.tags[tag] = self.storage.tags.get(tag, 0) + 1
        if len(self.storage.tags) > MOST_NAMES:
            raise LimitError(f"more than {MOST_NAMES} different tags")

    def _leaf(self) -> None:
        """Take in the text since the last tag: numbers if all its words are, else words."""
        text, self.text, self.length = "".join(self.text).strip(), [], 0
        if not text:
            return
        name = next((tag for tag in reversed(self.path) if tag != "_"), "_")
        try:
            values = array("d", map(float, text.split()))
        except ValueError:
            self.storage.words.setdefault(name, []).append(text)
            self.digest.update(b'"')
            return
        self.storage.numbers.setdefault(name, array("d")).extend(values)
        self.digest.update(b"%d" % len(values))


def _refuse_entity(name: str, *_: object) -> None:
    raise FormatError(f"the document declares the entity {name[:40]!r}, which is not expanded")
