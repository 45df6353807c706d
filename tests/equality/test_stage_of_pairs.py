"""Going through pairs of tensors, each byte once, in any ranges and threads; and what follows from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pytest

from lintian_ml.blob import Blob, FileBlob
from lintian_ml.equality import comparing as comparing_module
from lintian_ml.equality import stage
from lintian_ml.equality.arguments import Arguments
from lintian_ml.equality.binding import STRICT, Asked
from lintian_ml.equality.blocks import Pair
from lintian_ml.equality.comparing import Comparing
from lintian_ml.equality.control import PASSED, ControlFailed
from lintian_ml.equality.judge import Judge
from lintian_ml.equality.manner import PLAIN, Manner
from lintian_ml.equality.portion import Portion
from lintian_ml.equality.predicate import Kind, Predicate
from lintian_ml.equality.predicates.scaled import Scaled
from lintian_ml.equality.predicates.ulp import Ulp
from lintian_ml.equality.slack import Meter
from lintian_ml.equality.stage import go_through
from lintian_ml.equality.verdict import TensorResult, Verdict
from lintian_ml.error import FormatError
from lintian_ml.model import Computed, Span, Tensor
from tests.equality.kernel import tensor

MET, NOT_MET, NOT_DECIDED = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_DECIDED
ONE = 0x3F800000


class Keeping(Judge):
    """Lets all hold but odd first codes, and keeps the pairs that it was shown."""

    def __init__(self, dtype: str, passes: int = 1, failure: str = "", doubt: str = "") -> None:
        super().__init__(dtype)
        self.seen: list[tuple[int, int]] = []
        self.passes, self.failure, self.doubt = passes, failure, doubt

    def near(self, first: Any, second: Any) -> Any:
        """Keep the pairs."""
        with self.lock:
            self.seen += zip(first.tolist(), second.tolist(), strict=True)
        return first % 2 == 0

    def again(self) -> Judge | None:
        """Ask for another pass, while any is left."""
        return Keeping(self.dtype, self.passes - 1) if self.passes > 1 else None

    def conclude(self) -> str:
        """Say why the whole fails."""
        return self.failure


@dataclass(frozen=True, slots=True)
class Kept(Predicate):
    """Is decided by judges that are kept."""

    judges: list[Keeping] = field(default_factory=list, compare=False)
    passes: int = 1
    failure: str = ""
    doubt: str = ""
    open: str = ""
    measures: bool = False

    kind: ClassVar[Kind] = Kind.BALL

    @classmethod
    def read(cls, arguments: Arguments) -> Self:
        """Take none."""
        return cls()

    def undecided(self) -> str:
        """Return why it is not decided."""
        return self.open

    def judge(self, pair: Pair) -> Judge:
        """Keep a judge."""
        self.judges.append(Keeping(pair.first.dtype, self.passes, self.failure, self.doubt))
        return self.judges[-1]

    def arguments(self) -> Sequence[str]:
        """Return none."""
        return ()


@dataclass(frozen=True, slots=True)
class Measuring(Kept):
    """Measures."""

    kind: ClassVar[Kind] = Kind.MEASUREMENT


def asked(*terms: Predicate) -> Asked:
    return Asked(terms, relaxed=True)


def pair(first: list[int], second: list[int], dtype: str = "float32", **more: Any) -> Pair:
    return Pair(tensor(first, dtype), tensor(second, dtype), **more)


def gone(work: list[tuple[Pair, Asked]], manner: Manner = PLAIN) -> list[Any]:
    """Return what tallies or refusals follow."""
    return go_through(
        work,
        lambda one, whole: (one.number, whole.tally.differing, whole.tally.failing, whole.trouble),
        lambda one, verdict, reason: (one.number, verdict, reason),
        manner,
    )


LENGTHS = (0, 1, 3, 4, 5, 31, 32, 33, 64, 100, 333)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("piece", [16, 32, 1 << 19])
@pytest.mark.parametrize("streamed", [False, True])
def test_every_pair_is_judged_once_in_whatever_ranges(threads: int, piece: int, streamed: bool) -> None:
    def payload(codes: list[int]) -> Tensor:
        found = tensor(codes, "float32")
        data = b"".join(found.payload.blocks())
        blocks = [data[at : at + 7] for at in range(0, len(data), 7)]
        return Tensor("w", "float32", found.shape, Computed(partial(iter, blocks), len(data)))

    work, terms, told = [], [], list[int]()
    for length in LENGTHS:
        first, second = [ONE + at for at in range(length)], [ONE + 1000 + at for at in range(length)]
        whole = pair(first, second, piece=piece)
        if streamed:
            whole = Pair(payload(first), payload(second) if length % 2 else whole.second, piece)
        terms.append(Kept())
        work.append((whole, asked(terms[-1])))
    found = gone(work, Manner(threads=threads, advance=told.append))
    assert found == [(at, length, length // 2, "") for at, length in enumerate(LENGTHS)]
    for term, length in zip(terms, LENGTHS, strict=True):
        (judge,) = term.judges
        assert sorted(judge.seen) == [(ONE + at, ONE + 1000 + at) for at in range(length)]
    assert sum(told) == 4 * sum(LENGTHS)


def test_large_tensors_are_shared_in_ranges_and_small_neighbours_done_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (stage.RANGE, stage.RUN) == (8, 4 << 20)
    monkeypatch.setattr(stage, "RUN", 268)
    runs: list[list[tuple[int, int]]] = []

    def noted(tasks: Iterator[Any], begin: Any, threads: int | None) -> None:
        todo = list(tasks)
        assert threads == 7
        for task in todo:
            runs.append([(part.start, part.end) for part in task.keywords["run"]])
            begin()(task)

    monkeypatch.setattr(stage, "share", noted)
    lengths = (8 * 16 // 4 * 2 + 1, 1, 2)
    term = Scaled(Fraction(1, 2))
    work = [(pair([ONE] * length, [ONE] * length, piece=16), asked(term)) for length in lengths]
    gone(work, Manner(threads=7))
    assert runs == [[(0, 128), (128, 256), (256, 260), (0, 4)], [(0, 8)]]


@pytest.mark.parametrize(
    ("first", "second", "verdict", "reason"),
    [
        (tensor([1], "int8"), tensor([1], "uint8"), NOT_MET, "the elements are int8 and uint8"),
        (tensor([1], "int8"), tensor([1, 1], "int8"), NOT_MET, "the shapes are (1,) and (2,)"),
        (
            Tensor("t", "string", (1,), Span(Blob(b"abc"), 0, 3)),
            Tensor("t", "string", (1,), Span(Blob(b"abcd"), 0, 4)),
            NOT_MET,
            "the payloads have 3 and 4 bytes",
        ),
        (
            Tensor("w", "int8", (-1, -2), Span(Blob(b"ab"), 0, 2)),
            Tensor("w", "int8", (-1, -2), Span(Blob(b"ab"), 0, 2)),
            NOT_DECIDED,
            "the shape (-1, -2) has no sense",
        ),
        (
            tensor([1, 2], "int16"),
            Tensor("w", "int16", (2,), Span(Blob(b"abc"), 0, 3)),
            NOT_DECIDED,
            "the payload has 3 bytes where type and shape ask for 4",
        ),
        (
            tensor([1, 2], "int8"),
            Tensor("w", "int8", (2,), Span(Blob(b"ab"), 1, 2)),
            NOT_DECIDED,
            "2 bytes claimed at offset 1, but there are 2 bytes in all",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_beside_all_that_can(
    first: Tensor, second: Tensor, verdict: Verdict, reason: str
) -> None:
    good = (pair([2], [4], "int8"), asked(Kept()))
    assert gone([good, (Pair(first, second), asked(Kept())), good]) == [
        (0, 1, 0, ""),
        (1, verdict, reason),
        (2, 1, 0, ""),
    ]


def test_texts_of_one_length_are_compared_as_bytes() -> None:
    one, other = (Tensor("t", "string", (1,), Span(Blob(data), 0, 3)) for data in (b"abc", b"abd"))
    assert gone([(Pair(one, other), STRICT)]) == [(0, 1, 1, "")]


def test_a_stream_that_lies_about_its_length_is_trouble() -> None:
    lying = Tensor("w", "int8", (4,), Computed(lambda: iter([b"ab"]), 4))
    ((number, _, _, trouble),) = gone([(Pair(lying, lying), asked(Kept()))])
    assert (number, trouble) == (0, "the payload ends after 2 of 4 bytes")


def test_a_file_that_became_shorter_is_trouble_of_the_ranges_after_its_end(tmp_path: Path) -> None:
    path, other = tmp_path / "w", tensor([ONE + 2] * 100, "float32")
    path.write_bytes(b"".join(tensor([ONE] * 100, "float32").payload.blocks()))
    with FileBlob(path) as blob:
        with path.open("r+b") as file:
            file.truncate(200)
        first = Tensor("w", "float32", (100,), Span(blob, 0, 400))
        ((_, differing, _, trouble),) = gone([(Pair(first, other, 16), asked(Kept()))])
    assert trouble
    assert differing <= 50


def test_a_judge_may_ask_for_all_elements_again() -> None:
    terms = [Kept(passes=3), Kept(passes=1), Kept(passes=2)]
    told: list[int] = []
    work = [
        (pair([2, 4], [4, 4], "int8"), asked(terms[0], terms[1])),
        (pair([2], [4], "int8"), asked(terms[2])),
    ]
    assert gone(work, Manner(advance=told.append, shortcut=False)) == [(0, 1, 0, ""), (1, 1, 0, "")]
    assert sum(told) == 3 * 2 + 2 * 1
    assert terms[1].judges[0].seen == [(2, 4)] * 3
    assert terms[0].judges[0].seen == [(2, 4)]


def test_a_conclusion_that_meets_an_error_is_not_decided() -> None:
    def conclude(one: Comparing, whole: Portion) -> str:
        raise FormatError("the end is missing")

    found = go_through(
        [(pair([2], [4], "int8"), asked(Kept()))], conclude, lambda one, *why: repr(why), PLAIN
    )
    assert found == [repr((NOT_DECIDED, "the end is missing"))]


def test_without_the_shortcut_equal_pieces_are_looked_into() -> None:
    class Looking(Keeping):
        def look(self, first: Any, second: Any) -> None:
            """Keep them."""
            self.seen += zip(first.tolist(), second.tolist(), strict=True)

        def settles(self, stretch: object) -> bool:
            """Settle nothing."""
            return False

    seen = {}
    for shortcut in (True, False):
        looking = Looking("bool")

        class Once(Kept):
            def judge(self, pair: Pair, looking: Judge = looking) -> Judge:
                """Return the one."""
                return looking

        one = Tensor("w", "bool", (2,), Span(Blob(b"\x00\x01"), 0, 2))
        gone([(Pair(one, one), asked(Once()))], Manner(shortcut=shortcut))
        seen[shortcut] = looking.seen
    assert seen == {True: [], False: [(0, 0), (1, 1)]}


# What follows for one tensor.


def result(
    first: list[int], second: list[int], *terms: Predicate, dtype: str = "int8", **more: Any
) -> TensorResult:
    """Return the result on one pair."""
    whole = Pair(tensor(first, dtype), tensor(second, dtype))
    (found,) = go_through(
        [(whole, Asked(terms or STRICT.terms, relaxed=bool(terms), **more))],
        Comparing.result,
        Comparing.refused,
        PLAIN,
    )
    return found


def test_a_result_holds_all_that_was_seen() -> None:
    found = result([ONE, ONE, 0, ONE], [ONE + 1, ONE, 1 << 31, ONE + 3], Ulp(4), dtype="float32")
    assert (found.name, found.verdict, found.predicate, found.reason) == ("w", MET, "ulp(4)", "")
    assert (found.relaxed, found.elements, found.differing, found.failing) == (True, 4, 3, 0)
    assert (found.zero_signs, found.dtype, found.shape, found.control) == (1, "float32", (4,), PASSED)
    assert found.worst is not None
    assert (found.worst.ulp, found.worst.index, found.remarks) == (3, (3,), ())
    assert found.slack == pytest.approx(3 * np.log2(9) + np.log2(10))
    failed = result([ONE, ONE], [ONE + 9, ONE], Ulp(4), dtype="float32")
    assert (failed.verdict, failed.reason) == (NOT_MET, "1 of 2 elements do not hold")
    assert (failed.failing, failed.control) == (1, "")


def test_what_is_not_relaxed_or_has_no_element_needs_no_control() -> None:
    assert result([1, 2], [1, 2]).control == ""
    assert result([], [], Ulp(4), dtype="float32").control == ""
    assert result([1, 2], [1, 2]).predicate == "same"


def test_a_control_that_fails_leaves_the_tensor_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*given: object) -> str:
        raise ControlFailed("it did not see it")

    monkeypatch.setattr(comparing_module, "control", failing)
    found = result([ONE], [ONE + 1], Ulp(4), dtype="float32")
    assert (found.verdict, found.reason, found.control) == (NOT_DECIDED, "it did not see it", "")
    failed = result([ONE], [ONE + 9], Ulp(4), dtype="float32")
    assert failed.verdict is NOT_MET
    assert result([1], [1]).verdict is MET


@pytest.mark.parametrize(
    ("terms", "verdict", "reason"),
    [
        ([Kept()], MET, ""),
        ([Kept(failure="the whole")], NOT_MET, "the whole"),
        ([Kept(), Kept(failure="the whole", doubt="who knows")], NOT_MET, "the whole"),
        ([Kept(doubt="who knows")], NOT_DECIDED, "who knows"),
        ([Kept(open="not here"), Kept(doubt="who knows")], NOT_DECIDED, "not here"),
        ([Kept(), Kept(open="not here")], NOT_DECIDED, "not here"),
    ],
)
def test_pairs_that_all_hold_may_fail_as_a_whole_or_be_in_doubt(
    terms: list[Kept], verdict: Verdict, reason: str
) -> None:
    found = result([2], [4], *terms)
    assert (found.verdict, found.reason) == (verdict, reason)
    equal = result([2], [2], *terms)
    assert (equal.verdict, equal.reason) == (MET, "")


def test_a_measurement_is_not_met_by_equality_alone() -> None:
    found = result([2], [2], Measuring(open="needs a run"), Kept())
    assert (found.verdict, found.reason) == (NOT_DECIDED, "needs a run")


def test_bytes_that_are_no_bools_leave_it_open_unless_another_fails() -> None:
    for codes, verdict, reason in (
        (([2, 1], [1, 1]), NOT_DECIDED, "a bool is neither 0 nor 1"),
        (([2, 1], [1, 0]), NOT_MET, "2 of 2 elements do not hold"),
        (([2, 1], [2, 1]), MET, ""),
    ):
        sides = [Tensor("b", "bool", (2,), Span(Blob(bytes(side)), 0, 2)) for side in codes]
        (found,) = go_through(
            [(Pair(sides[0], sides[1]), STRICT)], Comparing.result, Comparing.refused, PLAIN
        )
        assert (found.verdict, found.reason) == (verdict, reason)


def test_unused_bits_count() -> None:
    def told(*sides: bytes) -> TensorResult:
        one, other = (Tensor("w", "int4", (3,), Span(Blob(side), 0, 2)) for side in sides)
        (found,) = go_through([(Pair(one, other), STRICT)], Comparing.result, Comparing.refused, PLAIN)
        return found

    assert told(b"\x21\x03", b"\x21\x03").verdict is MET
    found = told(b"\x21\x03", b"\x21\x13")
    assert (found.verdict, found.reason) == (NOT_MET, "the unused bits of the last byte differ")


@pytest.mark.parametrize(
    ("first", "second", "verdict"), [(b"ab", b"ab", NOT_DECIDED), (b"ab", b"aa", NOT_MET)]
)
def test_trouble_leaves_it_open_unless_something_failed_before(
    first: bytes, second: bytes, verdict: Verdict
) -> None:
    def lying(data: bytes) -> Tensor:
        blocks = [data * 8, b""]
        return Tensor("w", "int8", (40,), Computed(partial(iter, blocks), 40))

    (found,) = go_through(
        [(Pair(lying(first), lying(second), 16), STRICT)], Comparing.result, Comparing.refused, PLAIN
    )
    assert (found.verdict, found.reason) == (verdict, "the payload ends after 16 of 40 bytes")


def test_tensors_that_were_not_looked_at_have_their_name_and_form_only() -> None:
    one, other = tensor([1], "int8"), tensor([1], "uint8")
    (found,) = go_through([(Pair(one, other), asked(Kept()))], Comparing.result, Comparing.refused, PLAIN)
    assert found == TensorResult(
        "w", NOT_MET, "test_stage_of_pairs", "the elements are int8 and uint8", True, dtype="int8", shape=(1,)
    )


def test_what_predicates_remark_is_told_in_their_order() -> None:
    class Talking(Meter):
        def __init__(self, *said: str) -> None:
            self.said = said

        def bits(self) -> float | None:
            """Return how much was said."""
            return float(len(self.said))

        def remarks(self) -> Sequence[str]:
            """Say it."""
            return self.said

    class Said(Kept):
        def meter(self, dtype: str) -> Meter:
            """Return what talks."""
            return Talking(*self.open.split()) if self.open else Meter()

        def undecided(self) -> str:
            """Decide."""
            return ""

    found = result([2], [4], Said(open="a b c"), Said(), Said(open="d e"))
    assert (found.remarks, found.slack) == (("a", "b", "c", "d", "e"), 2.0)
    assert result([2], [4], Said()).slack is None
