"""Egothor's stemmers, as Lucene's Stempel ships one: tries of commands that were learnt from words and stems.

A file has the name of the method, and one trie or several: what is done to the end of a word, and rows of
cells that tell how often a command was right (egothor, stemmer/MultiTrie.java, Trie.java, Row.java).
"""

import re

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.encoding.plain import digest
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("egothor", extensions=(".tbl", ".out"), first=b"\0", smallest=1000)

METHOD = re.compile(r"-?0?M?[GLE12]{1,8}", re.IGNORECASE)
"""Backwards or not, with the whole word or not, of several tries or one, and how it was made smaller."""

COMMAND = re.compile(r"\*|(?:[-RID].){1,64}", re.DOTALL)
"""Nothing to do, or steps: skip, replace, insert, delete, each with a letter, which may stand for a count."""

MOST_TRIES, MOST_COMMANDS, MOST_ROWS, MOST_CELLS = 64, 1 << 16, 1 << 22, 1 << 16
CELL = 18


def recognise(glimpse: Glimpse) -> Evidence | None:
    """A method, and the beginning of a trie whose first commands are steps of a stemmer."""
    if not 2 <= int.from_bytes(glimpse.head[:2], "big") <= 10:
        return None
    source = Forward(Blob(glimpse.head), order=">")
    try:
        method, _ = _opening(source)
        commands = _commands(source, 8)
    except FormatError:
        return None
    if not any(commands):
        return None
    return Evidence.of(
        {
            Kind.STRUCTURE: f"a stemmer of Egothor's, made by the method {method}",
            Kind.SEMANTICS: f"its first command is {commands[0]}",
        }
    )


def read(blob: Blob) -> Model:
    """Walk all tries; FormatError where one is damaged, or something follows the last."""
    source = Forward(blob, order=">", budget=8 << 20)
    method, tries = _opening(source)
    cells = commands = 0
    for _ in range(tries):
        commands += len(_commands(source))
        for _ in range(_count(source, MOST_ROWS)):
            found = _count(source, MOST_CELLS)
            source.skip(found * CELL)
            cells += found
    if source.left or not cells:
        raise FormatError(f"{source.left} bytes behind a stemmer of {cells} cells")
    told = {"method": method, "tries": tries, "commands": commands, "sha256": digest(blob, 0, blob.size)}
    return Model(FORMAT.name, structure=told, parameters=cells, complete=True)


def _opening(source: Forward) -> tuple[str, int]:
    """Return the method, and how many tries follow: one, unless the method is of several."""
    method = source.text(source.number("H"), 16)
    if not METHOD.fullmatch(method):
        raise FormatError(f"no method of a stemmer: {method!r:.40}")
    if "M" not in method.upper():
        return method, 1
    if source.number("B") > 1 or not 0 < source.number("i") < MOST_TRIES:
        raise FormatError("no stemmer of several tries")
    return method, _count(source, MOST_TRIES)


def _commands(source: Forward, seen: int = MOST_COMMANDS) -> list[str]:
    """Return the commands that a trie begins with, ``seen`` of them at most."""
    forward, root, count = source.numbers("Bii")
    if forward > 1 or root < 0 or not 0 <= count < MOST_COMMANDS:
        raise FormatError(f"no trie before offset {source.position}")
    commands = [source.text(source.number("H"), 256) for _ in range(min(count, seen))]
    if any(not COMMAND.fullmatch(command) for command in commands if command):
        raise FormatError(f"a command that is none before offset {source.position}")
    return commands


def _count(source: Forward, most: int) -> int:
    count = source.number("i")
    if not 0 <= count <= most:
        raise FormatError(f"{count} announced at offset {source.position - 4}")
    return count
