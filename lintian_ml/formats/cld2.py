"""Compact Language Detector 2: tables of the languages that groups of letters speak for, as arrays in C++.

The sources are generated from counts over a collection of texts, and say so (cld2tablesummary.h).
"""

from lintian_ml.formats import Evidence, Format, Glimpse, Kind

FORMAT = Format("cld2", extensions=(".cc",), within="text")

DECLARED = b'#include "cld2tablesummary.h"'
WRITERS = (b"// Created by postproc-", b"// Created by ")
LIKELIHOODS = 1000
"""Numbers that the largest table must have; a dummy without any is no model."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Tables that are declared as CLD2's, by a file that says which program wrote it."""
    if DECLARED not in glimpse.head or not any(writer in glimpse.head for writer in WRITERS):
        return None
    most = max(glimpse.arrays, key=lambda found: found.count, default=None)
    if most is None or most.count < LIKELIHOODS:
        return None
    return Evidence.of(
        {
            Kind.SEMANTICS: "tables of the Compact Language Detector 2",
            Kind.STRUCTURE: f"{most.count} numbers in the array {most.name}",
        }
    )
