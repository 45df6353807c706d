"""The description of a spaCy pipeline, ``meta.json``, with its models in folders beside it (language.py).

It has no numbers of its own; it tells the license, the author and the sources of those that have.
"""

import json
import re

from lintian_ml.blob import Blob
from lintian_ml.encoding.document import read_document
from lintian_ml.encoding.exact_floats import make_exact
from lintian_ml.encoding.spelling import ORDER, SPELLING, with_order, with_spelling
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("spacy", extensions=("meta.json",), first=b"{")
NOISE = (SPELLING, ORDER)

OPENING = re.compile(rb'\{\s{0,64}"[a-z_]{2,40}"\s{0,64}:')
PARTS = re.compile(rb'"(?:pipeline|labels|vectors)"\s{0,64}:')
"""Keys of which one is seen near the beginning, while the labels may be a great many."""

NEAR = 4096
"""Bytes within which spaCy's version stands."""

KEYS = ("lang", "name", "version", "spacy_version")
"""Keys with texts that every description has."""

TOLD = frozenset((*KEYS, "description", "author", "email", "url", "license", "parent_package"))


def recognise(glimpse: Glimpse) -> Evidence | None:
    """An object that has all the keys of a description, as far as it is seen."""
    if not OPENING.match(glimpse.head) or glimpse.head.find(b'"spacy_version"', 0, NEAR) < 0:
        return None
    found = {key for key in KEYS if re.search(rb'"%s"\s{0,64}:\s{0,64}"' % key.encode("ascii"), glimpse.head)}
    if len(found) < len(KEYS) or not PARTS.search(glimpse.head):
        return None
    notes = {Kind.STRUCTURE: "JSON with the keys of a pipeline's description"}
    return Evidence.of(
        {**notes, Kind.SEMANTICS: "a version of spaCy, and the parts of a pipeline"}, untrained=True
    )


def read(blob: Blob) -> Model:
    """Read the description; FormatError where one of its keys is missing or of another type."""
    document = read_document(blob)
    if not isinstance(document, dict) or not all(isinstance(document.get(key), str) for key in KEYS):
        raise FormatError("JSON without the language, name and versions of a pipeline of spaCy")
    names = document.get("pipeline")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise FormatError("a pipeline of spaCy without the names of its parts")
    metadata = {
        key: document.pop(key) for key in list(document) if key in TOLD and isinstance(document[key], str)
    }
    if document.get("sources"):
        metadata["sources"] = json.dumps(document.pop("sources"), ensure_ascii=False, sort_keys=True)
    make_exact(document)
    model = Model(FORMAT.name, structure=document, metadata=metadata, complete=True)
    return with_order(with_spelling(model, blob), blob.read(0, blob.size))
