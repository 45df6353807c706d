"""XML documents of strangers: the root's start tag in a glimpse, and a bounded walk without entities."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError

LONGEST = 256 << 20
"""Bytes of the longest document that is walked."""

DEEPEST = 512
"""Tags within one another; decision trees nest as deep as they are."""

LONGEST_TEXT = 64 << 20
"""Characters between two tags."""

MOST_PROLOG = 64
"""Comments and instructions before the root."""

SPACE = b" \t\r\n"
_SKIPPED = ((b"<?", b"?>"), (b"<!--", b"-->"), (b"<!", b">"))


def root_tag(head: bytes) -> tuple[bytes, int]:
    """Return the start tag of a document's root, ``<`` and ``>`` included, and where it ends.

    Empty where the head is no XML, or the tag is not whole in it.
    """
    at = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    if head[at : at + 1] not in (b"<", b" ", b"\t", b"\r", b"\n"):
        return b"", 0
    for _ in range(MOST_PROLOG):
        at = head.find(b"<", at)
        end = next((end for begin, end in _SKIPPED if head.startswith(begin, at)), b"")
        if at < 0 or not end:
            break
        close = head.find(end, at)
        if close < 0:
            return b"", 0
        rest = head[close + len(end) :].lstrip(SPACE)
        if not rest.startswith(b"<"):
            return b"", 0
        at = len(head) - len(rest)
    close = head.find(b">", at) + 1
    return (head[at:close], close) if at >= 0 and close else (b"", 0)


Start = Callable[[str, dict[str, str]], None]
End = Callable[[str, str], None]


@dataclass(slots=True)
class Walk:
    """Walks a document: ``start`` is called with each tag and its attributes, ``end`` with each tag and the
    text since the last one. Tags are without their prefix. ``path`` holds the tags that are open.

    ``outline`` takes in what a caller adds to it: what is neither a number nor metadata.
    """

    start: Start
    end: End
    path: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    outline: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    _text: list[str] = field(default_factory=list)
    _length: int = 0

    def walk(self, blob: Blob) -> None:
        """Go through a whole document; FormatError where it is malformed, LimitError where it is too long."""
        if blob.size > LONGEST:
            raise LimitError(f"XML of {blob.size} bytes, but {LONGEST >> 20} MiB are read at most")
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.CommentHandler = self.comments.append
        parser.EntityDeclHandler = _refuse_entity
        parser.ProcessingInstructionHandler = self._instruction
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            for block in blob.blocks():
                parser.Parse(block, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise FormatError(f"XML: {error}") from error

    def note(self, *words: str) -> None:
        """Take words into the outline, each told apart from the next."""
        self.outline.update("".join(f"{len(word)}:{word}" for word in words).encode("utf-8", "replace"))

    def with_comments(self, metadata: dict[str, str]) -> dict[str, str]:
        """Return the metadata and, by the key ``comment``, the document's comments."""
        told = metadata.get("comment")
        lines = [*([told] if told else []), *(comment.strip() for comment in self.comments)]
        return metadata | ({"comment": "\n".join(lines)} if lines else {})

    def _instruction(self, target: str, data: str) -> None:
        self.note("instruction", target, data)

    def _doctype(self, *words: object) -> None:
        self.note("doctype", *map(str, words))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self.path) >= DEEPEST:
            raise LimitError(f"tags nested more than {DEEPEST} deep")
        self._flush()
        name = tag.rpartition(":")[2]
        self.path.append(name)
        self.start(name, attributes)

    def _end(self, tag: str) -> None:
        text = "".join(self._text).strip()
        self._text.clear()
        self._length = 0
        self.end(tag.rpartition(":")[2], text)
        self.path.pop()

    def _flush(self) -> None:
        """Note text that stands before a tag, between others."""
        text = "".join(self._text).strip()
        self._text.clear()
        self._length = 0
        if text:
            self.note("text", text)

    def _characters(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST_TEXT:
            raise LimitError(f"more than {LONGEST_TEXT >> 20} Mi characters between two tags")
        self._text.append(text)


def _refuse_entity(name: str, *_: object) -> None:
    raise FormatError(f"the document declares the entity {name[:40]!r}, which is not expanded")
