"""SpamAssassin's generated scores: weights of rules, found by a perceptron or a genetic algorithm (masses/).

Only what stands between ``<gen:mutable>`` and ``</gen:mutable>`` was generated; scores elsewhere, and in
files without these marks, were set by hand.
"""

import hashlib
import re
from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.encoding.lines import lines
from lintian_ml.encoding.naming import Names
from lintian_ml.encoding.numbers import Columns
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("spamassassin", extensions=(".cf",), mark=b"# SpamAssassin")

NOISE = (SPELLING,)

TITLE = FORMAT.mark
OPENING, CLOSING = b"<gen:mutable>", b"</gen:mutable>"
NUMBER = rb"[ \t]+-?\d{1,4}(?:\.\d{1,6})?"
SCORE = re.compile(rb"score[ \t]+([A-Z_][A-Z0-9_]{1,99})((?:%b){4}|%b)[ \t]*(#.*)?" % (NUMBER, NUMBER))
SECTION = re.compile(rb"<gen:mutable>[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\r?\n){0,50}+%b\r?\n" % SCORE.pattern)
LONGEST_LINE = 1 << 16


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the title, and for a section of generated scores that begins with one."""
    if not glimpse.head.startswith(TITLE):
        return None
    at = glimpse.head.find(OPENING)
    if at < 0 or not SECTION.match(glimpse.head, at):
        return None
    return Evidence.of({Kind.MAGIC: "SpamAssassin's mark of generated scores, and a score behind it"})


def read(blob: Blob) -> Model:
    """Read the generated scores: one number for a rule, or four for the four sets of tests.

    FormatError where a section does not end, holds anything else, or there is none.
    """
    if blob.read(0, min(blob.size, len(TITLE))) != TITLE:
        raise FormatError("no title of SpamAssassin")
    columns, names, rest, comments = Columns(), Names(), hashlib.sha256(), hashlib.sha256()
    for line, generated in _lines(blob):
        score = SCORE.fullmatch(line) if generated else None
        if score:
            name = score.group(1).decode("ascii")
            columns.add(names.free(name), "float64", score.group(2).split())
            comments.update((score.group(3) or b"") + b"\n")
        elif line.startswith(b"#") or not line:
            comments.update(line + b"\n")
        elif generated:
            raise FormatError(f"among generated scores stands {line[:60]!r}")
        else:
            rest.update(line + b"\n")
    if not len(columns):
        raise FormatError("no generated score")
    structure = {"other lines sha256": rest.hexdigest()}
    metadata = {"comments sha256": comments.hexdigest()}
    return with_spelling(Model(FORMAT.name, columns.tensors(), structure, metadata, complete=True), blob)


def _lines(blob: Blob) -> Iterator[tuple[bytes, bool]]:
    """Yield each line, trimmed, and whether it is within a generated section."""
    generated = False
    for line in lines(blob, LONGEST_LINE):
        if OPENING in line or CLOSING in line:
            opens = OPENING in line
            if opens is generated:
                raise FormatError(f"a generated section that opens or closes twice at {line[:60]!r}")
            generated = opens
        yield line.strip(), generated
    if generated:
        raise FormatError("a generated section that does not end")
