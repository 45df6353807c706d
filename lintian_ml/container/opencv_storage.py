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
    outline: str = ""


def read_storage(blob: Blob) -> Storage:
    """Read a document; FormatError where it is malformed or no opencv_storage, LimitError if too long."""
    if blob.size > LONGEST:
        raise LimitError(f"OpenCV storage of {blob.size} bytes, but {LONGEST >> 20} MiB are read at most")
    reader = _Reader()
    try:
        for block in blob.blocks():
            reader.take(block)
        reader.take(b"", last=True)
    except (expat.ExpatError, ValueError) as error:
        raise FormatError(f"OpenCV storage: {error}") from error
    reader.storage.outline = reader.digest.hexdigest()
    return reader.storage


class _Reader:
    """Follows one document; ``names`` holds, for each tag that is open, the name of the nearest named one.

    ``outline`` is what the digest has yet to take in. A cascade has a hundred thousand tags, so all that is
    done at each of them is little.
    """

    def __init__(self) -> None:
        self.storage = Storage()
        self.digest = hashlib.sha256()
        self.outline: list[str] = []
        self.names: list[str] = []
        self.tags: set[str] = set()
        self.text: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self.text.append
        self.parser.CommentHandler = self._comment
        self.parser.EntityDeclHandler = _refuse_entity

    def take(self, block: bytes, *, last: bool = False) -> None:
        """Go on with the next bytes of the document."""
        self.parser.Parse(block, last)
        if sum(map(len, self.text)) > LEAF:
            raise LimitError(f"a leaf of more than {LEAF >> 20} MiB of text")
        self.digest.update("".join(self.outline).encode())
        self.outline.clear()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag not in self.tags:
            self._meet(tag)
        if len(self.names) >= DEEPEST:
            raise LimitError(f"tags nested more than {DEEPEST} deep")
        if self.text:
            self._leaf()
        self.names.append(tag if tag != "_" else self.names[-1])
        if attributes:
            self.outline += [f" {name}={value}" for name, value in sorted(attributes.items())]
            self.storage.types |= {attributes["type_id"]} if "type_id" in attributes else set()
        self.outline.append(f"<{tag}")

    def _end(self, tag: str) -> None:
        del tag
        if self.text:
            self._leaf()
        self.outline.append(">")
        self.names.pop()

    def _comment(self, text: str) -> None:
        self.storage.comments.append(text.strip())

    def _meet(self, tag: str) -> None:
        """Take note of a tag that was not there before, the root among them."""
        if not self.names and tag != "opencv_storage":
            raise FormatError(f"the root is {tag[:40]!r}, not opencv_storage")
        self.tags.add(tag)
        if len(self.tags) > MOST_NAMES:
            raise LimitError(f"more than {MOST_NAMES} different tags")

    def _leaf(self) -> None:
        """Take in the text since the last tag: numbers if all its words are, else words."""
        text = "".join(self.text)
        self.text.clear()
        if text.isspace():
            return
        name = self.names[-1]
        words = text.split()
        try:
            values = list(map(float, words))
        except ValueError:
            self.storage.words.setdefault(name, []).append(text.strip())
            self.outline.append('"')
            return
        if name not in self.storage.numbers:
            self.storage.numbers[name] = array("d")
        self.storage.numbers[name].fromlist(values)
        self.outline.append(str(len(values)))


def _refuse_entity(name: str, *_: object) -> None:
    raise FormatError(f"the document declares the entity {name[:40]!r}, which is not expanded")
