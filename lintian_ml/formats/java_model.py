"""Serialized Java objects of learning libraries: Weka, MALLET and others (Java Object Serialization, 6).

What a file holds is told by the description of its first object's class: the class's name and its fields.
Data sets of the same libraries are of other packages, and no models. Arrays of values are tensors, named by
the class and the field that hold them; all else is compared by its digest.
"""

import hashlib
import re
from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.encoding.java_stream import Array, arrays, between
from lintian_ml.encoding.naming import Names
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("java-model", extensions=(".model", ".ser", ".mallet"), mark=b"\xac\xed\x00\x05sr")

MAGIC = FORMAT.mark
"""The stream's magic and version 5, then the marks of an object and of a class that is described."""

MODELS = re.compile(
    r"weka\.(?:classifiers|clusterers|associations|attributeSelection)\..+"
    r"|cc\.mallet\.(?:classify|fst|topics|grmm)\..+"
    r"|edu\.stanford\.nlp\.(?:classify|ie|parser|sentiment|tagger)\..+"
    r"|edu\.berkeley\.nlp\..+|org\.maltparser\..+|opennlp\..+"
    r"|libsvm\.svm_model|(?:de\.bwaldvogel\.)?liblinear\.Model"
)
SERIALIZABLE, FLAGS = 0x02, 0x1F
MOST_FIELDS = 1000
MOST_RECORDS = 20_000_000
PRIMITIVE, REFERENCE = b"BCDFIJSZ", b"L["


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The stream's magic, and a whole description of a class that a learning library has for models."""
    if not glimpse.head.startswith(MAGIC):
        return None
    try:
        name, fields = _description(Forward(Blob(glimpse.head), len(MAGIC), ">"))
    except (FormatError, LimitError):
        return None
    return Evidence.of(
        {
            Kind.MAGIC: "begins as a stream of serialized Java objects",
            Kind.STRUCTURE: f"the description of a class with {fields} fields",
            Kind.SEMANTICS: f"an object of {name}",
        }
    )


def read(blob: Blob) -> Model:
    """Read the stream to its end; FormatError where the first class is no model's or the stream is broken."""
    if blob.read(0, min(blob.size, len(MAGIC))) != MAGIC:
        raise FormatError("no stream that begins with a serialized Java object")
    name, _ = _description(Forward(blob, len(MAGIC), ">"))
    found, classes = arrays(Forward(blob, len(MAGIC) - 2, ">", budget=MOST_RECORDS))
    rest = hashlib.sha256()
    for offset, length in between(found, blob.size):
        for block in blob.blocks(offset, length):
            rest.update(block)
    structure = {"class": name, "classes": classes, "sha256 of all but the arrays": rest.hexdigest()}
    return Model(FORMAT.name, tuple(_tensors(blob, found)), structure, complete=True)


def _tensors(blob: Blob, found: list[Array]) -> Iterator[Tensor]:
    names = Names()
    for array in found:
        title = names.free(array.name)
        yield Tensor(title, array.dtype, (array.count,), Span(blob, array.offset, array.length), True)


def _description(source: Forward) -> tuple[str, int]:
    """Return a class's name and how many fields it has; FormatError where it is of no learning library."""
    name = source.text(source.number("H"), 256)
    if not MODELS.fullmatch(name):
        raise FormatError(f"the class {name:.80} is of no learning library")
    source.take(8)
    flags, count = source.numbers("BH")
    if not flags & SERIALIZABLE or flags & ~FLAGS or count > MOST_FIELDS:
        raise FormatError(f"the class {name:.80} is not described soundly")
    for _ in range(count):
        kind = source.take(1)
        source.text(source.number("H"), 1024)
        if kind in REFERENCE:
            _type(source)
        elif kind not in PRIMITIVE:
            raise FormatError(f"a field of the unknown type {kind!r} in {name:.80}")
    return name, count


def _type(source: Forward) -> None:
    """Step over the type of a field: a text that is new or was written before."""
    mark = source.take(1)
    if mark == b"t":
        source.text(source.number("H"), 1024)
    elif mark == b"q":
        source.take(4)
    else:
        raise FormatError(f"the type of a field begins with {mark!r}")
