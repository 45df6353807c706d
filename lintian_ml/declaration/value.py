"""The values of the fields of one stanza; what cannot be understood becomes a problem."""

import difflib
import enum
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from lintian_ml.declaration.component import COMPONENTS, Component
from lintian_ml.declaration.problem import Problem, ProblemKind
from lintian_ml.declaration.record import (
    Certificate,
    Checksum,
    Placed,
    Program,
    Reference,
)
from lintian_ml.error import DeclarationError
from lintian_ml.glob import Glob
from lintian_ml.stanza import Field, Line, Stanza

MOST_PROBLEMS = 200
"""Problems that are told of one file."""

FIXME = re.compile(r"\bFIXME\b")
URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]+")
CHECKSUM = re.compile(r"([0-9A-Fa-f]{64})\s+([0-9]{1,18})\s+(\S.*)")
CERTIFICATE = re.compile(r"(\S+)\s+([0-9A-Fa-f]{64})")
CHECKSUM_FORM = "64 hexadecimal digits, the size in bytes, and the path"

Word = TypeVar("Word", bound=enum.Enum)


class Problems(list[Problem]):
    """The problems of one file, up to MOST_PROBLEMS of them."""

    def add(self, kind: ProblemKind, line: int, message: str) -> None:
        """Add a problem, unless there are enough."""
        if len(self) < MOST_PROBLEMS:
            self.append(Problem(kind, line, message))

    def misnamed(self, kind: ProblemKind, line: int, message: str, word: str, known: Iterable[str]) -> None:
        """Add a problem with a name or word, and say which known one is nearest."""
        if len(self) < MOST_PROBLEMS:
            self.append(Problem(kind, line, message + nearest(word, known)))


def shown(text: str) -> str:
    """Return a text of the file as a message shows it: quoted, escaped, and not longer than 60 characters."""
    return repr(text if len(text) <= 60 else text[:59] + "…")


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a clause that says which of the ``known`` words to write."""
    words = list(known)
    found = difflib.get_close_matches(word[:80], words, 1)
    if found:
        return f"; did you mean {shown(found[0])}?"
    return f"; write one of {', '.join(words)}" if 0 < len(words) <= 40 else ""


@dataclass(frozen=True, slots=True)
class Values:
    """Reads the fields of one stanza and adds what is wrong with them to ``problems``.

    A field in which FIXME stands says nothing; of lists of files only the lines with FIXME are left out.
    """

    stanza: Stanza
    problems: Problems

    def text(self, name: str) -> str:
        """Return a value as it stands."""
        found = self._said(name)
        return found.text if found else ""

    def one_line(self, name: str) -> str:
        """Return a value with its line ends made into spaces."""
        return " ".join(self.text(name).split())

    def lines(self, name: str) -> tuple[Line, ...]:
        """Return the lines of a value that are not empty."""
        found = self._said(name)
        return tuple(found.entries()) if found else ()

    def words(self, name: str) -> tuple[str, ...] | None:
        """Return the words of a value: empty if it is ``none``, None if the field says nothing."""
        found = self._said(name)
        words = tuple(word.text for word in found.words()) if found else ()
        return None if not words else () if words == ("none",) else words

    def choice(self, name: str, words: Iterable[Word]) -> Word | None:
        """Return the one of ``words`` that the value is."""
        found = self._said(name)
        if not found:
            return None
        known = {word.value: word for word in words}
        if found.text not in known:
            message = f"{name}: {shown(found.text)} is none of its values"
            self.problems.misnamed(ProblemKind.BAD_VALUE, found.line, message, found.text, known)
        return known.get(found.text)

    def globs(self, name: str) -> tuple[Glob, ...]:
        """Return the globs of a value."""
        words = (word for line in self._entries(name) for word in Field(name, 0, (line,)).words())
        return tuple(glob for word in words if (glob := self._glob(name, word)))

    def placed(self, name: str) -> tuple[Placed, ...]:
        """Return the lines ``PACKAGE: PATH`` of a value."""
        return tuple(self._placed(name))

    def checksums(self, name: str) -> tuple[Checksum, ...]:
        """Return the digests, sizes and paths of a value; of two lines for one path the first counts."""
        kept: dict[str, Checksum] = {}
        for line in self._entries(name):
            match = CHECKSUM.fullmatch(line.text)
            if not match:
                self._bad(line.number, f"{name}: {shown(line.text)}; write {CHECKSUM_FORM}")
                continue
            entry = Checksum(match[1].lower(), int(match[2]), match[3], line.number)
            if (first := kept.setdefault(entry.path, entry)) is not entry:
                message = f"{name}: {shown(entry.path)} is already on line {first.line}; write it once"
                self.problems.add(ProblemKind.DUPLICATE, line.number, message)
        return tuple(kept.values())

    def components(self, name: str) -> tuple[Component, ...]:
        """Return the lines ``COMPONENT PATH`` or ``COMPONENT ADDRESS LICENSE`` of a value."""
        return tuple(filter(None, (self._component(name, line) for line in self._entries(name))))

    def program(self, name: str) -> Program | None:
        """Return ``PATH`` or ``package:NAME``, with ``incomplete`` after it where that is so."""
        found = self._said(name)
        if not found:
            return None
        *words, last = found.text.split()
        incomplete = bool(words) and last == "incomplete"
        target = " ".join(words if incomplete else (*words, last))
        if target.startswith("package:"):
            package = target.removeprefix("package:")
            return Program("", package, incomplete) if self._package(name, found.line, package) else None
        if target == "incomplete":
            self._bad(found.line, f"{name}: incomplete what? Write a path, or package:NAME, before it")
            return None
        return Program(target, "", incomplete) if self._path(name, Line(found.line, target)) else None

    def references(self, name: str) -> tuple[Reference, ...] | None:
        """Return the other models of a value, one to a line; empty if it is ``none``."""
        found = self._said(name)
        if not found:
            return None
        if found.text == "none":
            return ()
        references = [self._reference(name, line) for line in found.entries()]
        return tuple(filter(None, references)) if all(references) else None

    def certificate(self, name: str) -> Certificate | None:
        """Return an address and a digest."""
        found = self._said(name)
        match = CERTIFICATE.fullmatch(" ".join(found.text.split())) if found else None
        if found and not match:
            self._bad(found.line, f"{name}: {shown(found.text)}; write its address and its SHA-256 digest")
        return Certificate(match[1], match[2].lower()) if match else None

    def _said(self, name: str) -> Field | None:
        """Return the field if it says something."""
        found = self.stanza.get(name)
        return found if found and found.text and not FIXME.search(found.text) else None

    def _entries(self, name: str) -> Iterator[Line]:
        """Yield the lines of a field without FIXME."""
        found = self.stanza.get(name)
        return (line for line in found.entries() if not FIXME.search(line.text)) if found else iter(())

    def _bad(self, line: int, message: str) -> None:
        self.problems.add(ProblemKind.BAD_VALUE, line, message)

    def _package(self, name: str, line: int, package: str) -> bool:
        good = PACKAGE.fullmatch(package) is not None
        if not good:
            self._bad(line, f"{name}: {shown(package)} is no package name; write it as in debian/control")
        return good

    def _path(self, name: str, found: Line) -> bool:
        """Whether the path stays in the tree; say so if not."""
        components = found.text.split("/")
        if found.text.startswith("/"):
            fault = "is absolute; write it from the top of the tree, without a slash before it"
        elif ".." in components or "." in components:
            fault = "has . or .. in it; write it from the top of the tree"
        elif not components[-1]:
            fault = "ends with a slash; write a star after it for all that is in the folder"
        else:
            return True
        self.problems.add(ProblemKind.BAD_PATH, found.number, f"{name}: {shown(found.text)} {fault}")
        return False

    def _glob(self, name: str, found: Line) -> Glob | None:
        if not self._path(name, found):
            return None
        try:
            return Glob.parse(found.text)
        except DeclarationError as error:
            message = f"{name}: {shown(found.text)} has {error}"
            self.problems.add(ProblemKind.BAD_PATH, found.number, message)
            return None

    def _placed(self, name: str) -> Iterator[Placed]:
        for line in self._entries(name):
            package, colon, path = (part.strip() for part in line.text.partition(":"))
            if not colon or not path:
                self._bad(line.number, f"{name}: {shown(line.text)}; write PACKAGE: PATH")
                continue
            glob = self._glob(name, replace(line, text=path))
            if self._package(name, line.number, package) and glob:
                yield Placed(package, glob, line.number)

    def _component(self, name: str, line: Line) -> Component | None:
        kind, _, rest = line.text.partition(" ")
        place, _, license_name = rest.strip().partition(" ")
        if kind not in COMPONENTS:
            message = f"{name}: there is no component {shown(kind)}"
            self.problems.misnamed(ProblemKind.BAD_VALUE, line.number, message, kind, COMPONENTS)
            return None
        if URL.fullmatch(place) and license_name.strip():
            return Component(kind, place, license_name.strip(), line.number)
        if not place or license_name or URL.fullmatch(place):
            form = "a component, then a path in the source, or an address and its license"
            self._bad(line.number, f"{name}: {shown(line.text)}; write {form}")
            return None
        found = self._path(name, replace(line, text=place))
        return Component(kind, place, "", line.number) if found else None

    def _reference(self, name: str, line: Line) -> Reference | None:
        head, _, path = line.text.partition(" ")
        if head.startswith("package:"):
            package = head.removeprefix("package:")
            good = self._package(name, line.number, package)
            return Reference("package", package, path.strip()) if good else None
        if URL.fullmatch(line.text):
            return Reference("url", line.text)
        if not path:
            return Reference("model", head)
        form = "none, the name of a Model stanza, package:NAME PATH, or an address"
        self._bad(line.number, f"{name}: {shown(line.text)}; write {form}, each on its own line")
        return None
