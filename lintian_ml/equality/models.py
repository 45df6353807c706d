"""Compares two models, part by part: what no line of the predicate relaxes must be bit-identical."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from lintian_ml.equality import parts
from lintian_ml.equality.binding import STRICT, bind, distinct, level
from lintian_ml.equality.blocks import PIECE
from lintian_ml.equality.closeness import TOO_WEAK, to_hold, too_weak
from lintian_ml.equality.language import Clause, Selector, Specification, parse_predicate
from lintian_ml.equality.manner import PLAIN, Manner
from lintian_ml.equality.matching import Matching
from lintian_ml.equality.portrait import Portrait
from lintian_ml.equality.predicate import Level, Predicate
from lintian_ml.equality.results import Results
from lintian_ml.equality.syntax import PredicateError
from lintian_ml.equality.tensors import compare_all
from lintian_ml.equality.verdict import Comparison, Part, PartResult, Verdict, together
from lintian_ml.model import Model
from lintian_ml.table import names, types

MOST_REMARKS = 20
"""Remarks on tensors that are told; the others are counted."""


def compare(
    first: Model,
    second: Model,
    predicate: str | Specification | None = None,
    *,
    files: Sequence[str] = (),
    piece: int = PIECE,
    manner: Manner = PLAIN,
) -> Comparison:
    """Tell whether two models, as the ``read`` of a format delivers them, satisfy ``predicate``.

    ``predicate`` is in the language of the ``Equality`` field, or what ``parse_predicate`` made of it; with
    None, the tightest that holds is found for each tensor and suggested. ``files`` are the paths that the
    selectors' ``FILE//`` may mean. ``piece`` is how many bytes of a tensor are compared at a time, ``manner``
    by how many threads and so on; what is found does not depend on them.

    A verdict is exact: *met* and *not met* hold for the real numbers that the bits stand for.
    DeclarationError where the predicate cannot be understood or does not fit these models. What cannot be
    read or decided is not an error but a verdict, *not decided*, with its reason.
    """
    specification = parse_predicate(predicate) if isinstance(predicate, str) else predicate
    if specification is None:
        return _suggested(first, second, piece, manner)
    if specification.measurement:
        reason = next(term.undecided() for clause in specification.clauses for term in clause.terms)
        return Comparison(Verdict.NOT_DECIDED, str(specification), reason=reason)
    return _Models(first, second, specification, files, piece, manner).comparison()


def _suggested(first: Model, second: Model, piece: int, manner: Manner) -> Comparison:
    """Hold both to the tightest that is found; it is numerical equality only if it may be called so."""
    found = suggest(first, second, piece, manner)
    comparison = replace(_Models(first, second, found, (), piece, manner).comparison(), suggested=True)
    asked = to_hold(found) if comparison.level is Level.NUMERICAL else None
    if asked is None or _holds(asked, first, second, piece, manner):
        return comparison
    return replace(comparison, level=Level.NONE, notes=(TOO_WEAK, *comparison.notes))


def _holds(asked: Specification, first: Model, second: Model, piece: int, manner: Manner) -> bool:
    """Whether a predicate holds; not where it is not defined for what it is asked of."""
    try:
        whole = _Models(first, second, asked, (), piece, replace(manner, portraits=False)).comparison()
    except PredicateError:
        return False
    return whole.verdict is Verdict.MET


def suggest(first: Model, second: Model, piece: int = PIECE, manner: Manner = PLAIN) -> Specification:
    """Return the tightest predicate that was found to hold: a line for each tensor that is not bit-identical.

    A tensor for which none was found has no line, a metadata key that differs has one that ignores it.
    """
    from lintian_ml.equality.census import census
    from lintian_ml.equality.strongest import strongest

    matching = Matching(first, second, piece)
    places = matching.common()
    found: dict[int, tuple[Predicate, ...]] = {**census(matching, places, manner)}
    left = [at for at in places if at not in found]
    alone = strongest([matching.pair(at) for at in left], manner)
    found |= {at: terms or STRICT.terms for at, terms in zip(left, alone, strict=True)}
    ignored = tuple(parts.unequal(first.metadata, second.metadata))
    distinct = set({id(terms): terms for terms in found.values()}.values())
    if len(distinct) == 1:
        return Specification((Clause(Selector("*"), distinct.pop()),), ignored)
    lines = tuple(
        Clause(Selector.of(matching.names[at]), found[at]) for at in places if found[at] != STRICT.terms
    )
    return Specification(lines or (Clause(Selector("*"), STRICT.terms),), ignored)


class _Models:
    """Two models and what is asked of them."""

    def __init__(
        self,
        first: Model,
        second: Model,
        specification: Specification,
        files: Sequence[str],
        piece: int,
        manner: Manner,
    ) -> None:
        self.first = first
        self.second = second
        self.specification = specification
        self.piece = piece
        self.manner = manner
        dtypes = types(first.tensors)
        if names(second.tensors) != names(first.tensors):
            dtypes = types(second.tensors) | dtypes
        clauses = () if specification.identical else specification.clauses
        self.asked = bind(replace(specification, clauses=clauses), dtypes, files)
        for key in specification.ignored:
            if key not in first.metadata and key not in second.metadata:
                raise PredicateError(1, 1, f"@metadata:{key} ignores a key that neither model has")

    def comparison(self) -> Comparison:
        """Compare part by part; what was not read completely can be not met, but never met."""
        tensors = compare_all(Matching(self.first, self.second, self.piece), self.asked, self.manner)
        found = (_of_tensors(tensors), *self._parts())
        verdict = together(part.verdict for part in found)
        reason = next((f"{part.part.value}: {part.reason}" for part in found if part.verdict is verdict), "")
        if verdict is Verdict.MET:
            verdict, reason = self._beyond()
        reached = level(self.specification, self.asked) if verdict is Verdict.MET else Level.NONE
        notes = [*self._notes(tensors)]
        if reached is Level.NUMERICAL and too_weak(asked.terms for asked in distinct(self.asked)):
            reached, notes = Level.NONE, [TOO_WEAK, *notes]
        if verdict is Verdict.MET and self._is_weaker_than_same():
            notes += self._left_open()
            notes.append("the predicate is weaker than same: ship the rebuilt file, not the upload")
        asked, portraits = str(self.specification), tuple(self._portraits(tensors))
        return Comparison(verdict, asked, reached, reason, found, tensors, tuple(notes), portraits=portraits)

    def _portraits(self, tensors: Results) -> Iterator[Portrait]:
        """Go through what differs once more, where that is asked for."""
        if self.manner.portraits:
            from lintian_ml.equality.portrait.painting import paint

            yield from paint(self.first, self.second, tensors, self.manner.advance)

    def _parts(self) -> Iterator[PartResult]:
        """Compare what there is beside the tensors."""
        asked = self.specification
        yield parts.structure(self.first, self.second, unchecked=asked.structure_unchecked)
        yield parts.metadata(self.first, self.second, frozenset(asked.ignored))
        yield parts.residue(self.first, self.second)

    def _beyond(self) -> tuple[Verdict, str]:
        """Return the verdict on models whose parts all hold: whether there is more to them than was read."""
        for which, model in (("first", self.first), ("second", self.second)):
            if not model.complete:
                return Verdict.NOT_DECIDED, f"not every byte of the {which} file could be accounted for"
        if not self.specification.identical:
            return Verdict.MET, ""
        if self.first.noise != self.second.noise:
            return Verdict.NOT_MET, "the files differ in what carries no meaning, so not byte for byte equal"
        return (
            Verdict.NOT_DECIDED,
            "whether the files are equal byte for byte cannot be told from what was read of them",
        )

    def _is_weaker_than_same(self) -> bool:
        return any(asked.relaxed for asked in distinct(self.asked)) or bool(self.specification.ignored)

    def _left_open(self) -> Iterator[str]:
        """Yield what each kind of predicate that was asked for leaves open."""
        terms = [term for asked in distinct(self.asked) if asked.relaxed for term in asked.terms]
        for name, what in dict.fromkeys((term.name, term.leaves) for term in terms if term.leaves):
            yield f"{name} leaves open: {what}"

    def _notes(self, tensors: Results) -> Iterator[str]:
        """Yield what a reader of the verdict must know."""
        if self.specification.structure_unchecked:
            yield "the structure was left unchecked: only tensors, metadata and residue were compared"
        if any(asked.spared for asked in distinct(self.asked)):
            spared = sum(asked.spared for asked in self.asked.values())
            yield f"{spared} tensors of types that their line is not defined for were held to bit equality"
        if signs := tensors.zero_signs():
            yield f"{signs} zeros differ in their sign"
        if noise := parts.noise(self.first, self.second):
            yield noise
        yield from _remarks(tensors)


def _remarks(tensors: Results) -> Iterator[str]:
    """Yield what the predicates remark on tensors; what is remarked on several alike is told once."""
    said: dict[str, list[str]] = {}
    for tensor in tensors.remarked():
        for remark in tensor.remarks:
            said.setdefault(remark, []).append(tensor.name)
    for remark, bearers in islice(said.items(), MOST_REMARKS):
        more = f" and {len(bearers) - 1} more" if len(bearers) > 1 else ""
        yield f"{bearers[0]}{more}: {remark}"
    if len(said) > MOST_REMARKS:
        yield f"and {len(said) - MOST_REMARKS} more remarks on tensors"


def _of_tensors(tensors: Results) -> PartResult:
    """Return the verdict on all tensors together."""
    verdict = together(tensors.verdicts())
    first, count = tensors.with_verdict(verdict)
    if verdict is Verdict.MET or first is None:
        return PartResult(Part.TENSORS, verdict)
    more = f" (and {count - 1} more)" if count > 1 else ""
    return PartResult(Part.TENSORS, verdict, f"{first.name}: {first.reason}{more}")
