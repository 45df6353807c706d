"""Which line is asked of which tensor, what may stand in one line together, and which lines are mistakes."""

import pytest

from lintian_ml.equality.binding import SCALES, STRICT, Asked, bind, level
from lintian_ml.equality.conjunction import RESERVED, conjunction_of, predicate_of
from lintian_ml.equality.language import Specification, parse_predicate
from lintian_ml.equality.predicate import Level
from lintian_ml.equality.predicates.same import Same
from lintian_ml.equality.predicates.ulp import Ulp
from lintian_ml.equality.syntax import Call, Line, PredicateError, conjunction

TYPES = {"a.w": "float32", "a.b": "float32", "n": "int8", "s": "float8e8m0"}


def bound(text: str, *files: str) -> dict[str, tuple[str, bool, bool]]:
    """Return the predicate of each tensor, and whether it is relaxed and spared."""
    found = bind(parse_predicate(text), TYPES, files)
    return {name: (one.predicate, one.relaxed, one.spared) for name, one in found.items()}


def refused(text: str, *files: str) -> tuple[int, int, str]:
    with pytest.raises(PredicateError) as caught:
        bound(text, *files)
    return caught.value.line, caught.value.column, caught.value.what


EQUAL = ("same", False, False)
SPARED = ("same", False, True)


def test_what_no_line_selects_is_held_to_bit_equality() -> None:
    assert bound("a.w ulp(1)") == {"a.w": ("ulp(1)", True, False), "a.b": EQUAL, "n": EQUAL, "s": EQUAL}
    assert list(bound("n steps(1)")) == list(TYPES)
    assert Asked() == STRICT == Asked((Same(),), False, False)
    assert bind(Specification(), TYPES) == dict.fromkeys(TYPES, STRICT)


def test_the_last_line_that_selects_a_tensor_wins() -> None:
    found = bound("a.* ulp(1)\na.b ulp(2)")
    assert (found["a.w"][0], found["a.b"][0]) == ("ulp(1)", "ulp(2)")
    assert refused("a.b ulp(2)\na.* ulp(1)") == (1, 1, "a.b is wholly shadowed by the lines after it")


def test_a_line_that_selects_nothing_is_a_mistake_unless_it_is_about_all() -> None:
    assert refused("x ulp(1)") == (1, 1, "x selects no tensor")
    assert refused("a.w same\nx* ulp(1)") == (2, 1, "x* selects no tensor")
    assert bind(parse_predicate("ulp(1)"), {}) == {}
    with pytest.raises(PredicateError, match=r"f//\* selects no tensor"):
        bind(parse_predicate("f//* ulp(1)"), {}, ["f"])
    assert refused("* ulp(1)\n* ulp(2)") == (1, 1, "* is wholly shadowed by the lines after it")


def test_a_pattern_spares_what_its_predicate_is_not_defined_for() -> None:
    assert bound("* ulp(1)") == {
        "a.w": ("ulp(1)", True, False),
        "a.b": ("ulp(1)", True, False),
        "n": SPARED,
        "s": SPARED,
    }
    what = "steps(1) is not defined for the elements of any tensor that is left to it"
    assert refused("a.* steps(1)") == (1, 1, what)
    assert refused("n same\na.* steps(1)") == (2, 1, what)
    assert refused("a.w steps(1)") == (
        1,
        1,
        "steps(1) is not defined for a.w, whose elements are float32",
    )
    assert refused("n same\na.w ulp(1) and steps(1)")[:2] == (2, 1)


def test_scales_of_blocks_are_relaxed_by_their_names_only() -> None:
    assert SCALES == ("float8e8m0",)
    assert bound("s ulp(1)")["s"] == ("ulp(1)", True, False)
    assert bound("* same")["s"] == EQUAL
    assert bound("* same and ulp(1)")["s"] == SPARED
    assert bound("?.? ulp(1)\ns same")["s"] == EQUAL
    found = bind(parse_predicate("* same"), TYPES)
    assert found["s"].spared is False


def test_what_stays_at_the_level_of_bits_is_not_relaxed() -> None:
    assert bound("a.w same")["a.w"] == EQUAL
    assert bound("a.w same(zeros=equal)")["a.w"] == ("same(zeros=equal)", True, False)
    assert bound("a.w same and ulp(1)")["a.w"] == ("same and ulp(1)", True, False)


def test_a_predicate_that_all_values_satisfy_is_a_mistake() -> None:
    what = "every pair of finite int8 values satisfies steps(255), so it says nothing of n"
    assert refused("n steps(255)") == (1, 1, what)
    assert refused("a.w same\n? steps(255)\ns same") == (2, 1, what)
    assert bound("n steps(254)")["n"] == ("steps(254)", True, False)
    assert bound("n steps(254) and steps(255)")["n"][0] == "steps(254) and steps(255)"


def test_tensors_of_one_type_are_asked_the_very_same() -> None:
    found = bind(parse_predicate("* ulp(1)"), TYPES)
    assert found["a.w"] is found["a.b"]


def test_a_line_on_a_file_is_for_that_file() -> None:
    for file in ("f.onnx", "d/f.onnx"):
        assert bound(f"{file}//a.w ulp(1)", "x/d/f.onnx")["a.w"] == ("ulp(1)", True, False)
        assert bound(f"{file}//a.w ulp(1)", "other", "d/f.onnx")["a.w"][1] is True
    for file in ("onnx", "e/f.onnx", "x/f.onnx"):
        assert bound(f"{file}//a.w ulp(1)\nn steps(1)", "d/f.onnx") == {
            "a.w": EQUAL, "a.b": EQUAL, "n": ("steps(1)", True, False), "s": EQUAL,
        }  # fmt: skip
    assert refused("n steps(1)\nf.onnx//a.w ulp(1)") == (
        2,
        1,
        "f.onnx// selects a file, but these models have no file names",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@metadata:a ignore", Level.BIT_BY_BIT),
        ("* same", Level.BIT_BY_BIT),
        ("a.w ulp(1)", Level.NUMERICAL),
        ("a.w ulp(1)\na.b decides(p, 0)", Level.PERFORMANCE),
        ("@structure unchecked\n* same", Level.NONE),
    ],
)
def test_the_level_of_the_whole_is_the_lowest_of_its_tensors(text: str, expected: Level) -> None:
    specification = parse_predicate(text)
    assert level(specification, bind(specification, TYPES)) is expected


def test_the_level_of_one_tensor_is_the_highest_of_its_terms() -> None:
    def asked(text: str) -> Asked:
        (clause,) = parse_predicate(text).clauses
        return Asked(clause.terms)

    assert asked("ulp(1) and same").level is Level.BIT_BY_BIT
    assert asked("ulp(1) and decides(p, 0)").level is Level.NUMERICAL
    assert asked("decides(p, 0)").level is Level.PERFORMANCE
    assert level(Specification(), {}) is Level.BIT_BY_BIT


# What may stand together.


def calls(text: str) -> tuple[Call, ...]:
    return conjunction(Line(text, 3))


def test_a_call_makes_the_predicate_that_it_names() -> None:
    assert predicate_of(calls("ulp(4)")[0]) == Ulp(4)
    assert conjunction_of(calls("same and ulp(4)")) == (Same(), Ulp(4))


@pytest.mark.parametrize(
    ("text", "column", "what"),
    [
        ("permuted", 1, f"permuted: {RESERVED['permuted']}"),
        ("same and clos", 10, "there is no predicate 'clos'; did you mean close?"),
        ("qqqqqq", 1, "there is no predicate 'qqqqqq'"),
        ("ulp(1, 2)", 8, "ulp: too many values"),
        ("same and identical", 10, "identical stands alone: it says all that can be said"),
        ("identical and same", 1, "identical stands alone: it says all that can be said"),
        ("norm(1e-3)", 1, "norm stands only beside a bound on each element, such as scaled or close"),
        ("decides(p, 0) and norm(1e-3)", 19,
         "norm stands only beside a bound on each element, such as scaled or close"),
    ],
)  # fmt: skip
def test_what_cannot_stand_there_is_refused(text: str, column: int, what: str) -> None:
    with pytest.raises(PredicateError) as caught:
        conjunction_of(calls(text))
    assert (caught.value.line, caught.value.column, caught.value.what) == (3, column, what)


def test_a_name_that_may_mean_another_is_guessed_at_once() -> None:
    with pytest.raises(PredicateError) as caught:
        predicate_of(calls("scale")[0])
    assert caught.value.what == "there is no predicate 'scale'; did you mean scaled?"


def test_a_bound_on_all_together_stands_beside_one_on_each() -> None:
    assert [term.name for term in conjunction_of(calls("norm(1e-3) and close(1e-3)"))] == ["norm", "close"]
    assert [term.name for term in conjunction_of(calls("identical"))] == ["identical"]
    assert [term.name for term in conjunction_of(calls("decides(p, 0)"))] == ["decides"]
