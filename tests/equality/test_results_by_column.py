"""Results that are kept by column say what rows would: in their order, of each verdict, and in all."""

import math
from collections.abc import Sequence

import pytest

from lintian_ml.blob import Blob
from lintian_ml.equality.binding import STRICT, Asked
from lintian_ml.equality.predicates.ulp import Ulp
from lintian_ml.equality.results import (
    LOOKED_AT,
    MET,
    NOT_DECIDED,
    NOT_MET,
    VERDICTS,
    Columns,
    Control,
    Results,
)
from lintian_ml.equality.verdict import IMPOSSIBLE, SHARED, TensorResult, Verdict
from lintian_ml.model import Span, Tensor

RELAXED = Asked((Ulp(1),), relaxed=True)
ONE = 0x3F800000

KINDS = [MET, NOT_MET, LOOKED_AT, MET, NOT_DECIDED, LOOKED_AT, NOT_MET, MET]
"""The verdicts of the columns; what was looked at on its own has a row."""

CONTROLS = (Control("passed", "passed, elsewhere", 3), Control(trouble="it failed"), Control())


def tensor(at: int) -> Tensor:
    return Tensor(f"t{at}", "float32", (2, 3), Span(Blob(bytes(24)), 0, 24))


def row(
    at: int, verdict: Verdict, failing: int = 0, control: str = "", slack: float | None = 1.5
) -> TensorResult:
    return TensorResult(
        f"t{at}", verdict, "ulp(1)", "looked at", elements=6, differing=failing, failing=failing,
        zero_signs=2, control=control, slack=slack, remarks=("a remark",) * (at % 2),
    )  # fmt: skip


ROWS = {
    5: row(5, Verdict.NOT_MET, failing=4, control=f"{IMPOSSIBLE}none"),
    2: row(2, Verdict.MET, control=f"passed {SHARED}"),
}


def results(slack: float = 2.0) -> Results:
    columns = Columns.of(len(KINDS))
    columns.verdict[:] = KINDS
    for at, failing in ((1, 5), (6, 2)):
        columns.failing[at], columns.differing[at] = failing, failing + 1
        columns.place[at], columns.first[at], columns.second[at] = 4, ONE, ONE + 3
    columns.differing[3], columns.place[3], columns.first[3], columns.second[3] = 1, 2, ONE + 1, ONE
    columns.zero_signs[6] = 7
    columns.slack[:] = slack
    columns.group[:] = [0, 0, 0, 0, 1, 0, 2, 2]
    return Results(len(KINDS), ROWS, columns, CONTROLS, lambda at: (tensor(at), RELAXED))


def test_each_is_told_in_its_order() -> None:
    found = results()
    assert [one.name for one in found] == [f"t{at}" for at in range(len(KINDS))]
    for at, kind in enumerate(KINDS):
        assert found[at] is ROWS[at] if kind == LOOKED_AT else found[at].verdict is VERDICTS[kind]
    assert (len(found), found[-1], found[2:4]) == (8, found[7], (found[2], found[3]))
    assert found[::-3] == (found[7], found[4], found[1])
    with pytest.raises(IndexError):
        found[8]


def test_what_columns_hold_is_told_in_full() -> None:
    found = results()[1]
    assert (found.predicate, found.reason, found.relaxed) == ("ulp(1)", "5 of 6 elements do not hold", True)
    assert (found.elements, found.differing, found.failing, found.zero_signs) == (6, 6, 5, 0)
    assert (found.slack, found.control, found.remarks) == (2.0, "", ())
    assert (found.dtype, found.shape) == ("float32", (2, 3))
    assert found.worst is not None
    assert (found.worst.index, found.worst.first, found.worst.ulp) == ((1, 1), "1.0", 3)
    assert (results()[3].reason, results()[0].worst) == ("", None)
    assert results()[4].reason == "it failed"
    assert (results()[6].zero_signs, results(math.nan)[1].slack) == (7, None)


def test_a_control_is_told_of_what_is_met_alone() -> None:
    told = [one.control for one in results()]
    shared = "passed, elsewhere"
    assert told == [shared, "", ROWS[2].control, "passed", "", ROWS[5].control, "", ""]
    assert Control() == Control("", "", -1, "")


def test_of_each_verdict_the_first_is_told_and_how_many_there_are() -> None:
    found = results()
    assert found.verdicts() == set(Verdict)
    assert found.with_verdict(Verdict.NOT_MET) == (found[1], 3)
    assert found.with_verdict(Verdict.MET) == (found[0], 4)
    assert found.with_verdict(Verdict.NOT_DECIDED) == (found[4], 1)
    rows = Results.of([row(0, Verdict.MET), row(1, Verdict.MET)])
    assert rows.verdicts() == {Verdict.MET}
    assert rows.with_verdict(Verdict.NOT_MET) == (None, 0)
    assert rows.with_verdict(Verdict.MET) == (rows[0], 2)
    assert Results.of(found) is found


def test_what_is_left_open_is_added_up_or_not_known() -> None:
    assert results().slack() == 2 * 1.5 + 6 * 2.0
    assert results(math.nan).slack() is None
    assert Results.of([row(0, Verdict.MET, slack=None), row(1, Verdict.MET)]).slack() is None
    assert Results.of([]).slack() == 0
    assert results().zero_signs() == 2 + 2 + 7


def test_what_fails_most_is_told_first_then_what_is_not_decided_then_what_differs() -> None:
    found = results()
    names = ["t1", "t5", "t6", "t4", "t3"]
    for most in (None, 0, 1, 2, 3, 4, 5, 9):
        telling, count = found.telling(most)
        assert ([one.name for one in telling], count) == (names[:most], 5)
    assert [one.name for one in found.remarked()] == ["t5"]


def test_controls_are_counted() -> None:
    assert results().controls() == (2 + 2, 1 + 1, [ROWS[5]])
    rows: Sequence[TensorResult] = list(ROWS.values())
    assert Results.of(rows).controls() == (2, 1, [ROWS[5]])
    assert Results(1, {}, Columns.of(1), (Control(),), lambda at: (tensor(at), STRICT)).controls() == (
        0,
        0,
        [],
    )


def test_results_are_equal_where_each_is() -> None:
    found = results()
    assert found == results() == tuple(found)
    assert found != results(3.0)
    assert found != tuple(found)[:-1]
    assert found != [*tuple(found)[:-1], found[0]]
    assert found != 5
    assert found.__eq__(5) is NotImplemented
    assert (hash(found), repr(found)) == (hash(tuple(found)), repr(tuple(found)))
