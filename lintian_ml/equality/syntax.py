"""The words, strings and calls that predicates are written with, each with its place for messages."""

import json
import re
from dataclasses import dataclass

from lintian_ml.error import DeclarationError

DEEPEST = 4
"""How many predicates may stand within one another's parentheses."""


MOST = 16
"""Predicates that ``and`` may join."""


class PredicateError(DeclarationError):
    """A predicate that cannot be understood or has no sense; ``line`` and ``column`` count from 1."""

    def __init__(self, line: int, column: int, what: str) -> None:
        super().__init__(f"line {line}, column {column}: {what}")
        self.line = line
        self.column = column
        self.what = what


@dataclass(frozen=True, slots=True)
class Literal:
    """A bare word or, where ``quoted``, the text that a string stands for."""

    text: str
    line: int
    column: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Argument:
    """A value given to a predicate, by position (``name`` is None) or by name."""

    name: str | None
    value: "Literal | tuple[Call, ...]"
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Call:
    """A predicate's name and the arguments in its parentheses; ``and`` joins several into a conjunction."""

    name: str
    arguments: tuple[Argument, ...]
    line: int
    column: int


_SPACE = re.compile(r"[ \t]*")
_WORD = re.compile(r'[^\s(),="]+')
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')


class Line:
    """One line of text and how far it has been read."""

    def __init__(self, text: str, number: int) -> None:
        self.text = text
        self.number = number
        self.at = 0
        self.skip()

    @property
    def column(self) -> int:
        """The column of the next character, from 1."""
        return self.at + 1

    @property
    def finished(self) -> bool:
        """Whether nothing but blanks is left."""
        return self.at >= len(self.text)

    def wrong(self, what: str, column: int | None = None) -> PredicateError:
        """Return the error ``what`` at ``column``, by default where reading stands."""
        return PredicateError(self.number, self.column if column is None else column, what)

    def skip(self) -> None:
        """Pass over blanks."""
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def accept(self, mark: str) -> bool:
        """Pass over ``mark`` if it comes next."""
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        self.skip()
        return True

    def expect(self, mark: str) -> None:
        """Pass over ``mark``; PredicateError if it does not come next."""
        if not self.accept(mark):
            found = f"{self.text[self.at]!r}" if not self.finished else "the end of the line"
            raise self.wrong(f"{mark!r} is expected here, not {found}")

    def peek(self) -> str:
        """Return the next bare word without passing it, or an empty string."""
        found = _WORD.match(self.text, self.at)
        return found[0] if found else ""

    def literal(self) -> Literal:
        """Return the next word or string; PredicateError if neither comes next."""
        column = self.column
        if self.text.startswith('"', self.at):
            return Literal(self.string(), self.number, column, quoted=True)
        word = self.peek()
        if not word:
            found = f"{self.text[self.at]!r}" if not self.finished else "the end of the line"
            raise self.wrong(f"a word is expected here, not {found}")
        self.at += len(word)
        self.skip()
        return Literal(word, self.number, column)

    def string(self) -> str:
        """Return what the JSON string that comes next stands for."""
        found = _STRING.match(self.text, self.at)
        if not found:
            raise self.wrong("this string is not closed, or holds a control character")
        try:
            value = json.loads(found[0])
        except ValueError:
            raise self.wrong("this string is not written as in JSON") from None
        self.at = found.end()
        self.skip()
        return str(value)


def worded(text: str) -> str:
    """Return ``text`` as a bare word where it can be one, else as a string."""
    bare = _WORD.fullmatch(text) and text.isprintable() and text not in ("and", "or")
    return text if bare else quoted(text)


def quoted(text: str) -> str:
    """Return ``text`` as a JSON string."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def conjunction(line: Line, depth: int = 1) -> tuple[Call, ...]:
    """Read ``P and Q and …``."""
    calls = [_call(line, line.literal(), depth)]
    while line.peek() == "and":
        line.literal()
        if len(calls) == MOST:
            raise line.wrong(f"a conjunction has at most {MOST} predicates")
        calls.append(_call(line, line.literal(), depth))
    if line.peek() == "or":
        raise line.wrong("there is no 'or': either of two tolerances accepts more than each of them tells")
    return tuple(calls)


def _call(line: Line, name: Literal, depth: int) -> Call:
    """Read the arguments of the predicate ``name``, if it has any."""
    if name.quoted:
        raise line.wrong("a predicate's name is expected here, not a string", name.column)
    if depth > DEEPEST:
        raise line.wrong(f"predicates within predicates go no deeper than {DEEPEST}", name.column)
    arguments: list[Argument] = []
    if line.accept("(") and not line.accept(")"):
        arguments.append(_argument(line, depth))
        while line.accept(","):
            arguments.append(_argument(line, depth))
        line.expect(")")
    return Call(name.text, tuple(arguments), line.number, name.column)


def _argument(line: Line, depth: int) -> Argument:
    """Read ``value`` or ``name=value``."""
    column = line.column
    first = line.literal()
    if not first.quoted and line.accept("="):
        return Argument(first.text, _value(line, line.literal(), depth), line.number, column)
    return Argument(None, _value(line, first, depth), line.number, column)


def _value(line: Line, first: Literal, depth: int) -> Literal | tuple[Call, ...]:
    """Return ``first``, or the conjunction that it begins."""
    if first.quoted or not (line.text.startswith("(", line.at) or line.peek() in ("and", "or")):
        return first
    line.at = first.column - 1
    return conjunction(line, depth + 1)
