"""The language of the ``Equality`` field: lines of a selector and a predicate, read and printed."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from lintian_ml.equality.conjunction import conjunction_of
from lintian_ml.equality.predicate import Kind, Predicate
from lintian_ml.equality.syntax import Call, Line, PredicateError, conjunction, quoted, worded

LONGEST = 16 << 20
"""Characters of a whole field."""

MOST_LINES = 100_000
"""Lines of a whole field."""

MOST_PATTERNS = 1000
"""Lines whose selector has a star or a question mark."""

PRESETS = {
    "exact": "same",
    "converter": "ulp(4)",
    "convex": "scaled(1e-6)",
    "short-training": "scaled(1e-3) and norm(1e-3)",
}
"""Names for predicates that fit a way of making models; they stand for what is written here and print as
that.
"""

_METADATA = "@metadata:"
_STRUCTURE = "@structure"
_FIRST_WORD = re.compile(r'[^\s"()]+')
_FILE_AND_NAME = re.compile(r"(.*[^/])//(.+)")
_BARE = re.compile(r'[^\s"()@][^\s"()]*')


@dataclass(frozen=True, slots=True)
class Selector:
    """Tensors by name: ``*`` stands for any characters, ``?`` for one; ``file`` narrows it to one file of a
    model.
    """

    pattern: str
    file: str = ""

    @classmethod
    def of(cls, name: str) -> "Selector":
        """Return the selector of the tensor ``name``; one with a star in it is selected by ``?`` in its
        place.
        """
        return cls(name.replace("*", "?"))

    @property
    def exact(self) -> bool:
        """Whether it names one tensor, without ``*`` or ``?``."""
        return not set(self.pattern) & set("*?")

    def expression(self) -> re.Pattern[str]:
        """Return the pattern as a regular expression; atomic groups keep its time linear in each star."""
        first, *rest = (
            "".join("." if char == "?" else re.escape(char) for char in run)
            for run in self.pattern.split("*")
        )
        if not rest:
            return re.compile(first, re.DOTALL)
        middle = "".join(f"(?>.*?{run})" for run in rest[:-1])
        return re.compile(f"{first}{middle}.*{rest[-1]}", re.DOTALL)

    def __str__(self) -> str:
        return f"{_spelled(self.file)}//{_spelled(self.pattern)}" if self.file else _spelled(self.pattern)


@dataclass(frozen=True, slots=True)
class Clause:
    """One line on tensors: all of ``terms`` must hold for those that it is the last to select."""

    selector: Selector
    terms: tuple[Predicate, ...]
    line: int = field(default=1, compare=False)

    @property
    def predicate(self) -> str:
        """The terms in canonical form."""
        return " and ".join(map(str, self.terms))


@dataclass(frozen=True, slots=True)
class Specification:
    """What an ``Equality`` field asks for; ``str()`` is its canonical form, which reads back as an equal one.

    Tensors that no clause selects, metadata keys that are not in ``ignored``, and the structure unless
    ``structure_unchecked``, must be bit-identical.
    """

    clauses: tuple[Clause, ...] = ()
    ignored: tuple[str, ...] = ()
    structure_unchecked: bool = False

    @property
    def identical(self) -> bool:
        """Whether byte equality of the files is asked for."""
        return any(term.name == "identical" for clause in self.clauses for term in clause.terms)

    @property
    def measurement(self) -> bool:
        """Whether nothing but measurements is asked for."""
        return {term.kind for clause in self.clauses for term in clause.terms} == {Kind.MEASUREMENT}

    def __str__(self) -> str:
        alone = len(self.clauses) == 1 and not self.ignored and not self.structure_unchecked
        if alone and self.clauses[0].selector == Selector("*"):
            return self.clauses[0].predicate
        lines = [f"{_STRUCTURE} unchecked"] if self.structure_unchecked else []
        lines += [f"{clause.selector}  {clause.predicate}" for clause in self.clauses]
        lines += [f"{_METADATA}{_spelled(key)} ignore" for key in self.ignored]
        return "\n".join(lines)


def parse_predicate(text: str) -> Specification:
    """Read a predicate, or lines of selectors and predicates, as an ``Equality`` field holds them.

    PredicateError (a DeclarationError), with line and column, where it cannot be understood or has no sense.
    """
    lines = _lines(text)
    clauses: list[Clause] = []
    ignored: dict[str, None] = {}
    unchecked, patterns = False, 0
    for line in lines:
        start = line.column
        if line.accept(_METADATA):
            ignored[_ignored(line, ignored, start)] = None
        elif line.peek() == _STRUCTURE:
            _unchecked(line, unchecked, start)
            unchecked = True
        else:
            clauses.append(_clause(line, alone=len(lines) == 1))
            patterns += not clauses[-1].selector.exact
            if patterns > MOST_PATTERNS:
                raise line.wrong(f"more than {MOST_PATTERNS} selectors have a star or a question mark", start)
    return Specification(tuple(clauses), tuple(ignored), unchecked)


def _lines(text: str) -> list[Line]:
    """Return the lines that are not empty; PredicateError where there are none, or too many."""
    if len(text) > LONGEST:
        raise PredicateError(1, 1, f"a predicate has at most {LONGEST} characters")
    lines = [Line(row.rstrip(), at) for at, row in enumerate(text.split("\n"), start=1) if row.strip()]
    if not lines:
        raise PredicateError(1, 1, "a predicate is expected, and nothing is there")
    if len(lines) > MOST_LINES:
        raise lines[MOST_LINES].wrong(f"there are more than {MOST_LINES} lines")
    return lines


def _clause(line: Line, *, alone: bool) -> Clause:
    """Read a predicate that stands alone, or a selector and its predicate."""
    start = line.column
    selector = _selector(line)
    if selector is None and not alone:
        raise line.wrong(
            "beside other lines, a predicate needs a selector before it; * selects every tensor", start
        )
    calls = conjunction(line)
    _finish(line)
    terms = conjunction_of(tuple(_expanded(calls)))
    if selector is not None and any(term.name == "identical" for term in terms):
        raise line.wrong("identical is about whole files: it stands alone, without a selector", start)
    return Clause(selector or Selector("*"), terms, line.number)


def _selector(line: Line) -> Selector | None:
    """Read a selector, if one comes next: a string, or a word that another word than ``and`` follows."""
    start = line.column
    if line.text.startswith('"', line.at):
        text = line.string()
        if line.accept("//"):
            return _checked(line, start, line.literal().text, text)
        return _checked(line, start, text, None)
    found = _FIRST_WORD.match(line.text, line.at)
    word = found[0] if found else ""
    after = line.text[line.at + len(word) :].lstrip(" \t")
    if word.endswith("//") and after.startswith('"'):
        line.at += len(word)
        return _checked(line, start, line.string(), word[:-2])
    if not after or after[0] in '(",)' or after.split(None, 1)[0] in ("and", "or"):
        return None
    if word.startswith("@"):
        raise line.wrong(
            f"{word!r}: only @metadata:KEY and @structure begin with @; quote a tensor's name", start
        )
    line.at += len(word)
    line.skip()
    if "//" not in word:
        return _checked(line, start, word, None)
    parts = _FILE_AND_NAME.fullmatch(word)
    return _checked(line, start, parts[2] if parts else "", parts[1] if parts else "")


def _checked(line: Line, start: int, pattern: str, file: str | None) -> Selector:
    """Return the selector; PredicateError where its file or pattern is empty."""
    if not pattern or file == "":
        raise line.wrong("a selector names no file or no tensor", start)
    return Selector(pattern, file or "")


def _ignored(line: Line, before: Collection[str], start: int) -> str:
    """Read ``KEY ignore``."""
    key = line.literal().text
    verb = line.literal()
    if verb.text != "ignore" or verb.quoted:
        raise line.wrong("metadata can only be ignored: @metadata:KEY ignore", verb.column)
    _finish(line)
    if key in before:
        raise line.wrong(f"the metadata key {key!r} is ignored twice", start)
    return key


def _unchecked(line: Line, before: bool, start: int) -> None:
    """Read ``@structure unchecked``."""
    line.literal()
    verb = line.literal()
    if verb.text != "unchecked" or verb.quoted:
        raise line.wrong("the structure can only be left unchecked: @structure unchecked", verb.column)
    _finish(line)
    if before:
        raise line.wrong("the structure is left unchecked twice", start)


def _finish(line: Line) -> None:
    """PredicateError where something is left on the line."""
    if not line.finished:
        raise line.wrong(f"the predicate ends before {line.text[line.at :][:20]!r}")


def _expanded(calls: tuple[Call, ...]) -> Iterator[Call]:
    """Yield the calls, presets replaced by what they stand for."""
    for call in calls:
        if call.name not in PRESETS:
            yield call
            continue
        if call.arguments:
            raise PredicateError(call.line, call.column, f"{call.name} is a preset and takes no values")
        for part in conjunction(Line(PRESETS[call.name], call.line)):
            yield Call(part.name, part.arguments, call.line, call.column)


def _spelled(text: str) -> str:
    """Return a name as a bare word where it can be one, else as a string."""
    bare = _BARE.fullmatch(text) and "//" not in text and not text.endswith("/") and worded(text) == text
    return text if bare else quoted(text)
