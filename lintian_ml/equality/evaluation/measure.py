"""Decides a predicate that holds measurements: what files tell of runs, and what graphs do on probes."""

import importlib.util
import math
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from lintian_ml.blob import FileBlob
from lintian_ml.equality.evaluation.child import evaluated
from lintian_ml.equality.evaluation.decisions import decide
from lintian_ml.equality.evaluation.engines import ENGINES, REFERENCE, EvaluationError
from lintian_ml.equality.evaluation.equivalence import equivalent
from lintian_ml.equality.evaluation.limits import Limits
from lintian_ml.equality.evaluation.runs import read_runs
from lintian_ml.equality.files import compare_files
from lintian_ml.equality.language import Clause, Selector, Specification
from lintian_ml.equality.manner import PLAIN, Manner, alive
from lintian_ml.equality.models import compare
from lintian_ml.equality.predicate import Kind, Level, Predicate
from lintian_ml.equality.predicates.behaves import Behaves
from lintian_ml.equality.predicates.decides import Decides
from lintian_ml.equality.predicates.performs import Performs
from lintian_ml.equality.verdict import Comparison, Part, PartResult, Verdict, together
from lintian_ml.error import LintianMLError
from lintian_ml.escape import for_message
from lintian_ml.formats import onnx
from lintian_ml.model import Model

NEEDED = "needs evaluation, which was not asked for"
MOST_TOLD = 20
"""Classes whose tests are told of."""

UNBOUNDED = "what a measurement leaves open is unbounded: it is no proof and holds for its probes or runs"

ALONE = "a line with nothing but a measurement says nothing of its tensors: join it to a tolerance with and"


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of one measurement: the verdict, why, and remarks for people."""

    verdict: Verdict
    reason: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """The two model files, the folder in which probes and runs lie, and whether graphs may be run."""

    first: Path
    second: Path
    folder: Path
    evaluate: bool
    limits: Limits


def measure_files(
    first: Path | str,
    second: Path | str,
    specification: Specification,
    manner: Manner = PLAIN,
    *,
    folder: Path | str = ".",
    evaluate: bool = False,
    limits: Limits | None = None,
) -> Comparison:
    """Tell whether two model files satisfy a predicate that may hold measurements.

    Files of runs, and probes (NAME or NAME.npz), lie in ``folder``. Graphs are run only with ``evaluate``, in
    child processes that keep to ``limits`` (default: 300 seconds, 8 GiB). Files that are equal byte for byte
    are met unmeasured. Errors are those of ``compare_files``; what cannot be measured is *not decided*.
    """
    terms = list(_measurements(specification))
    clauses = tuple(_without_measurements(specification))
    mixed = bool(terms) and not specification.measurement
    asked = replace(specification, clauses=clauses) if mixed else specification
    if mixed and not all(clause.terms for clause in clauses):
        return Comparison(Verdict.NOT_DECIDED, str(specification), reason=ALONE)
    rest = compare_files(first, second, asked, manner)
    if not terms or rest.level is Level.BIT_BY_BIT:
        return rest
    question = Question(Path(first), Path(second), Path(folder), evaluate, limits or Limits())
    with alive(manner.advance):
        found = [_measure(term, question) for term in terms]
    return _together(specification, rest, found) if mixed else _alone(specification, found)


def _measurements(specification: Specification) -> Iterator[Predicate]:
    """Yield the different measurements that are asked for."""
    terms = (term for clause in specification.clauses for term in clause.terms)
    yield from dict.fromkeys(term for term in terms if term.kind is Kind.MEASUREMENT)


def _without_measurements(specification: Specification) -> Iterator[Clause]:
    for clause in specification.clauses:
        yield replace(clause, terms=tuple(term for term in clause.terms if term.kind is not Kind.MEASUREMENT))


def _alone(specification: Specification, found: list[Measured]) -> Comparison:
    """Return the answer where nothing but measurements is asked for."""
    verdict, reason, notes = _summed(found)
    part = PartResult(Part.TENSORS, verdict, reason, slack=math.inf)
    level = Level.PERFORMANCE if verdict is Verdict.MET else Level.NONE
    return Comparison(verdict, str(specification), level, reason, (part,), (), notes)


def _together(specification: Specification, rest: Comparison, found: list[Measured]) -> Comparison:
    """Return the answer where the models themselves are held to something too."""
    verdict, reason, notes = _summed([Measured(rest.verdict, rest.reason, rest.notes), *found])
    level = rest.level if verdict is Verdict.MET else Level.NONE
    return replace(
        rest, verdict=verdict, predicate=str(specification), level=level, reason=reason, notes=notes
    )


def _summed(found: list[Measured]) -> tuple[Verdict, str, tuple[str, ...]]:
    """Return the verdict on several measurements, the first reason for it, and all that is to be told."""
    verdict = together(one.verdict for one in found)
    reason = next((one.reason for one in found if one.verdict is verdict), "")
    return verdict, reason, (*(note for one in found for note in one.notes), UNBOUNDED)


def _measure(term: Predicate, question: Question) -> Measured:
    """Decide one measurement."""
    try:
        if isinstance(term, Performs):
            return _performs(term, question)
        if not question.evaluate:
            return Measured(Verdict.NOT_DECIDED, f"{term.name}: {NEEDED}")
        if isinstance(term, (Behaves, Decides)):
            return _evaluates(term, question)
    except (OSError, EvaluationError, LintianMLError) as error:
        what = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
        return Measured(Verdict.NOT_DECIDED, f"{term.name}: {what}")
    return Measured(Verdict.NOT_DECIDED, f"{term.name} is not measured")


def _performs(term: Performs, question: Question) -> Measured:
    first, second = (read_runs(question.folder / name, term.metric) for name in (term.first, term.second))
    found = equivalent(first, second, term.within, term.alpha)
    notes = (
        f"{term.metric} of {test.name}: means {float(test.gap):.3g} apart, probability {test.probability:.3g}"
        for test in found.tests[:MOST_TOLD]
    )
    return Measured(
        found.verdict, f"performs: {found.reason}" if found.reason else "", tuple(map(for_message, notes))
    )


def _evaluates(term: Behaves | Decides, question: Question) -> Measured:
    """Run both graphs by every evaluator that is there; all must come to one verdict."""
    probes = _probes(question.folder, term.probes)
    for path in (question.first, question.second):
        _demand_whole(path)
    engines = [REFERENCE, *(name for name in ENGINES if name != REFERENCE and importlib.util.find_spec(name))]
    found = {engine: _by(engine, term, probes, question) for engine in engines}
    verdicts = {one.verdict for one in found.values()}
    notes = tuple(f"{engine}: {note}" for engine, one in found.items() for note in one.notes)
    if len(verdicts) > 1:
        said = ", ".join(f"{engine} says {one.verdict.value}" for engine, one in found.items())
        return Measured(Verdict.NOT_DECIDED, f"{term.name}: {said}", notes)
    return replace(found[REFERENCE], notes=(*notes, f"evaluated by {' and '.join(engines)}"))


def _by(engine: str, term: Behaves | Decides, probes: Path, question: Question) -> Measured:
    """Run both graphs by one evaluator."""
    with ExitStack() as stack:
        first, second = (
            stack.enter_context(evaluated(engine, path, probes, question.limits))
            for path in (question.first, question.second)
        )
        warned = () if first.isolated and second.isolated else ("the kernel did not cut the network off",)
        if isinstance(term, Decides):
            decision = decide(first.model.tensors[0], second.model.tensors[0], term.margin)
            return Measured(decision.verdict, decision.reason, warned)
        wanted = Specification((Clause(Selector("*"), term.outputs),))
        outputs = compare(first.model, second.model, wanted)
        return Measured(outputs.verdict, outputs.reason, warned)


def _probes(folder: Path, name: str) -> Path:
    """Return the file of probes: as it is named, or with .npz behind it."""
    found = next((path for path in (folder / name, folder / f"{name}.npz") if path.is_file()), None)
    if found is None:
        raise EvaluationError(f"there are no probes {name} in {folder}")
    return found


def _demand_whole(path: Path) -> None:
    """Raise EvaluationError unless a file is an ONNX model with all that belongs to it in its folder."""
    with FileBlob(path) as blob:
        model: Model = onnx.read(blob)
        if not model.complete:
            raise EvaluationError(f"{path.name}: {'; '.join(model.remarks) or 'not all of it is there'}")
