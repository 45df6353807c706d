"""N-gram language models in the ARPA text format (SRILM, ngram-format(5); CMU-Cambridge toolkit; KenLM).

A list of how many n-grams of each order there are, then for each order a section: a logarithm to base 10,
the words, and for all but the highest order a back-off weight, which may be missing.
"""

import hashlib
import re
from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.encoding.lines import lines
from lintian_ml.encoding.numbers import Columns
from lintian_ml.encoding.plain import told
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format(
    "arpa",
    extensions=(".arpa", ".lm"),
    first=b"\\\n\r#=i",
    like=rb"\\data\\|\n\\data|\n\n\\data|\r\n\\data|####|====|iARPA",
)
NOISE = (SPELLING,)

OPENING = re.compile(FORMAT.like)
"""How such files begin: with the list, empty lines, or the banner of a toolkit."""

MARK = b"\\data\\"
BEFORE = 1 << 13
"""Bytes of free text that may precede the list of counts."""

COUNTS = re.compile(
    rb"(?:\A|\n)\\data\\[ \t]*\r?\n(?:[ \t]*\r?\n)*((?:ngram[ \t]+\d\d?[ \t]*=[ \t]*\d{1,12}[ \t]*\r?\n)+)"
    rb"(?:[ \t]*\r?\n)*\\1-grams:[ \t]*\r?\n"
)
COUNT = re.compile(rb"ngram[ \t]+(\d\d?)[ \t]*=[ \t]*(\d{1,12})")
ROW = re.compile(rb"[ \t]*-?(?:\d++(?:\.\d++)?|\.\d++)(?:[eE][-+]?\d+)?[ \t]+\S")
HIGHEST_ORDER = 20
LONGEST = 256 << 20
"""Bytes of the longest text whose n-grams are read one by one."""

LONGEST_LINE = 1 << 16


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the list of counts, the first section, and a probability with a word in it."""
    if not OPENING.match(glimpse.head) or glimpse.head.find(MARK, 0, BEFORE) < 0:
        return None
    found = COUNTS.search(glimpse.head, 0, BEFORE * 2)
    if found is None or not ROW.match(glimpse.head, found.end()):
        return None
    try:
        counts = _counts(found.group(1))
    except FormatError:
        return None
    return Evidence.of(
        {
            Kind.MAGIC: f"lists n-grams of order 1 to {len(counts)} as the ARPA format does",
            Kind.STRUCTURE: "the first n-grams follow",
        }
    )


def read(blob: Blob) -> Model:
    """Read the n-grams of every order; of a text past 256 MiB only how many there are."""
    head = blob.read(0, min(blob.size, 2 * BEFORE))
    found = COUNTS.search(head)
    if found is None:
        raise FormatError("no list of n-grams in the ARPA format")
    counts = _counts(found.group(1))
    before = told(head[: found.start()].strip())
    metadata = {"introduction": before} if before else {}
    if blob.size > LONGEST:
        remark = f"a text of {blob.size} bytes: its n-grams were not read"
        return Model(FORMAT.name, (), counts, metadata, remarks=(remark,), parameters=sum(counts))
    start = head.index(b"\\1-grams:", found.end(1))
    columns, words = Columns(), hashlib.sha256()
    rest = lines(blob.part(start, blob.size - start), LONGEST_LINE)
    for order, count in enumerate(counts, 1):
        _section(rest, order, count, order == len(counts), columns, words)
    _expect(rest, b"\\end\\")
    after = [line for line in rest if line.strip()]
    model = Model(
        format=FORMAT.name,
        tensors=columns.tensors(),
        structure={"counts": counts, "words sha256": words.hexdigest()},
        metadata=metadata,
        residue={"text behind the end": b"\n".join(after)} if after else {},
        complete=True,
    )
    return with_spelling(model, blob)


def _counts(text: bytes) -> list[int]:
    """Return the numbers of n-grams by order; FormatError where an order is missing."""
    found = [(int(order), int(count)) for order, count in COUNT.findall(text)]
    orders = [order for order, _ in found]
    if orders != list(range(1, len(found) + 1)) or len(found) > HIGHEST_ORDER or not found[0][1]:
        raise FormatError(f"a list of n-grams of the orders {orders[:HIGHEST_ORDER]}")
    return [count for _, count in found]


def _expect(rest: Iterator[bytes], mark: bytes) -> None:
    """Skip empty lines up to a line that must be ``mark``."""
    for line in rest:
        if line.strip() == mark:
            return
        if line.strip():
            raise FormatError(f"{line[:40]!r} where {mark.decode()} should be")
    raise FormatError(f"the text ends before {mark.decode()}")


def _section(
    rest: Iterator[bytes], order: int, count: int, last: bool, columns: Columns, words: "hashlib._Hash"
) -> None:
    """Read the n-grams of one order; ``words`` takes in their words, and which have a back-off weight."""
    _expect(rest, b"\\%d-grams:" % order)
    for number in range(count):
        fields = next(rest, b"").split()
        if not order + 1 <= len(fields) <= order + 2 - last:
            raise FormatError(f"{order}-gram {number + 1} of {count} has {len(fields)} fields")
        columns.add(f"{order}-grams.probability", "float64", fields[:1])
        columns.add(f"{order}-grams.backoff", "float64", fields[order + 1 :])
        words.update(b" ".join((*fields[1 : order + 1], b"\n\n"[: len(fields) - order])))
