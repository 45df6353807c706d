"""The pages on tags: what each says, how loudly, and the check's own examples of both kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lintian_ml.blob import Blob
from lintian_ml.check import Example, Flagged
from lintian_ml.citation import Citation, cite
from lintian_ml.container.limits import Limits
from lintian_ml.error import LintianMLError
from lintian_ml.formats import is_text
from lintian_ml.hint import Hint, Visibility
from lintian_ml.pages.area import area_of
from lintian_ml.profile import Profile
from lintian_ml.recognition import candidates
from lintian_ml.registry import Check, checks, find_profile, profile_names

OURS: Mapping[str, str] = {
    "debian-models(5)": "debian-models.html",
    "lintian-ml-compare(1)": "predicates.html",
    "lintian-ml-profiles(5)": "profiles/index.html",
}
"""Manual pages whose matter is on a page of the site too."""

LONGEST = 4096
"""Bytes of a text that are shown; a longer one is only described."""

PACKAGE = "example source"
"""What the package in the examples is called where a hint names it."""


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file of an example: its lines, and what stands in their place where they are not text.

    ``marked`` holds the numbers of the lines that hints point to.
    """

    path: str
    lines: tuple[str, ...]
    instead: str
    marked: frozenset[int]


@dataclass(frozen=True, slots=True)
class ShownExample:
    """An example of a check: its title, its files, and the lines that are said of it (none: it is good)."""

    title: str
    files: tuple[ShownFile, ...]
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownTag:
    """All that the page of a tag tells."""

    check: Check
    area: str
    see_also: tuple[Citation, ...]
    profiles: tuple[tuple[str, Visibility | None], ...]
    bad: tuple[ShownExample, ...]
    good: tuple[ShownExample, ...]

    @property
    def name(self) -> str:
        """The tag."""
        return self.check.name

    @property
    def level(self) -> Visibility:
        """How loudly it speaks where no profile says otherwise."""
        return self.check.tag.visibility


def shown_tags() -> tuple[ShownTag, ...]:
    """Return every tag with what its page tells, in alphabetical order."""
    profiles = tuple(map(find_profile, profile_names()))
    return tuple(_shown(check, profiles) for check in checks().values())


def _shown(check: Check, profiles: tuple[Profile, ...]) -> ShownTag:
    examples = list(check.module.examples())
    loudness = ((one.name, one.visibility(check.name, check.tag.visibility)) for one in profiles)
    bad = tuple(_example(check, one) for one in examples if isinstance(one, Flagged))
    good = tuple(_example(check, one) for one in examples if not isinstance(one, Flagged))
    see_also = tuple(map(_cited, check.tag.see_also))
    return ShownTag(check, area_of(check.name), see_also, tuple(loudness), bad, good)


def _cited(reference: str) -> Citation:
    """Resolve a reference; what the site tells itself is linked to there, from the folder of the tags."""
    found = cite(reference)
    return Citation(found.title, f"../{OURS[reference]}") if reference in OURS else found


def _example(check: Check, example: Example) -> ShownExample:
    hints = example.hints if isinstance(example, Flagged) else ()
    files = tuple(_file(path, content, hints) for path, content in sorted(example.files.items(), key=_order))
    return ShownExample(example.title, files, tuple(_said(check, hint) for hint in hints))


def _order(entry: tuple[str, bytes | str]) -> tuple[bool, str]:
    """Put what the maintainer writes before what upstream ships."""
    return not entry[0].startswith("debian/"), entry[0]


def _file(path: str, content: bytes | str, hints: tuple[Hint, ...]) -> ShownFile:
    pointers = (hint.pointer for hint in hints if hint.pointer)
    marked = frozenset(one.line for one in pointers if one.file == path and one.line is not None)
    data = content.encode() if isinstance(content, str) else content
    if len(data) <= LONGEST and is_text(data):
        return ShownFile(path, tuple(data.decode("utf-8", "replace").expandtabs().splitlines()), "", marked)
    return ShownFile(path, (), f"{len(data):,} bytes{_format_of(path, data)}", marked)


def _format_of(path: str, data: bytes) -> str:
    """Say of which format some bytes are, if they are of one."""
    try:
        found = candidates(Blob(data, path), Limits())
    except LintianMLError:
        return ""
    return f", {found[0][0].FORMAT.name}" if found else ""


def _said(check: Check, hint: Hint) -> str:
    letter = (hint.at_most or check.tag.visibility).letter
    pointer = f"[{hint.pointer}]" if hint.pointer else ""
    return " ".join(filter(None, (f"{letter}: {PACKAGE}: {check.name}", hint.note, pointer)))


def former_names() -> Iterator[tuple[str, str]]:
    """Yield each name that a tag once had, with the one it has now."""
    for check in checks().values():
        for old in check.tag.renamed_from:
            yield old, check.name
