"""Our tags as Lintian's tag files, for ``lintian-explain-tags --include-dir`` and its like.

The folder holds tags and nothing else: were there a profile of Lintian's in it, Lintian would run nothing.
"""

import re
from collections.abc import Iterable, Iterator

from lintian_ml.citation import cite
from lintian_ml.registry import Check, checks

_LINTIANS = re.compile(r"(?:debian-policy|developer-reference) \S+|Bug#\d+|[a-z0-9_.+-]+\(\d\)|https://\S+")
"""References that Lintian understands as they are."""


def tag_files() -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each tag's file; each file has its own folder's letter, as Lintian's."""
    for check in checks().values():
        yield f"tags/{check.name[0]}/{check.name}.tag", "".join(f"{line}\n" for line in _fields(check))


def _fields(check: Check) -> Iterator[str]:
    tag = check.tag
    yield f"Tag: {check.name}"
    yield f"Severity: {tag.visibility.value}"
    yield f"Check: lintian-ml/{check.name}"
    if tag.experimental:
        yield "Experimental: yes"
    if tag.show_always:
        yield "Show-Always: yes"
    if tag.renamed_from:
        yield "Renamed-From:"
        yield from (f" {name}" for name in tag.renamed_from)
    yield from _folded("Explanation", f"{check.brief}\n\n{check.explanation}".splitlines())
    if tag.see_also:
        yield "See-Also:"
        yield ",\n".join(f" {_reference(reference)}" for reference in tag.see_also)


def _folded(name: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield a field of several lines, in which an empty one is a lone dot."""
    first, *others = map(_marked, lines)
    yield f"{name}: {first}"
    yield from (f" {line.rstrip() or '.'}" for line in others)


def _marked(line: str) -> str:
    """Mark code as Lintian does, whose explanations are Markdown with HTML in it."""
    escaped = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"``([^`]+)``|`([^`]+)`", lambda code: f"<code>{code[1] or code[2]}</code>", escaped)


def _reference(reference: str) -> str:
    """Return a reference in Lintian's vocabulary: ours are addresses there."""
    return reference if _LINTIANS.fullmatch(reference) else cite(reference).address
