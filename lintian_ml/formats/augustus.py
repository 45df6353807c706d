"""AUGUSTUS's parameters of a species: probabilities of exons, introns and what lies between (AUGUSTUS,
src/exontrain.cc and its like).

Sections in brackets hold numbers, often behind the pattern of bases that they are for; comments tell which
quantity follows.
"""

import hashlib
import re

from lintian_ml.blob import Blob
from lintian_ml.encoding.lines import lines
from lintian_ml.encoding.naming import Names
from lintian_ml.encoding.numbers import Columns
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format(
    "augustus",
    extensions=(".pbl",),
    first=b"#[",
    like=rb"#(?:exon|intron) model|# UTR model|\[1\]\n# \(a,c,g,t\)=",
)

NOISE = (SPELLING,)

PARTS = {
    b"#exon model parameters\n# begin of content independent part\n": "exons",
    b"#intron model parameters\n# begin of content independent part\n": "introns",
    b"# UTR model parameters\n# begin of content independent part\n": "untranslated regions",
}
BEGINNING = re.compile(FORMAT.like)
BETWEEN = re.compile(
    rb"\[1\]\n# \(a,c,g,t\)= ?\([^)\n]{7,80}\)\n#\n# Probabilities file for the intergenic region model\n"
)
NUMBER = rb"[-+]?(?:\d{1,12}\.?\d{0,12}(?:e[-+]?\d{1,4})?|\.\d{1,12}|nan|inf)"
ROW = re.compile(rb"(?:([acgtnACGTN]{1,32})[ \t]+)?(%b(?:[ \t]+%b)*)" % (NUMBER, NUMBER))
SECTION = re.compile(rb"\[([A-Za-z0-9_-]{1,40})\]")
LONGEST_LINE = 1 << 16
MOST_SECTIONS = 1000


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the title of one of the four files, and for a section of numbers below it."""
    if not BEGINNING.match(glimpse.head):
        return None
    part = _part(glimpse.head)
    if not part or not _has_numbers(glimpse.head):
        return None
    notes = {
        Kind.MAGIC: f"begins as AUGUSTUS's parameters of {part}",
        Kind.STRUCTURE: "a section of numbers follows",
    }
    return Evidence.of(notes)


def _part(head: bytes) -> str:
    """Return what the parameters are of; "" where there is no title."""
    plain = head[:400].replace(b"\r\n", b"\n")
    if BETWEEN.match(plain):
        return "what lies between genes"
    return next((part for title, part in PARTS.items() if plain.startswith(title)), "")


def _has_numbers(head: bytes) -> bool:
    """Whether a row of numbers stands below a section's name in the first lines."""
    within = False
    for line in head[:4096].splitlines()[:60]:
        within = within or SECTION.fullmatch(line.strip()) is not None
        if within and ROW.fullmatch(line.strip()):
            return True
    return False


def read(blob: Blob) -> Model:
    """Read each section's numbers as one tensor, in the order of the file.

    Patterns and the numbers of each row are a digest in the structure; FormatError where a line is neither
    a comment, a section nor a row.
    """
    part = _part(blob.read(0, min(blob.size, 400)))
    if not part:
        raise FormatError("no title of AUGUSTUS's parameters")
    columns, outline, comments = Columns(), hashlib.sha256(), []
    sections: list[str] = []
    names = Names()
    for number, line in enumerate(lines(blob, LONGEST_LINE), 1):
        line = line.strip()
        if line.startswith(b"#"):
            comments.append(line)
        elif section := SECTION.fullmatch(line):
            sections.append(names.free(section.group(1).decode("ascii")))
        elif row := ROW.fullmatch(line):
            values = row.group(2).split()
            columns.add(sections[-1] if sections else "head", "float64", values)
            outline.update(b"%b %d\n" % (row.group(1) or b"", len(values)))
        elif line:
            raise FormatError(f"line {number} is neither a section nor numbers: {line[:40]!r}")
        if len(sections) > MOST_SECTIONS:
            raise LimitError(f"more than {MOST_SECTIONS} sections")
    if not len(columns):
        raise FormatError("no numbers in AUGUSTUS's parameters")
    digest = hashlib.sha256(b"\n".join(comments)).hexdigest()
    structure = {"part": part, "sections": sections, "rows sha256": outline.hexdigest()}
    tensors = columns.tensors()
    model = Model(FORMAT.name, tensors, structure, {"comments sha256": digest}, complete=True)
    return with_spelling(model, blob)
