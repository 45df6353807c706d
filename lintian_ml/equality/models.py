"""Compares two models, part by part: what no line of the predicate relaxes must be bit-identical."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lintian_ml.blob import BLOCK
from lintian_ml.equality.binding import STRICT, Asked, bind, level
from lintian_ml.equality.blocks import Pair
from lintian_ml.equality.language import Specification, parse_predicate
from lintian_ml.equality.plain import difference
from lintian_ml.equality.predicate import Level
from lintian_ml.equality.strongest import strongest
from lintian_ml.equality.syntax import PredicateError
from lintian_ml.equality.tensors import compare_tensors
from lintian_ml.equality.verdict import Comparison, Part, PartResult, TensorResult, Verdict, together
from lintian_ml.model import Model, Tensor

UNCHECKED = "the structure was left unchecked"


def compare(
    first: Model,
    second: Model,
    predicate: str | Specification | None = None,
    *,
    files: Sequence[str] = (),
    piece: int = BLOCK,
) -> Comparison:
    """Tell whether two models, as the ``read`` of a format delivers them, satisfy ``predicate``.

    ``predicate`` is in the language of the ``Equality`` field, or what ``parse_predicate`` made of it; with None, the
    tightest that holds is found for each tensor and suggested. ``files`` are the paths that the selectors' ``FILE//``
    may mean. ``piece`` is how many bytes of a tensor are compared at a time; the verdict does not depend on it.

    A verdict is exact: *met* and *not met* hold for the real numbers that the bits stand for. DeclarationError where the
    predicate cannot be understood or does not fit these models. What cannot be read or decided is not an error
    but a verdict, *not decided*, with its reason.
    """
    specification = parse_predicate(predicate) if isinstance(predicate, str) else predicate
    if specification is None:
        return strongest(first, second, piece)
    if specification.measurement:
        reason = next(term.undecided() for clause in specification.clauses for term in clause.terms)
        return Comparison(Verdict.NOT_DECIDED, str(specification), reason=reason)
    return _Models(first, second, specification, files, piece).comparison()


class _Models:
    def __init__(
        self, first: Model, second: Model, specification: Specification, files: Sequence[str], piece: int
    ) -> None:
        self.first = first
        self.second = second
        self.specification = specification
        self.piece = piece
        types = {tensor.name: tensor.dtype for model in (second, first) for tensor in model.tensors}
        clauses = () if specification.identical else specification.clauses
        self.asked = bind(replace(specification, clauses=clauses), types, files)
        _must_exist(specification.ignored, first.metadata, second.metadata)

    def comparison(self) -> Comparison:
        """Compare all parts."""
