"""Compares two model files: do they satisfy an equality predicate, or which is the tightest that they
satisfy?
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from lintian_ml.equality import Comparison, Deviation, TensorResult, Verdict, compare_files
from lintian_ml.escape import for_line
from lintian_ml.options import Parser
from lintian_ml.report.json import dumps

TROUBLE = 3

STATUS = {Verdict.MET: 0, Verdict.NOT_MET: 1, Verdict.NOT_DECIDED: 2}

WORST = 20
"""Tensors of which the text report tells; the others are counted."""


def run(arguments: Sequence[str]) -> int:
    """Print the verdict with its grounds; return 0 if met, 1 if not met, 2 if not decided."""
    made = Parser(
        prog="lintian-ml compare",
        description=__doc__,
        epilog="Exit status: 0 met, 1 not met, 2 not decided, 3 trouble.",
    )
    made.add_argument("first", metavar="A", help="a model file: the one that is shipped")
    made.add_argument("second", metavar="B", help="the model file to hold against it: the rebuilt one")
    made.add_argument(
        "--predicate", metavar="P", help="as in the Equality field; without, the tightest is found"
    )
    made.add_argument("--format", choices=("text", "json"), default="text", help="how to print")
    options = made.parse_intermixed_args(arguments)
    comparison = compare_files(options.first, options.second, options.predicate)
    if options.format == "json":
        print(dumps(asdict(comparison)))
    else:
        for line in _lines(comparison):
            print(line)
    return STATUS[comparison.verdict]


def _lines(comparison: Comparison) -> Iterator[str]:
    """Yield the verdict first, then what it rests on, then what to do with it."""
    asked = "; ".join(comparison.predicate.splitlines())
    yield for_line(f"{comparison.verdict.value}: {comparison.reason or asked}")
    yield f"level: {comparison.level.value}"
    for part in comparison.parts:
        yield for_line(f"{part.part.value}: {part.verdict.value}{_because(part.reason)}")
    telling = [one for one in comparison.tensors if one.differing or one.verdict is not Verdict.MET]
    telling.sort(key=lambda result: (result.verdict is Verdict.MET, -result.failing))
    for result in telling[:WORST]:
        yield from _tensor(result)
    if len(telling) > WORST:
        yield f"  … and {len(telling) - WORST} more tensors that differ"
    if comparison.tensors:
        identical = len(comparison.tensors) - len(telling)
        yield f"bit-identical tensors: {identical} of {len(comparison.tensors)}"
    if comparison.verdict is Verdict.MET:
        yield f"slack: {_slack(comparison.slack)}"
    yield from (for_line(note) for note in comparison.notes)
    if comparison.suggested and comparison.predicate:
        yield ""
        yield "The tightest predicate that was found to hold, for debian/models:"
        yield comparison.field.rstrip("\n")


def _because(reason: str) -> str:
    return f", {reason}" if reason else ""


def _tensor(result: TensorResult) -> Iterator[str]:
    counts = f"{result.differing:,} of {result.elements:,} elements differ"
    failing = f", {result.failing:,} too far" if result.failing else ""
    verdict = f"{result.verdict.value} {result.predicate}{_because(result.reason)}"
    yield for_line(f"  {result.name}: {verdict}; {counts}{failing}")
    if result.worst:
        yield for_line(f"    worst at {_place(result.worst)}: {_distance(result.worst)}")


def _place(worst: Deviation) -> str:
    index = ",".join(map(str, worst.index)) or "the scalar"
    return f"{index} {worst.component}".rstrip()


def _distance(worst: Deviation) -> str:
    far = "" if worst.ulp is None else f", {worst.ulp:,} representable values apart"
    relative = "" if worst.relative is None else f", relative {worst.relative:.3g}"
    return f"{worst.first} and {worst.second}{far}{relative}"


def _slack(bits: float | None) -> str:
    """Say what the predicate leaves open, in bytes."""
    if bits is None:
        return "not known for all that is relaxed"
    if bits == 0:
        return "none; every bit is settled"
    return f"{bits / 8:,.1f} bytes may differ without notice"
