"""Models of charsets and languages by pairs of letters, as arrays of 64 by 64 (chardet before 5, uchardet).

Each number tells how likely one letter follows another in texts of a language: 3 likely, 0 hardly ever
(Mozilla's universalchardet, nsSBCharSetProber.h).
"""

import re

from lintian_ml.encoding.literals import LiteralArray
from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("charset-model", extensions=(".py", ".cpp"), within="text")

NAME = re.compile(r"(?i)lang_?model$")
LETTERS = 64
"""Letters of a language that are told apart; smaller alphabets have fewer."""

FEWEST = 24


def recognise(glimpse: Glimpse) -> Evidence | None:
    """An array that is named after a language's model, square, of four likelihoods."""
    found = next(filter(_is_model, glimpse.arrays), None)
    if found is None:
        return None
    return Evidence.of(
        {
            Kind.SEMANTICS: f"an array named {found.name}",
            Kind.STRUCTURE: f"it tells the likelihoods of {found.count} pairs of letters",
        }
    )


def _is_model(found: LiteralArray) -> bool:
    sample = found.sample
    side = round(found.count**0.5)
    few = sample.low >= 0 and sample.high <= 3 and sample.floats == 0
    return few and FEWEST <= side <= LETTERS and side * side == found.count and bool(NAME.search(found.name))
