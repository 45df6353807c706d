"""Infernal's covariance models in text, 1.0 and 1.1 (Infernal, src/cm_file.c and its User's Guide).

A covariance model is a list of states, each with transitions and, if it emits, 4 or 16 emission scores, as
base-2 logarithms. In version 1.1 each is followed by a profile of HMMER that serves as its filter.
"""

import hashlib
import re
from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.encoding.lines import lines
from lintian_ml.encoding.numbers import Columns
from lintian_ml.encoding.profile_text import (
    Header,
    next_line,
    numbers,
    opening_version,
    read_header,
    read_profile,
)
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("infernal", extensions=(".cm",), mark=b"INFERNAL")
NOISE = (SPELLING,)

VERSION = re.compile(rb"INFERNAL(1/a|-1)(?:[ \t][^\n]{0,200})?\r?\n")
HEADER = re.compile(rb"(?:[A-Z][A-Z0-9]*[ \t][^\n]*\n){2,1000}(?:CM|MODEL:)\s")
PROFILE = b"HMMER3/"
LONGEST_LINE = 1 << 16

EMISSIONS = {b"MP": 16, **dict.fromkeys((b"ML", b"MR", b"IL", b"IR"), 4)}
SILENT = (b"S", b"D", b"B", b"E", b"EL")


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the version, the fields of a header, and the line that begins the states."""
    version = opening_version(glimpse.head, VERSION, HEADER)
    if version is None:
        return None
    return Evidence.of(
        {
            Kind.MAGIC: f"begins as INFERNAL{version}",
            Kind.STRUCTURE: "a header and the states of a covariance model follow",
        }
    )


def read(blob: Blob) -> Model:
    """Read every covariance model and its filter; a probability of zero is an infinity."""
    columns = Columns()
    models: list[dict[str, object]] = []
    described: dict[str, str] = {}
    rest = lines(blob, LONGEST_LINE)
    for line in rest:
        if not line.strip() and models:
            continue
        filters = line.startswith(PROFILE) and bool(models)
        if not filters and not VERSION.match(line + b"\n"):
            raise FormatError(f"no covariance model begins with {line[:40]!r}")
        header = read_header(line, rest, (b"HMM",) if filters else (b"CM", b"MODEL:"))
        name = f"{len(models)}.{'filter' if filters else 'cm'}.{header.name}"
        described.update((f"{name}.{key}", value) for key, value in header.describing().items())
        read_one = read_profile if filters else _read_states
        models.append(read_one(header, rest, columns, name))
    if not models:
        raise FormatError("no covariance model")
    model = Model(FORMAT.name, columns.tensors(), {"models": models}, described, complete=True)
    return with_spelling(model, blob)


def _read_states(header: Header, rest: Iterator[bytes], columns: Columns, name: str) -> dict[str, object]:
    """Read the states up to the line ``//``; what is no score is kept as a digest."""
    indices = 10 if header.version.startswith("INFERNAL1/") else 6
    layout = hashlib.sha256()
    states = 0
    while (words := next_line(rest).split()) != [b"//"]:
        if words[:1] == [b"["]:
            layout.update(b" ".join(words) + b"\n")
            continue
        layout.update(b" ".join(words[:indices]) + b"\n")
        _read_state(words, indices, columns, name)
        states += 1
    if states != header.number("STATES"):
        raise FormatError(f"{states} states of the {header.number('STATES')} that are announced")
    return {"header": header.structural(), "layout": layout.hexdigest()}


def _read_state(words: list[bytes], indices: int, columns: Columns, name: str) -> None:
    """Add the transitions and emissions of one state; its sixth word says how many transitions there are."""
    kind = words[0] if words else b""
    if (kind not in EMISSIONS and kind not in SILENT) or len(words) < indices:
        raise FormatError(f"no state: {b' '.join(words)[:60]!r}")
    emissions = EMISSIONS.get(kind, 0)
    known = words[5].isdigit() and len(words[5]) < 4
    transitions = len(words) - indices - emissions
    if transitions < 0 or (kind != b"B" and not (known and transitions == int(words[5]))):
        raise FormatError(f"a state {kind.decode()} with {len(words) - indices} scores")
    scores = numbers(words[indices:], b"-inf")
    columns.add(f"{name}.transitions", "float64", scores[:transitions])
    columns.add(f"{name}.emissions", "float64", scores[transitions:])
