"""Prose as markup: docstrings, and pages in a small part of Markdown.

Known are headings, paragraphs, lists, tables, indented or fenced code, ``code`` between backticks, **strong**
and *emphasised* words, and links to https addresses and to other such pages. All else is text, and every
character of it is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

_INLINE = re.compile(
    r"``(?P<long>[^`]+)``|`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*"
    r"|(?<![\w*])\*(?P<em>[^*\s][^*]*)\*(?![\w*])"
    r"|\[(?P<title>[^\]]+)\]\((?:(?P<href>https://[^)\s]+)|(?P<page>[a-z0-9-]+)\.md(?P<part>#[a-z0-9-]+)?)\)"
)
_REFERENCE = re.compile(
    r"(?P<address>https://[^\s,;()<>]*[^\s,;()<>.])"
    r"|(?P<list>debian-[a-z]+) (?P<month>\d{4}/\d{2}) msg(?P<mail>\d{5})"
    r"|Bug#(?P<bug>\d+)"
    r"|(?P<policy>Debian Policy)"
)
_HEADING = re.compile(r"(#{1,4}) (.+)")
_ITEM = re.compile(r"(?:[-*]|\d+\.) +")

FENCE = "```"
"""What stands before and after lines of code."""

Replace = Callable[["re.Match[str]"], "Markup"]


def prose(text: str, top: int = 1) -> Markup:
    """Return the blocks of a text as markup; headings begin at level ``top``."""
    from markupsafe import Markup

    return Markup("\n").join(_block(block, top) for block in _blocks(text))


def anchor(title: str) -> str:
    """Return the name by which a heading is linked to."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "part"


def inline(text: str) -> Markup:
    """Return one run of text as markup: code, strong and emphasised words, links."""
    from markupsafe import Markup

    def one(found: re.Match[str]) -> Markup:
        if code := found["long"] or found["code"]:
            return Markup("<code>{}</code>").format(code)
        if found["strong"]:
            return Markup("<strong>{}</strong>").format(found["strong"])
        if found["em"]:
            return Markup("<em>{}</em>").format(found["em"])
        address = found["href"] or f"{found['page']}.html{found['part'] or ''}"
        return Markup('<a href="{}">{}</a>').format(address, found["title"])

    return _replaced(_INLINE, text, one)


def linked(text: str) -> Markup:
    """Return a text in which addresses, mails to Debian's lists, bugs and Debian Policy are links."""
    from markupsafe import Markup

    def one(found: re.Match[str]) -> Markup:
        return Markup('<a href="{}">{}</a>').format(_address(found), found[0])

    return _replaced(_REFERENCE, text, one)


def _address(found: re.Match[str]) -> str:
    if found["list"]:
        return f"https://lists.debian.org/{found['list']}/{found['month']}/msg{found['mail']}.html"
    if found["bug"]:
        return f"https://bugs.debian.org/{found['bug']}"
    return found["address"] or "https://www.debian.org/doc/debian-policy/"


def _replaced(pattern: re.Pattern[str], text: str, one: Replace) -> Markup:
    """Return the text escaped, with what the pattern finds in it replaced."""
    from markupsafe import Markup, escape

    pieces, at = [], 0
    for found in pattern.finditer(text):
        pieces += [escape(text[at : found.start()]), one(found)]
        at = found.end()
    return Markup().join([*pieces, escape(text[at:])])


def _blocks(text: str) -> Iterator[list[str]]:
    """Yield the runs of lines between which there is an empty line, which a fence may hold too."""
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.strip() or (block and block[0].startswith(FENCE)):
            block.append(line.rstrip())
        elif block:
            yield block
            block = []
        if len(block) > 1 and block[0].startswith(FENCE) and block[-1] == FENCE:
            yield block
            block = []
    if block:
        yield block


def _block(block: list[str], top: int) -> Markup:
    from markupsafe import Markup

    if heading := _HEADING.fullmatch(block[0]):
        level = min(6, len(heading[1]) - 1 + top)
        title = Markup('<h{0} id="{1}">{2}</h{0}>').format(level, anchor(heading[2]), inline(heading[2]))
        return title + _block(block[1:], top) if block[1:] else title
    if all(line.startswith("    ") for line in block):
        return Markup('<pre tabindex="0"><code>{}</code></pre>').format("\n".join(line[4:] for line in block))
    if block[0].startswith(FENCE):
        return Markup('<pre tabindex="0"><code>{}</code></pre>').format("\n".join(block[1:-1]))
    if block[0].startswith("|"):
        return _table(block)
    if _ITEM.match(block[0]):
        kind = "ul" if block[0][0] in "-*" else "ol"
        items = Markup().join(Markup("<li>{}</li>").format(inline(item)) for item in _items(block))
        return Markup("<{0}>{1}</{0}>").format(kind, items)
    return Markup("<p>{}</p>").format(inline(" ".join(line.strip() for line in block)))


def _items(block: Iterable[str]) -> Iterator[str]:
    """Yield the items of a list; a line that begins none goes on with the one before."""
    item = ""
    for line in block:
        mark = _ITEM.match(line)
        if mark and item:
            yield item
        item = line[mark.end() :] if mark else f"{item} {line.strip()}"
    yield item


def _table(block: list[str]) -> Markup:
    """Return a table: its first line has the titles of the columns, its second only draws."""
    from markupsafe import Markup

    def row(line: str, cell: Markup) -> Markup:
        texts = (text.strip() for text in line.strip().strip("|").split("|"))
        return Markup("<tr>{}</tr>").format(Markup().join(cell.format(inline(text)) for text in texts))

    head = row(block[0], Markup('<th scope="col">{}</th>'))
    body = Markup().join(row(line, Markup("<td>{}</td>")) for line in block[2:])
    table = Markup("<table><thead>{}</thead><tbody>{}</tbody></table>").format(head, body)
    return Markup('<div class="wide" tabindex="0" role="region" aria-label="table">{}</div>').format(table)
