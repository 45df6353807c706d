"""HTK's hidden Markov models in text: hmmdefs, macros, prototypes (The HTK Book, section 7.2 and chapter 7).

Words in angle brackets say what follows: means, variances, weights of mixtures, transitions.
"""

import hashlib
import re

from lintian_ml.blob import Blob
from lintian_ml.encoding.lines import whole_text
from lintian_ml.encoding.numbers import Columns
from lintian_ml.encoding.plain import told
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("htk", extensions=(".hmmdefs", ".mmf", ".hmm"), first=b"~ \r\n", like=rb"\s*+~[a-zA-Z]")
NOISE = (SPELLING,)

SIZE = re.compile(rb"\s*~o\s*(?:<[A-Za-z0-9_]+>\s*(?:\d+\s+)*){0,20}?<VECSIZE>\s*\d+", re.IGNORECASE)
MODEL = re.compile(rb'\s*~[hstmuvw]\s+"?[^\s"]{1,255}"?\s*<(?:BEGINHMM|NUMMIXES|MEAN|TRANSP|VARIANCE)>', re.I)
CONTENT = re.compile(rb"<(?:BEGINHMM|MEAN|TRANSP|VARIANCE)>", re.IGNORECASE)
WORD = re.compile(rb'<[^<>\n]{1,64}>|"[^"\n]{0,255}"|[^\s<>"]+')
NUMBER = re.compile(rb"-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")
TENSORS = {
    b"<MEAN>": "means",
    b"<VARIANCE>": "variances",
    b"<INVCOVAR>": "inverse_covariances",
    b"<LLTCOVAR>": "choleski_covariances",
    b"<XFORM>": "transforms",
    b"<TRANSP>": "transitions",
}
"""Words behind which a size stands, and as many numbers as it says (its square for transitions)."""

SINGLE = {b"<MIXTURE>": "weights", b"<GCONST>": "constants"}
"""Words with one number, behind the mixture's index for weights."""

LONGEST = 64 << 20
"""Bytes of the longest text that is read."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for a global option with a vector size, or a named macro, and for parameters behind it."""
    head = glimpse.head
    if not head.startswith((b"~", b"\n~", b"\r\n~", b" ~")):
        return None
    if not (SIZE.match(head) or MODEL.match(head)) or not CONTENT.search(head):
        return None
    return Evidence.of({Kind.MAGIC: "begins with a macro of HTK", Kind.STRUCTURE: "its parameters follow"})


def read(blob: Blob) -> Model:
    """Gather the numbers by what they are, in the order of the file; the other words stay a digest."""
    data = whole_text(blob, LONGEST)
    if not (SIZE.match(data) or MODEL.match(data)):
        raise FormatError("no macro of HTK")
    words = WORD.findall(data)
    columns, layout = Columns(), hashlib.sha256()
    names: list[str] = []
    at = 0
    while at < len(words):
        word = words[at].upper() if words[at].startswith(b"<") else words[at]
        layout.update(words[at] + b"\n")
        if word == b"~h" and at + 1 < len(words):
            names.append(told(words[at + 1].strip(b'"')))
        at = _take(words, at + 1, word, columns, layout)
    if WORD.sub(b"", data).strip():
        raise FormatError("a bracket or a quotation mark that has no other")
    opened, closed = (data.upper().count(tag) for tag in (b"<BEGINHMM>", b"<ENDHMM>"))
    if opened != closed or not len(columns):
        raise FormatError(f"{opened} models begin and {closed} end, with {len(columns)} kinds of numbers")
    structure = {"models": names, "layout sha256": layout.hexdigest()}
    return with_spelling(Model(FORMAT.name, columns.tensors(), structure, complete=True), blob)


def _take(words: list[bytes], at: int, word: bytes, columns: Columns, layout: "hashlib._Hash") -> int:
    """Add the numbers that belong to a word and begin at ``at``; return where they end."""
    if word == b"<MIXTURE>":
        layout.update(b" ".join(words[at : at + 1]))
        at += 1
    if word in SINGLE:
        columns.add(SINGLE[word], "float64", words[at : at + 1])
        return at + 1
    if word not in TENSORS:
        return at
    sizes = words[at : at + 1 + (word == b"<XFORM>")]
    if not sizes or not all(size.isdigit() and len(size) < 6 for size in sizes):
        raise FormatError(f"{word.decode()} of size {b' '.join(sizes)[:40]!r}")
    layout.update(b" ".join(sizes))
    first, last = int(sizes[0]), int(sizes[-1])
    if word in (b"<INVCOVAR>", b"<LLTCOVAR>"):
        count = first * (first + 1) // 2
    else:
        count = first * last if word in (b"<TRANSP>", b"<XFORM>") else first
    at += len(sizes)
    numbers = words[at : at + count]
    if len(numbers) != count or not all(map(NUMBER.fullmatch, numbers)):
        raise FormatError(f"{word.decode()} of {count} numbers is cut off")
    columns.add(TENSORS[word], "float64", numbers)
    return at + count
