"""Overrides, in Lintian's syntax: ``[[PACKAGE][ [ARCHITECTURES]][ TYPE]: ]TAG[ CONTEXT]``.

They stand in ``debian/source.lintian-ml-overrides`` and ``debian/PACKAGE.lintian-ml-overrides``. Comments
directly above an override are its justification; the next line for the same tag inherits it, an empty line
ends it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

TYPES = ("source", "binary", "changes", "buildinfo", "udeb")

_PREFIX = re.compile(
    r"""^(?: (?P<package>[a-z0-9][a-z0-9+.-]++) \s* )?
         (?: \[ (?P<architectures>[^\]]*+) \] \s* )?
         (?: (?P<type>\w++) \s* )? : \s+ (?P<rest>\S.*)$""",
    re.VERBOSE,
)
_TAG = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")


@dataclass(frozen=True, slots=True)
class Override:
    """One line of an override file: the tag it silences, where its context matches ``pattern`` (empty:
    anywhere).
    """

    tag: str
    pattern: str
    justification: str
    file: str
    line: int
    architectures: tuple[str, ...] = ()

    def applies_to(self, architecture: str) -> bool:
        """Whether its list of architectures, if it has one, holds that of the package."""
        if not self.architectures:
            return True
        cpu = architecture.rpartition("-")[2]
        names = {architecture, "any", f"any-{cpu}", f"linux-{cpu}", "linux-any"} - {"all" if not cpu else ""}
        if all(name.startswith("!") for name in self.architectures):
            return not any(name[1:] in names - {"any", "linux-any"} for name in self.architectures)
        return architecture not in ("all", "source") and any(name in names for name in self.architectures)

    def matches(self, context: str) -> bool:
        """Whether it silences a hint of its tag with that context (note and pointer as they are printed)."""
        return not self.pattern or _matches(self.pattern, context)


@dataclass(frozen=True, slots=True)
class Malformed:
    """A line that is no override, and why."""

    message: str
    file: str
    line: int


def parse_overrides(text: str, file: str, package: str, type_: str) -> Iterator[Override | Malformed]:
    """Yield what each line of an override file says; the package and type it names must be the given ones."""
    comments: list[str] = []
    previous: Override | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = " ".join(raw.split())
        if line.startswith("#"):
            comments.append(line.lstrip("# ").rstrip())
        elif not line:
            comments, previous = [], None
        else:
            parsed = _parse_line(line, file, number, package, type_)
            if isinstance(parsed, Override):
                parsed = _justified(parsed, comments, previous)
                previous = parsed
            comments = []
            yield parsed


def by_tag(overrides: Iterable[Override]) -> Mapping[str, tuple[Override, ...]]:
    """Return the overrides of each tag, the shortest patterns first."""
    found: dict[str, list[Override]] = {}
    for override in sorted(overrides, key=lambda override: len(override.pattern)):
        found.setdefault(override.tag, []).append(override)
    return {tag: tuple(those) for tag, those in found.items()}


def best_match(overrides: Iterable[Override], context: str) -> Override | None:
    """Return the first of a tag's overrides that silences a hint with that context."""
    return next((override for override in overrides if override.matches(context)), None)


def _parse_line(line: str, file: str, number: int, package: str, type_: str) -> Override | Malformed:
    prefix = _PREFIX.match(line)
    architectures: tuple[str, ...] = ()
    rest = line
    if prefix and prefix["type"] in (None, *TYPES):
        trouble = _prefix_trouble(prefix, package, type_)
        if trouble:
            return Malformed(trouble, file, number)
        architectures = tuple((prefix["architectures"] or "").split())
        rest = prefix["rest"]
    tag, _, pattern = rest.partition(" ")
    if not _TAG.match(tag):
        return Malformed(f"expected a tag, not {tag}", file, number)
    return Override(tag, pattern.removeprefix("./"), "", file, number, architectures)


def _prefix_trouble(prefix: re.Match[str], package: str, type_: str) -> str:
    """Say what is wrong with the part before the colon, or nothing."""
    named, kind = prefix["package"], prefix["type"]
    if named in TYPES and kind is None and named != package:
        named, kind = None, named
    if named not in (None, package):
        return f"names package {named}, but this file is for {package}"
    if kind not in (None, type_ or "binary"):
        return f"names type {kind}, but this file is for type {type_ or 'binary'}"
    return ""


def _justified(override: Override, comments: list[str], previous: Override | None) -> Override:
    inherited = previous.justification if previous and previous.tag == override.tag else ""
    return Override(
        override.tag,
        override.pattern,
        " ".join(filter(None, comments)) or inherited,
        override.file,
        override.line,
        override.architectures,
    )


def _matches(pattern: str, context: str) -> bool:
    """Match with ``*`` and ``?`` as the only wildcards.

    What stands between two stars is matched where it first occurs, which is right for globs; so it takes no
    more steps than the square of the context's length, whatever the pattern.
    """
    context = " ".join(context.split())
    if len(pattern) - pattern.count("*") > len(context):
        return False
    first, *middle = pattern.split("*")
    if not middle:
        return _fits(pattern, context)
    last = middle.pop()
    at, end = len(first), len(context) - len(last)
    if not _fits(first, context[:at]) or not _fits(last, context[end:]):
        return False
    for piece in filter(None, middle):
        at = _find(piece, context, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


def _find(piece: str, text: str, start: int, end: int) -> int:
    """Return where ``piece`` first stands in that part of ``text``, or -1."""
    if "?" not in piece:
        return text.find(piece, start, end)
    places = range(start, end - len(piece) + 1)
    return next((at for at in places if _fits(piece, text[at : at + len(piece)])), -1)


def _fits(piece: str, text: str) -> bool:
    """Whether ``text`` is ``piece``, in which ``?`` is any character."""
    return len(piece) == len(text) and all(
        wanted in ("?", there) for wanted, there in zip(piece, text, strict=True)
    )
