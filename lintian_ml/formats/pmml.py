"""PMML, the Predictive Model Markup Language (Data Mining Group, PMML 3 and 4).

The tree is not built: the numbers of the models go into one column for each tag and attribute, the header
into the metadata, everything else into a digest.
"""

import re

from lintian_ml.blob import Blob
from lintian_ml.encoding.numbers import Columns
from lintian_ml.encoding.spelling import SPELLING, with_spelling
from lintian_ml.encoding.xml_markup import MARKUP, with_markup
from lintian_ml.encoding.xml_text import Walk, root_tag
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model

FORMAT = Format("pmml", extensions=(".pmml", ".xml"), first=b"<\xef \t\r\n")
NOISE = (SPELLING, MARKUP)

ROOT = re.compile(rb"<(?:\w{1,40}:)?PMML\s")
NAMESPACE = re.compile(rb"""xmlns(?::\w{1,40})?\s*=\s*["']http://www\.dmg\.org/PMML-\d_\d""")
NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d+)?")
"""A number with a point or an exponent: others may be names of classes, and stay in the digest."""

INTEGER = re.compile(r"[-+]?\d+")
PARAMETERS: dict[str, tuple[str, ...]] = {
    "RegressionTable": ("intercept",),
    "NumericPredictor": ("coefficient",),
    "CategoricalPredictor": ("coefficient",),
    "PredictorTerm": ("coefficient",),
    "PCell": ("beta",),
    "Neuron": ("bias",),
    "Con": ("weight",),
    "Coefficient": ("value",),
    "Coefficients": ("absoluteValue",),
    "SimplePredicate": ("value",),
    "Node": ("score",),
    "ScoreDistribution": ("probability", "confidence"),
    "Attribute": ("partialScore",),
    "TargetValueCount": ("count",),
    "GaussianDistribution": ("mean", "variance"),
    "AssociationRule": ("support", "confidence", "lift"),
}
"""The attributes that training sets, by their tags."""

CLASSES = ("SimplePredicate", "Node")
"""Tags whose parameter may be the name of a class, even if it is an integer."""

ARRAYS = ("Array", "REAL-Entries", "REAL-Array")
MODELS = ("Model", "NeuralNetwork", "Scorecard", "BayesianNetwork")
"""How the names of tags end that hold a model."""

MOST_MODELS = 100_000
LONGEST_TOLD = 1 << 16
"""Characters of the header's values of one name to which no more are added."""


def recognise(glimpse: Glimpse) -> Evidence | None:
    """Look for the root PMML in a namespace of the Data Mining Group."""
    if glimpse.head[:1] not in b"<\xef \t\r\n" or b"PMML" not in glimpse.head:
        return None
    tag, _ = root_tag(glimpse.head)
    if not ROOT.match(tag) or not NAMESPACE.search(tag):
        return None
    return Evidence.of({Kind.MAGIC: "a document of PMML"})


def read(blob: Blob) -> Model:
    """Read header, fields, models and their numbers; FormatError where the document is malformed."""
    reader = _Reader()
    reader.walk.walk(blob)
    if reader.version is None:
        raise FormatError("a document whose root is not PMML")
    model = Model(
        format=FORMAT.name,
        tensors=reader.columns.tensors(),
        structure={
            "version": reader.version,
            "fields": reader.fields,
            "models": reader.models,
            "outline": reader.walk.outline.hexdigest(),
        },
        metadata=reader.walk.with_comments(reader.metadata),
        parameters=reader.parameters,
        complete=True,
    )
    return with_markup(with_spelling(model, blob), blob)


class _Reader:
    """Follows one document.

    ``parameters`` counts what training sets, the names of classes and the cells of tables among it, which
    are in no column.
    """

    def __init__(self) -> None:
        self.walk = Walk(self._start, self._end)
        self.columns = Columns()
        self.version: str | None = None
        self.fields: list[str] = []
        self.models: list[dict[str, str]] = []
        self.metadata: dict[str, str] = {}
        self.parameters = 0

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        path = self.walk.path
        if len(path) == 1:
            self._root(tag, attributes)
        elif path[1] == "Header" and "Extension" not in path:
            prefix = "" if len(path) == 2 else f"{'.'.join(path[2:])}."
            for name, value in attributes.items():
                self._tell(prefix + name, value)
            return
        self.walk.note("start", tag)
        if tag.endswith(MODELS):
            self._model(tag, attributes)
        if tag == "DataField":
            self.fields.append(attributes.get("name", ""))
        for name, value in sorted(attributes.items()):
            if not self._parameter(tag, name, value):
                self.walk.note("attribute", "xmlns" if name.startswith("xmlns:") else name, value)

    def _root(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != "PMML":
            raise FormatError(f"the root is {tag[:40]!r}, not PMML")
        self.version = attributes.get("version", "")

    def _tell(self, key: str, value: str) -> None:
        """Add to the metadata; a second value of a key follows the first in a line of its own."""
        told = self.metadata.get(key)
        if told is not None and len(told) > LONGEST_TOLD:
            raise LimitError(f"too much is told under {key[:40]!r}")
        self.metadata[key] = value if told is None else f"{told}\n{value}"

    def _model(self, tag: str, attributes: dict[str, str]) -> None:
        kept = ("modelName", "functionName", "algorithmName")
        self.models.append({"type": tag} | {name: attributes[name] for name in kept if name in attributes})
        if len(self.models) > MOST_MODELS:
            raise LimitError(f"more than {MOST_MODELS} models in one document")

    def _parameter(self, tag: str, name: str, value: str) -> bool:
        """Add an attribute to its column; whether it is a number that training sets."""
        if name not in PARAMETERS.get(tag, ()):
            return False
        self.parameters += 1
        number = NUMBER.fullmatch(value) or (tag not in CLASSES and INTEGER.fullmatch(value))
        if number:
            self.columns.add(f"{tag}.{name}", "float64", (value,))
            self.walk.note("number", name)
        return bool(number)

    def _end(self, tag: str, text: str) -> None:
        path = self.walk.path
        if path[1:2] == ["Header"] and "Extension" not in path:
            if text:
                self._tell(".".join(path[2:]) or "Header", text)
            return
        words = text.split() if tag in ARRAYS else []
        if words and all(NUMBER.fullmatch(word) or INTEGER.fullmatch(word) for word in words):
            self.parameters += len(words)
            self.walk.note("numbers", str(self.columns.add(tag, "float64", words)))
        elif text:
            self.parameters += path[1:2] != ["DataDictionary"]
            self.walk.note("text", text)
        self.walk.note("end")
