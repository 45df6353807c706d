"""The arguments of a predicate, taken one by one: in order, by name, and held to what each may be."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial

import pytest

from lintian_ml.equality.arguments import Arguments, power_of_two
from lintian_ml.equality.syntax import Argument, Call, Line, Literal, PredicateError, conjunction


def arguments(inside: str) -> Arguments:
    """Return what stands between the parentheses of a call in line 5."""
    (call,) = conjunction(Line(f"f({inside})", 5))
    return Arguments(call)


def refused(error: pytest.ExceptionInfo[PredicateError]) -> tuple[int, int, str]:
    return error.value.line, error.value.column, error.value.what


def test_values_without_names_come_in_the_order_of_the_questions() -> None:
    given = arguments("1, two, c=3")
    assert given.rational("a") == 1
    assert given.text("b") == "two"
    assert given.natural("c", bits=2) == 3
    assert given.take("d") is None
    given.finish()


def test_values_with_names_come_in_any_order() -> None:
    given = arguments("b=2, a=1")
    assert [given.rational("a"), given.rational("b")] == [Fraction(1), Fraction(2)]
    given.finish()


def test_the_whole_predicate_is_wrong_where_no_argument_is() -> None:
    given = arguments("1")
    error = given.wrong("so")
    assert (error.line, error.column, error.what) == (5, 1, "f: so")
    error = given.wrong("so", Argument(None, Literal("1", 6, 7), 6, 7))
    assert (error.line, error.column) == (6, 7)


@pytest.mark.parametrize(
    ("inside", "column", "what"),
    [
        ("a=1, 2", 8, "f: a value without a name cannot follow one with a name"),
        ("a=1, b=2, a=3", 13, "f: a is given twice"),
    ],
)
def test_names_come_last_and_once(inside: str, column: int, what: str) -> None:
    with pytest.raises(PredicateError) as caught:
        arguments(inside)
    assert refused(caught) == (5, column, what)


def test_a_value_that_has_its_place_and_its_name_is_given_twice() -> None:
    given = arguments("1, a=2")
    with pytest.raises(PredicateError) as caught:
        given.take("a")
    assert refused(caught) == (5, 6, "f: a is given twice")


def test_what_nobody_asked_for_is_told_in_its_order() -> None:
    for inside, column, what in (
        ("1, 2", 3, "too many values"),
        ("x=1, y=2", 3, "there is no parameter x"),
        ("1, x=2", 3, "too many values"),
    ):
        with pytest.raises(PredicateError) as caught:
            arguments(inside).finish()
        assert refused(caught) == (5, column, f"f: {what}")


def test_a_number_may_reach_its_minimum_but_neither_of_the_other_ends() -> None:
    assert arguments("1").rational("a", minimum=1) == 1
    assert arguments("1/2").rational("a", minimum=0, above=0, below=1) == Fraction(1, 2)
    for inside, least, above, below, what in (
        ("0.9", 1, None, None, "a must be 1 or more"),
        ("1", None, 1, None, "a must be more than 1"),
        ("0.5", None, 1, None, "a must be more than 1"),
        ("1", None, None, 1, "a must be less than 1"),
        ("2", None, None, 1, "a must be less than 1"),
    ):
        with pytest.raises(PredicateError) as caught:
            arguments(inside).rational("a", minimum=least, above=above, below=below)
        assert refused(caught) == (5, 3, f"f: {what}")


def test_what_is_not_given_is_its_default_or_missing() -> None:
    assert arguments("").rational("a", default=Fraction(7)) == 7
    assert arguments("1").rational("a", default=Fraction(7)) == 1
    assert arguments("").rational("a", default=Fraction(0)) == 0
    assert arguments("").choice("a", ("x", "y")) == ""
    none = arguments("")
    asking: list[tuple[Callable[[str], object], str]] = [
        (none.rational, "a is missing"),
        (partial(none.natural, bits=8), "a is missing"),
        (none.text, "a is missing"),
        (none.calls, "a is missing: a predicate is expected"),
    ]
    for ask, what in asking:
        with pytest.raises(PredicateError) as caught:
            ask("a")
        assert refused(caught) == (5, 1, f"f: {what}")


def test_a_whole_number_has_so_many_bits() -> None:
    assert arguments("0").natural("a", bits=3) == 0
    found = arguments("7").natural("a", bits=3)
    assert (found, type(found)) == (7, int)
    assert arguments("6/2").natural("a", bits=2) == 3
    for inside in ("8", "-1", "1/2", "0.5"):
        with pytest.raises(PredicateError) as caught:
            arguments(inside).natural("a", bits=3)
        assert refused(caught) == (5, 3, "f: a must be a whole number, 0 or more and less than 2^3")


def test_a_word_may_be_a_string_but_not_an_empty_one() -> None:
    assert arguments('"a b"').text("a") == "a b"
    with pytest.raises(PredicateError) as caught:
        arguments('""').text("a")
    assert refused(caught) == (5, 3, "f: a is empty")


def test_a_choice_is_one_of_the_words_and_no_string() -> None:
    assert arguments("y").choice("a", ("x", "y")) == "y"
    for inside in ("z", '"y"'):
        with pytest.raises(PredicateError) as caught:
            arguments(inside).choice("a", ("x", "y"))
        assert refused(caught) == (5, 3, "f: a must be x or y")


def test_a_predicate_is_asked_for_as_calls() -> None:
    (call,) = arguments("a = same").calls("a")
    assert call == Call("same", (), 5, 7)
    calls = arguments("same and ulp(1)").calls("a")
    assert [one.name for one in calls] == ["same", "ulp"]
    with pytest.raises(PredicateError) as caught:
        arguments('"same"').calls("a")
    assert refused(caught) == (5, 3, "f: a must be a predicate")


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        ("ulp(1)", "a cannot be a predicate"),
        ('"1"', "a must be a number, not '1'"),
        ("one", "a must be a number, not 'one'"),
        ("1/0", "a: a ratio to zero is no number"),
    ],
)
def test_what_is_no_number_is_refused(inside: str, what: str) -> None:
    with pytest.raises(PredicateError) as caught:
        arguments(inside).rational("a", default=Fraction(0))
    assert refused(caught) == (5, 3, f"f: {what}")


def test_a_word_is_a_literal_and_a_predicate_is_none() -> None:
    given = arguments("x, ulp(1)")
    first, second = given.take("a"), given.take("b")
    assert first is not None
    assert second is not None
    assert given.literal("a", first) == Literal("x", 5, 3)
    with pytest.raises(PredicateError, match="b cannot be a predicate"):
        given.literal("b", second)


def test_powers_of_two_are_told_from_other_words() -> None:
    assert [power_of_two(word) for word in ("2^10", "2^-3", "2^0", "2^99999")] == [10, -3, 0, 99999]
    assert [power_of_two(word) for word in ("2^", "2^+1", "3^1", "2^100000", "2^1x", "x2^1")] == [None] * 6
