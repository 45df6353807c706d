"""XGBoost's old binary boosters that begin with ``binf`` (xgboost 1.7, learner.cc and gbtree_model.cc).

Structures of C++ follow one another as they lay in memory: the learner's parameters, the trees' or the
weights of a linear booster, then the learner's attributes. The columns of all trees are joined.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lintian_ml.blob import Blob
from lintian_ml.encoding.forward import Forward
from lintian_ml.encoding.plain import held, told
from lintian_ml.encoding.strides import view
from lintian_ml.error import FormatError
from lintian_ml.formats import Evidence, Format, Glimpse, Kind
from lintian_ml.model import Computed, Model, Payload, Span, Tensor

FORMAT = Format("xgboost-binary", extensions=(".model", ".bin", ".bst"), mark=b"binf")

MAGIC = FORMAT.mark
LEARNER, BOOSTER, LINEAR, TREE = 34, 40, 34, 37
"""Words of 32 bits in the parameters of the learner, of all trees, of linear weights and of one tree."""

NODE = ("parents", "left_children", "right_children", "split_indices", "split_conditions")
STATISTICS = ("loss_changes", "sum_hessian", "base_weights", "leaf_child_counts")
FLOATS = {"split_conditions", "loss_changes", "sum_hessian", "base_weights"}

OBJECTIVE = re.compile(rb"[a-z][a-z0-9_:]{2,63}")
BOOSTERS = (b"gbtree", b"dart", b"gblinear")
LONGEST_TEXT = 1 << 20
MOST_TEXTS = 1 << 16


def recognise(glimpse: Glimpse) -> Evidence | None:
    """The magic, and behind the learner's parameters the names of an objective and of a booster."""
    if not glimpse.head.startswith(MAGIC):
        return None
    try:
        objective, booster = _names(Forward(Blob(glimpse.head), len(MAGIC) + 4 * LEARNER))
    except FormatError:
        return None
    return Evidence.of(
        {
            Kind.MAGIC: "begins as a binary booster of XGBoost",
            Kind.STRUCTURE: f"the objective {objective} and the booster {booster}",
        }
    )


def _names(source: Forward) -> tuple[str, str]:
    objective, booster = _text(source, 64), _text(source, 16)
    if not OBJECTIVE.fullmatch(objective) or booster not in BOOSTERS:
        raise FormatError("no names of an objective and a booster of XGBoost")
    return objective.decode("ascii"), booster.decode("ascii")


def _text(source: Forward, longest: int = LONGEST_TEXT) -> bytes:
    length = source.number("Q")
    if length > min(longest, source.left):
        raise FormatError(f"a text of {length} bytes before offset {source.position}")
    return source.take(length)


def read(blob: Blob) -> Model:
    """Read the whole booster; FormatError where it ends too early or a count cannot be."""
    source = Forward(blob)
    if source.take(4) != MAGIC:
        raise FormatError("no binary booster of XGBoost")
    learner = source.numbers(f"{LEARNER}I")
    objective, booster = _names(source)
    structure: dict[str, object] = {"learner": list(learner[1:]), "objective": objective, "booster": booster}
    tensors = [Tensor("base_score", "float32", (), Span(blob, len(MAGIC), 4))]
    if booster == "gblinear":
        structure["linear"] = list(source.numbers(f"{LINEAR}i"))
        tensors.append(_floats(source, "weights"))
    else:
        trees = _trees(source)
        structure |= {"trees": trees.parameters, "nodes": [count for _, count in trees.places]}
        structure["each tree"] = trees.each
        tensors += trees.tensors()
        if booster == "dart" and trees.places:
            tensors.append(_floats(source, "weight_drop"))
    attributes = _attributes(source) if learner[3] else {}
    structure["settings"] = {
        key: value for key, value in attributes.items() if key in ("objective", "metrics")
    }
    return Model(
        FORMAT.name,
        tuple(tensors),
        structure,
        {key: value for key, value in attributes.items() if key not in ("objective", "metrics")},
        residue={"behind the learner": held(blob, source.position, source.left)} if source.left else {},
        complete=True,
    )


def _floats(source: Forward, name: str) -> Tensor:
    """Return a vector of floats, by its count before it."""
    count = source.number("Q")
    return Tensor(name, "float32", (count,), Span(source.blob, source.skip(4 * count), 4 * count))


def _attributes(source: Forward) -> dict[str, str]:
    count = source.number("Q")
    if count > MOST_TEXTS:
        raise FormatError(f"{count} attributes before offset {source.position}")
    pairs = [(told(_text(source)), told(_text(source))) for _ in range(count)]
    if len(dict(pairs)) < count:
        raise FormatError("an attribute of the learner stands twice")
    return dict(pairs)


@dataclass(slots=True)
class _Trees:
    """The trees of one booster: where the nodes of each lie, and how many there are."""

    blob: Blob
    parameters: list[int]
    places: list[tuple[int, int]] = field(default_factory=list)
    each: list[list[int]] = field(default_factory=list)
    groups: Span | None = None

    def tensors(self) -> Iterator[Tensor]:
        """Yield the columns of all trees, and the group of each tree."""
        total = sum(count for _, count in self.places)
        for names, skipped in ((NODE, 0), (STATISTICS, 4 * len(NODE))):
            for word, name in enumerate(names):
                dtype = "float32" if name in FLOATS else "int32"
                yield Tensor(name, dtype, (total,), self._column(4 * word, skipped, len(names), 4 * total))
        if self.groups is not None:
            yield Tensor("tree_info", "int32", (len(self.places),), self.groups)

    def _column(self, offset: int, skipped: int, step: int, length: int) -> Payload:
        """Return one word of each node: ``skipped`` bytes for each node of a tree precede the rows."""

        def make() -> Iterator[bytes]:
            for start, count in self.places:
                at = start + skipped * count + offset
                yield from view(self.blob, at, (count,), (step,), 4).blocks()

        return Computed(make, length)


def _trees(source: Forward) -> _Trees:
    trees = _Trees(source.blob, list(source.numbers(f"{BOOSTER}i")))
    width = 4 * (len(NODE) + len(STATISTICS))
    if not 0 <= trees.parameters[0] * 4 * TREE <= source.left:
        raise FormatError(f"{trees.parameters[0]} trees in the {source.left} bytes that are left")
    for number in range(trees.parameters[0]):
        tree = list(source.numbers(f"{TREE}i"))
        if tree[1] < 1 or tree[5]:
            raise FormatError(f"tree {number} has {tree[1]} nodes, and vectors of {tree[5]} at its leaves")
        trees.places.append((source.skip(width * tree[1]), tree[1]))
        trees.each.append(tree)
    length = 4 * trees.parameters[0]
    trees.groups = Span(source.blob, source.skip(length), length) if length else None
    return trees
