"""chardet's models of languages as Python dictionaries, since its version 4 (chardet, sbcharsetprober.py)."""

import re

from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("chardet", extensions=(".py",), first=b"f#\n")

CLASS = b"SingleByteCharSetModel"
NAME = re.compile(rb"\n(\w{1,40}_LANG_MODEL)\s?=\s?\{\s*\d{1,3}:\s?\{")
PAIR = re.compile(rb"\s\d{1,3}:\s?[0-3],")
FEWEST = 200
"""Pairs of letters that the head must show."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """A dictionary of dictionaries that is named after a language's model, in a file that uses its class."""
    if not glimpse.named((".py",)) or CLASS not in glimpse.head:
        return None
    name = NAME.search(glimpse.head)
    if name is None or sum(1 for _ in PAIR.finditer(glimpse.head, name.end())) < FEWEST:
        return None
    return Evidence.of(
        {
            Kind.SEMANTICS: f"a dictionary named {name.group(1).decode('ascii', 'replace')}",
            Kind.STRUCTURE: "it tells the likelihoods of pairs of letters",
        }
    )
