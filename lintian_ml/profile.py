"""A profile: one reading of the policy, as data.

A profile is a deb822 file: a header stanza (Profile, Title, Source, Status, Extends), then class rows (Class,
When, Areas, Because, Remark), of which the first that applies says what a model is, then tag rows
(Enable-Tags, Disable-Tags, or Visibility with Tags or Raise), of which later ones win. A profile that extends
another puts its own class rows before the other's, and its own tag rows after them. If its own class rows are
a whole table, of which the last applies to everything, those of the other do not count.
"""

import difflib
import enum
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import NoReturn, TypeVar

from lintian_ml.error import ProfileError
from lintian_ml.hint import Visibility
from lintian_ml.policy import KINDS, STRICTNESS, Areas, Class, Condition, Row
from lintian_ml.stanza import Field, Line, Stanza, read

HEADER = ("Profile", "Title", "Source", "Status", "Extends", "Comment")
CLASS_ROW = ("Class", "When", "Areas", "Called", "Because", "Remark", "Comment")
TAG_ROW = ("Enable-Tags", "Disable-Tags", "Tags", "Raise", "Visibility", "Comment")

_reading: ContextVar[tuple[str, ...]] = ContextVar("_reading", default=())
"""The profiles being read, each extended by the one before it."""

Word = TypeVar("Word", bound=enum.Enum)


@dataclass(frozen=True, slots=True)
class TagRow:
    """Which tags a row speaks of, and what becomes of them.

    ``tags`` are names or globs; ``raised`` the visibilities that a tag must have so far for the row to bind
    it (None: any). ``enable`` and ``visibility`` are None where the row leaves them as they are.
    """

    tags: tuple[str, ...]
    enable: bool | None = None
    raised: frozenset[Visibility] | None = None
    visibility: Visibility | None = None
    line: int = 0

    def names(self, tag: str) -> bool:
        """Whether ``tag`` is one of its tags."""
        return any(fnmatchcase(tag, pattern) for pattern in self.tags)


@dataclass(frozen=True, slots=True)
class Profile:
    """One reading of the policy; ``rows`` and ``tag_rows`` hold those of the profile that it extends, too."""

    name: str
    title: str
    source: str
    status: str
    extends: str
    rows: tuple[Row, ...]
    tag_rows: tuple[TagRow, ...]

    def visibility(self, tag: str, default: Visibility) -> Visibility | None:
        """Return how loudly ``tag``, whose own file says ``default``, speaks; None if it is not enabled."""
        enabled, visibility = False, default
        for row in self.tag_rows:
            if not row.names(tag):
                continue
            enabled = enabled if row.enable is None else row.enable
            if row.visibility and (row.raised is None or visibility in row.raised):
                visibility = row.visibility
        return visibility if enabled else None

    @property
    def named_tags(self) -> frozenset[str]:
        """The tags that its rows name outright, without a wildcard: each must exist."""
        names = (name for row in self.tag_rows for name in row.tags)
        return frozenset(name for name in names if not set("*?[") & set(name))


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
        tags = [stanza for stanza in stanzas[1:] if not stanza.get("Class")]
        base = load(header.text("Extends")) if header.get("Extends") else None
        rows = tuple(map(self.row, classes))
        if base and not (rows and not rows[-1].when):
            rows += base.rows
        self.last(rows, header)
        own = (row for stanza in tags for row in self.tag_rows(stanza))
        tag_rows = (*(base.tag_rows if base else ()), *own)
        name, title, source, status, extends = (header.text(field) for field in HEADER[:5])
        return Profile(name, title, source, status, extends, rows, tag_rows)

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
