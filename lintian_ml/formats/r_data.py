"""R's serialised objects, .rds and .RData, in XDR (R, src/main/serialize.c and saveload.c).

Most of them are data sets. One counts as a model only where an object of a class of models lies in it: then
the vectors of numbers are its tensors.
"""

from collections.abc import Iterator

from lintian_ml.blob import Blob
from lintian_ml.encoding.r_serialization import Node, Reader
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Model, Span, Tensor

FORMAT = Format("r-data", extensions=(".rds", ".rda", ".rdata", ".rdb"), first=b"XR")

MAGICS = (b"X\n\0\0\0\2\0", b"X\n\0\0\0\3\0", b"RDX2\nX\n\0\0\0\2\0", b"RDX3\nX\n\0\0\0\3\0")
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
    """The line that tells a serialisation in XDR, its version, and the versions of R that follow it."""
    head = glimpse.head
    if head[:1] not in (b"X", b"R") or not head.startswith(MAGICS):
        return None
    at = head.index(b"X\n") + 6
    writer, reader = (int.from_bytes(head[at + step : at + step + 4], "big") for step in (0, 4))
    if not 0x10000 <= reader <= writer < 0x100000:
        return None
    return Evidence.of({Kind.STRUCTURE: f"objects serialised by R {_release(writer)}"})


def _release(number: int) -> str:
    return ".".join(map(str, (number >> 16, number >> 8 & 0xFF, number & 0xFF)))


def read(blob: Blob) -> Model:
    """Walk all objects; FormatError where they are not well-formed. Tensors only where there is a model."""
    head = blob.read(0, min(blob.size, 32))
    if not head.startswith(MAGICS):
        raise FormatError("there is no serialisation of R in XDR")
    reader = Reader(blob, head.index(b"X\n") + 2)
    top = reader.read()
    classes = sorted({name for node in reader.nodes for name in node.strings("class")})
    fitted = [name for name in classes if name in MODELS]
    remarks = list(_remarks(reader))
    if left := reader.forward.left:
        remarks.append(f"{left} bytes follow the object")
    structure = {"version": reader.version, "classes": classes, "objects": len(reader.nodes)}
    return Model(
        FORMAT.name,
        tuple(_tensors(blob, top)) if fitted else (),
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


def _tensors(blob: Blob, top: Node) -> Iterator[Tensor]:
    """Yield the vectors of numbers by the names on the way to them; an object met twice only once."""
    work = [("", top)]
    seen: set[int] = set()
    names: set[str] = set()
    while work and len(names) < TENSORS:
        path, node = work.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.kind in ELEMENT_TYPES and node.length:
            name = _free(path or "value", names)
            dtype, width = ELEMENT_TYPES[node.kind]
            yield Tensor(name, dtype, (node.length,), Span(blob, node.offset, node.length * width), True)
        work.extend(reversed([(f"{path}${key}".lstrip("$"), item) for key, item in _inside(node)]))


def _free(name: str, names: set[str]) -> str:
    plain, number = name, 1
    while name in names:
        number += 1
        name = f"{plain}#{number}"
    names.add(name)
    return name


def _inside(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield what lies within an object with a name for each: its own, or its number."""
    if node.kind in ("list", "pairlist", "compact", "environment", "expression"):
        own = node.strings("names") or tuple(node.tags)
        for number, item in enumerate(node.items):
            yield (own[number] if number < len(own) and own[number] else str(number + 1)), item
    for key, item in node.attributes.items():
        if key not in ("names", "class", "row.names", "dim", "dimnames", ".Environment", "levels"):
            yield f"@{key}", item
