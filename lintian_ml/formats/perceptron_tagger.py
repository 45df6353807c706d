"""Weights of averaged perceptrons that tag words, in JSON (NLTK, nltk/tag/perceptron.py).

An object of features, each an object of tags with their weights; the features' names are the program's.
"""

import re

from lintian_ml.blob import Blob
from lintian_ml.encoding.document import read_document
from lintian_ml.encoding.numbers import Columns
from lintian_ml.encoding.spelling import ORDER, SPELLING, with_order, with_spelling
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("perceptron-tagger", extensions=(".json",), first=b"{", like=rb'\{\s{0,40}"(?:bias|i[-+ ])')

NOISE = (SPELLING, ORDER)

FEATURE = rb"(?:bias|i(?:[-+][12])? (?:suffix|pref1|word|tag)(?:\+i(?:-2)? (?:tag|word))?)"
BEGINNING = re.compile(
    rb'\{\s{0,40}"%b(?: [^"\n]{0,200})?"\s{0,9}:\s{0,40}\{\s{0,40}"[^"\n]{1,20}"\s{0,9}:\s{0,9}-?\d' % FEATURE
)
NAMED = re.compile(FEATURE.decode("ascii") + r"(?: .*)?", re.DOTALL)


def recognise(glimpse: Glimpse) -> Evidence | None:
    """A first feature of the tagger's own, and a first tag with its weight."""
    if glimpse.head[:1] != b"{" or not BEGINNING.match(glimpse.head):
        return None
    return Evidence.of({Kind.MAGIC: "begins with a feature of NLTK's perceptron tagger and a tag's weight"})


def read(blob: Blob) -> Model:
    """Read all weights in the order of the file; FormatError where a feature or a weight is none."""
    document = read_document(blob)
    if not isinstance(document, dict) or not document:
        raise FormatError("a document without features")
    columns = Columns()
    weights: list[float] = []
    for feature, tags in document.items():
        if not NAMED.fullmatch(feature) or not isinstance(tags, dict):
            raise FormatError(f"no feature of the perceptron tagger: {feature[:60]!r}")
        for tag, weight in tags.items():
            if isinstance(weight, bool) or not isinstance(weight, int | float):
                raise FormatError(f"the weight of {tag[:40]!r} for {feature[:60]!r} is no number")
            weights.append(weight)
    columns.add("weights", "float64", weights)
    structure = {feature: list(tags) for feature, tags in document.items()}
    model = Model(FORMAT.name, columns.tensors(), structure, complete=True)
    return with_order(with_spelling(model, blob), blob.read(0, blob.size))
