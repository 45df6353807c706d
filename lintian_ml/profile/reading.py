"""Reads profiles, and says of what is wrong with one where it stands and what to write instead."""

import difflib
import enum
import re
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from lintian_ml.error import ProfileError
from lintian_ml.hint import Visibility
from lintian_ml.policy import KINDS, STRICTNESS, Allowance, Areas, Class, Condition, Row
from lintian_ml.profile.record import MOST_SLACK, Profile, TagRow
from lintian_ml.stanza import Field, Line, Stanza, read

HEADER = ("Profile", "Title", "Source", "Status", "Extends", "Most-Slack", "Comment")
ALLOWANCE = ("Allowlisted-Formats", "In-Packages", "Because", "Comment")
CLASS_ROW = ("Class", "When", "Areas", "Called", "Because", "Remark", "Comment")
TAG_ROW = ("Enable-Tags", "Disable-Tags", "Tags", "Raise", "Visibility", "Comment")

_reading: ContextVar[tuple[str, ...]] = ContextVar("_reading", default=())
"""The profiles being read, each extended by the one before it."""

Word = TypeVar("Word", bound=enum.Enum)


def parse_profile(text: str, file_name: str, load: Callable[[str], Profile]) -> Profile:
    """Parse a profile; ``load`` finds the one that it extends, by name. ProfileError names file and line."""
    if file_name in _reading.get():
        chain = " -> ".join((*_reading.get(), file_name))
        raise ProfileError(f"{file_name}: the profile extends itself: {chain}")
    token = _reading.set((*_reading.get(), file_name))
    try:
        return _Reader(file_name).profile(text, load)
    finally:
        _reading.reset(token)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one profile file; knows its name, to say where something is wrong."""

    file: str

    def profile(self, text: str, load: Callable[[str], Profile]) -> Profile:
        stanzas, troubles = read(text.encode("utf-8", "replace"))
        for trouble in troubles:
            self.refuse(trouble.line, trouble.message)
        if not stanzas or not stanzas[0].text("Profile"):
            self.refuse(1, "no header; begin with a stanza that has a Profile field")
        header = stanzas[0]
        self.known(header, HEADER)
        classes = [stanza for stanza in stanzas[1:] if stanza.get("Class")]
        allowed = [stanza for stanza in stanzas[1:] if stanza.get("Allowlisted-Formats")]
        tags = [stanza for stanza in stanzas[1:] if stanza not in (*classes, *allowed)]
        base = load(header.text("Extends")) if header.get("Extends") else None
        rows, allowances = tuple(map(self.row, classes)), tuple(map(self.allowance, allowed))
        if base and not (rows and not rows[-1].when):
            rows, allowances = rows + base.rows, allowances + base.allowances
        self.last(rows, header)
        own = (row for stanza in tags for row in self.tag_rows(stanza))
        tag_rows = (*(base.tag_rows if base else ()), *own)
        name, title, source, status, extends = (header.text(field) for field in HEADER[:5])
        most = self.bytes(header) or (base.most_slack if base else MOST_SLACK)
        return Profile(name, title, source, status, extends, rows, tag_rows, allowances, most)

    def allowance(self, stanza: Stanza) -> Allowance:
        """Read an allowance."""
        self.known(stanza, ALLOWANCE)
        formats = (word.text for word in self.demand(stanza, "Allowlisted-Formats").words())
        packages = frozenset(stanza.text("In-Packages").split())
        return Allowance(frozenset(formats), packages, stanza.text("Because").replace("\n", " "))

    def bytes(self, header: Stanza) -> int | None:
        """Read a number of bytes; None where the header has none."""
        found = header.get("Most-Slack")
        if found and not re.fullmatch(r"[1-9]\d{0,17}", found.text):
            self.refuse(found.line, f"{found.text!r} is no number of bytes; write digits alone")
        return int(found.text) if found else None

    def row(self, stanza: Stanza) -> Row:
        """Read one class row."""
        self.known(stanza, CLASS_ROW)
        class_, areas = self.demand(stanza, "Class"), self.demand(stanza, "Areas")
        when = stanza.get("When")
        return Row(
            self.word(Class, "class", Line(class_.line, class_.text)),
            tuple(self.conditions(when)) if when else (),
            self.areas(areas),
            stanza.text("Because").replace("\n", " "),
            stanza.text("Remark").replace("\n", " "),
            stanza.line,
            self.file,
            stanza.text("Called"),
        )

    def conditions(self, when: Field) -> Iterator[Condition]:
        """Read ``fact=value|value``, separated by commas: all of them must hold."""
        for line, text in _listed(when):
            name, equals, values = (part.strip() for part in text.partition("="))
            if not equals:
                self.refuse(line, f"{text!r} is no condition; write FACT=VALUE or FACT=VALUE|VALUE")
            if name not in KINDS:
                self.refuse(line, f"there is no fact {name!r}{_nearest(name, KINDS)}")
            kind = KINDS[name]
            words = (
                self.word(kind, f"value of {name}", Line(line, one.strip())) for one in values.split("|")
            )
            yield Condition(name, frozenset(words))

    def areas(self, found: Field) -> Areas:
        """Read ``any``, ``none``, ``as it is``, or areas: ``?`` behind disputed, ``not`` before closed."""
        text = found.text
        if text in ("any", "none", "as it is"):
            return Areas(frozenset({"main"} if text == "any" else ()), open=text == "as it is", text=text)
        words = list(_listed(found))
        for line, word in words:
            area = word.removeprefix("not ") if word.startswith("not ") else word.removesuffix("?")
            if area not in STRICTNESS:
                self.refuse(line, f"there is no archive area {area!r}{_nearest(area, STRICTNESS)}")
        disputed = frozenset(word.removesuffix("?") for _, word in words if word.endswith("?"))
        refused = frozenset(word.removeprefix("not ") for _, word in words if word.startswith("not "))
        allowed = frozenset(word for _, word in words if word in STRICTNESS)
        return Areas(allowed, disputed, text=text, refused=refused)

    def last(self, rows: tuple[Row, ...], header: Stanza) -> None:
        """Demand that the last class row, and no other, applies to everything."""
        if not rows or rows[-1].when:
            self.refuse(header.line, "some model may get no class; let the last class row have no When field")
        for row in rows[:-1]:
            if not row.when:
                self.refuse(row.line, "no row after this one can apply; give it a When field or put it last")

    def tag_rows(self, stanza: Stanza) -> Iterator[TagRow]:
        """Read a stanza about tags."""
        self.known(stanza, TAG_ROW)
        if not any(stanza.get(name) for name in ("Enable-Tags", "Disable-Tags", "Visibility")):
            self.refuse(
                stanza.line,
                "no row; write Class, Enable-Tags, Disable-Tags, or Visibility with Tags or Raise",
            )
        for name, enable in (("Enable-Tags", True), ("Disable-Tags", False)):
            if found := stanza.get(name):
                yield TagRow(tuple(word.text for word in found.words()), enable, line=found.line)
        if found := stanza.get("Visibility"):
            yield self.loudness(stanza, found)

    def loudness(self, stanza: Stanza, found: Field) -> TagRow:
        """Read a row that sets the visibility of named tags, or of all that have one of some visibilities."""
        visibility = self.word(Visibility, "visibility", Line(found.line, found.text))
        raising, tags = stanza.get("Raise"), stanza.get("Tags")
        if not raising and not tags:
            self.refuse(stanza.line, "a visibility of no tags; add a Tags or a Raise field")
        names = tuple(word.text for word in tags.words()) if tags else ("*",)
        if not raising:
            return TagRow(names, visibility=visibility, line=stanza.line)
        raised = frozenset(self.word(Visibility, "visibility", word) for word in raising.words())
        if Visibility.CLASSIFICATION in raised:
            self.refuse(raising.line, "classifications are facts and are never raised; take the word out")
        return TagRow(names, raised=raised, visibility=visibility, line=stanza.line)

    def known(self, stanza: Stanza, names: tuple[str, ...]) -> None:
        """Refuse fields with other names."""
        for entry in stanza.fields:
            if entry.name.title() not in names:
                self.refuse(entry.line, f"unknown field {entry.name}{_nearest(entry.name, names)}")

    def demand(self, stanza: Stanza, name: str) -> Field:
        """Return the field of that name."""
        return stanza.get(name) or self.refuse(stanza.line, f"no {name} field in this stanza; add one")

    def word(self, kind: type[Word], what: str, found: Line) -> Word:
        """Return the member of ``kind`` that has this value."""
        try:
            return kind(found.text)
        except ValueError:
            words = [member.value for member in kind]
            self.refuse(found.number, f"{found.text!r} is no {what}{_nearest(found.text, words)}")

    def refuse(self, line: int, message: str) -> NoReturn:
        raise ProfileError(f"{self.file}:{line}: {message}")


def _listed(found: Field) -> Iterator[tuple[int, str]]:
    """Yield what stands between the commas, or on the lines, of a value, with its line."""
    for line in found.entries():
        yield from ((line.number, part.strip()) for part in line.text.split(",") if part.strip())


def _nearest(word: str, words: Iterable[str]) -> str:
    """Return a clause that names the nearest of ``words``, or all of them."""
    known = list(words)
    near = difflib.get_close_matches(word, known, 1)
    return f"; did you mean {near[0]!r}?" if near else f"; write one of {', '.join(known)}"
