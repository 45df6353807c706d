"""R's serialised objects, .rds and .RData: XDR, ASCII, binary (R, src/main/serialize.c and saveload.c).

Most of them are data sets. One counts as a model only where an object of a class of models lies in it: then
the vectors of numbers are its tensors.
"""

import re
from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.encoding.naming import Names
from lintian_ml.encoding.r_ascii import AsciiForward
from lintian_ml.encoding.r_serialization import Node, Reader
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Computed, Model, Payload, Span, Tensor

FORMAT = Format(
    "r-data",
    extensions=(".rds", ".rda", ".rdata", ".rdb"),
    first=b"XABR",
    like=rb"(?:RD([XAB])([23])\n)?(?:(X)\n\0\0\0([\2\3])|(B)\n([\2\3])\0\0\0|(A)\n([23])\n)",
)

OPENING = re.compile(FORMAT.like)
"""What a file begins with: a line for a whole workspace, and the line and version of the serialisation."""

# fmt: off
MODELS = frozenset((
    "lm", "glm", "mlm", "nls", "loess", "gam", "bam", "lme", "lmerMod", "glmerMod", "coxph", "polr",
    "multinom", "nnet", "nnet.formula", "randomForest", "randomForest.formula", "ranger", "rpart", "gbm",
    "train", "xgb.Booster", "lgb.Booster", "svm", "ksvm", "lda", "qda", "knn3", "naiveBayes", "NaiveBayes",
    "kmeans", "glmnet", "cv.glmnet", "elnet", "lognet", "multnet", "earth", "mars", "C5.0", "cubist",
    "BinaryTree", "RandomForest", "constparty", "model_fit", "Mclust", "LiblineaR", "kohonen",
))
# fmt: on
"""Classes whose objects hold what was fitted to data, of R itself and of its common packages."""

ELEMENT_TYPES = {"logical": ("int32", 4), "integer": ("int32", 4), "double": ("float64", 8)} | {
    "complex": ("complex128", 16)
}
TENSORS = 100_000


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The line that tells the form of a serialisation, its version, and the versions of R that follow it."""
    head = glimpse.head
    form, start = _form(head[:16])
    if not form or len(head) < start + 12:
        return None
    try:
        reader = Reader(Blob(head[: start + 64]), start, form)
    except (FormatError, LimitError):
        return None
    if not 0x10000 <= reader.needed <= reader.writer < 0x100000:
        return None
    return Evidence.of({Kind.STRUCTURE: f"objects serialised by R {_release(reader.writer)}"})


def _form(head: bytes) -> tuple[str, int]:
    """Return the form of a serialisation, "X", "A" or "B", and where its version is; "" for none.

    The line before it, where there is one, must tell the same form and version.
    """
    found = OPENING.match(head)
    if found is None:
        return "", 0
    kind, release, *told = (group for group in found.groups())
    form, version = [group for group in told if group is not None]
    number = version[0] & 0x0F
    if kind is not None and (kind != form or release != b"%d" % number):
        return "", 0
    return form.decode("ascii"), found.end() - (2 if form == b"A" else 4)


def _release(number: int) -> str:
    return ".".join(map(str, (number >> 16, number >> 8 & 0xFF, number & 0xFF)))


def read(blob: Blob) -> Model:
    """Walk all objects; FormatError where they are not well-formed. Tensors only where there is a model."""
    form, start = _form(blob.read(0, min(blob.size, 16)))
    if not form:
        raise FormatError("there is no serialisation of R")
    reader = Reader(blob, start, form)
    top = reader.read()
    classes = sorted({name for node in reader.nodes for name in node.strings("class")})
    fitted = [name for name in classes if name in MODELS]
    remarks = list(_remarks(reader))
    if left := reader.forward.left:
        remarks.append(f"{left} bytes follow the object")
    structure = {"version": reader.version, "classes": classes, "objects": len(reader.nodes)}
    return Model(
        FORMAT.name,
        tuple(_tensors(blob, top, form)) if fitted else (),
        {**structure, "top": [name for name in top.strings("names") or tuple(top.tags) if name]},
        {"R": _release(reader.writer), **({"models": " ".join(fitted)} if fitted else {})},
        remarks=tuple(remarks),
    )


def _remarks(reader: Reader) -> Iterator[str]:
    kinds = {node.kind for node in reader.nodes}
    for kind in ("promise", "byte code"):
        if kind in kinds:
            yield (
                f"it holds a {kind}, which R runs when the object is used"
                if kind == "promise"
                else ("it holds byte code, which was stepped over")
            )


def _tensors(blob: Blob, top: Node, form: str) -> Iterator[Tensor]:
    """Yield the vectors of numbers by the names on the way to them; an object met twice only once."""
    work = [("", top)]
    seen: set[int] = set()
    names, count = Names(), 0
    while work and count < TENSORS:
        path, node = work.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.kind in ELEMENT_TYPES and node.length:
            name = names.free(path or "value")
            dtype, _ = ELEMENT_TYPES[node.kind]
            count += 1
            yield Tensor(name, dtype, (node.length,), _payload(blob, node, form), form == "X")
        work.extend(reversed([(f"{path}${key}".lstrip("$"), item) for key, item in _inside(node)]))


def _payload(blob: Blob, node: Node, form: str) -> Payload:
    length = node.length * ELEMENT_TYPES[node.kind][1]
    if form != "A":
        return Span(blob, node.offset, length)
    return Computed(lambda: AsciiForward(blob, node.offset).vector(node.kind, node.length), length)


def _inside(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield what lies within an object with a name for each: its own, or its number."""
    if node.kind in ("list", "pairlist", "compact", "environment", "expression"):
        own = node.strings("names") or tuple(node.tags)
        for number, item in enumerate(node.items):
            yield (own[number] if number < len(own) and own[number] else str(number + 1)), item
    for key, item in node.attributes.items():
        if key not in ("names", "class", "row.names", "dim", "dimnames", ".Environment", "levels"):
            yield f"@{key}", item
