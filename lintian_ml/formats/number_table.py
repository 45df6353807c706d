"""Numbers in a text without any declaration, more than a thousand: Mo Zhou's rule (debian-devel, 2019).

Such a file may be a model or a measurement; only a human can say, unless the name does.
"""

from itertools import chain, islice

from lintian_ml.encoding.comments import without_comments
from lintian_ml.encoding.literals import numbers
from lintian_ml.encoding.sample import describe, looks_trained
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.formats.raw_floats import TELLING

FORMAT = Format(
    "number-table",
    extensions=(".txt", ".dat", ".csv", ".weights"),
    within="rest",
    first=b"0123456789+-. \t\r\n#%/;[({",
    smallest=4000,
)

ENOUGH = 1000
"""Numbers that the head must have."""

SAMPLED = 2048
"""Numbers whose values are looked at."""

DIGITS = b"0123456789"
OTHERS = b" \t\r\n,;+-.eE[](){}"
"""What stands in and between numbers beside digits."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Weigh the numbers of a head that consists of little else: fractions of both signs, in no order."""
    probe = glimpse.head[1024:3072]
    rest = probe.translate(None, DIGITS)
    if 3 * len(rest) > 2 * len(probe) or glimpse.size < FORMAT.smallest:
        return None
    if 20 * len(rest.translate(None, OTHERS)) > len(probe):
        return None
    plain = without_comments(glimpse.head[: glimpse.head.rfind(b"\n") + 1])
    words = plain.replace(b";", b" ").translate(None, b"[](){}").replace(b",", b" ").split()
    values = list(islice(chain.from_iterable(numbers(plain.replace(b";", b" "))), len(words)))
    fractions = sum(b"." in word for word in words[:SAMPLED])
    if len(values) <= ENOUGH or len(values) < 0.98 * len(words) or 2 * fractions < len(words[:SAMPLED]):
        return None
    if not looks_trained(describe(values[:SAMPLED], 1.0), len(values)):
        return None
    notes = {Kind.STATISTICS: f"its first {len(values)} numbers are distributed like trained weights"}
    if found := TELLING.search(glimpse.name.lower()):
        notes[Kind.NAME] = f"the name says {found.group()}"
    return Evidence.of(notes, carrier=True)
