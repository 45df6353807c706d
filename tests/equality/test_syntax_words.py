"""The words, strings and calls of the language, each with the line and column where it stands."""

import pytest

from lintian_ml.equality.syntax import (
    DEEPEST,
    MOST,
    Argument,
    Call,
    Line,
    Literal,
    PredicateError,
    conjunction,
    quoted,
    worded,
)

EIGHT = 8
"""The line on which everything here stands."""


def line(text: str) -> Line:
    return Line(text, EIGHT)


def refused(text: str) -> PredicateError:
    with pytest.raises(PredicateError) as caught:
        read = line(text)
        conjunction(read)
    return caught.value


def word(text: str, column: int) -> Literal:
    return Literal(text, EIGHT, column)


def test_an_error_tells_where_and_what_and_has_all_three_apart() -> None:
    error = PredicateError(3, 9, "there is none")
    assert str(error) == "line 3, column 9: there is none"
    assert (error.line, error.column, error.what) == (3, 9, "there is none")


def test_a_line_is_read_from_its_first_character_that_is_no_blank() -> None:
    read = line(" \t ab")
    assert (read.text, read.number, read.at, read.column, read.finished) == (" \t ab", 8, 3, 4, False)
    assert line("\n").finished is False
    assert line("  ").finished is True


def test_what_is_wrong_is_wrong_where_reading_stands_unless_another_column_is_told() -> None:
    read = line("  ab")
    for error, column in ((read.wrong("so"), 3), (read.wrong("so", 1), 1), (read.wrong("so", 0), 0)):
        assert (error.line, error.column, error.what) == (8, column, "so")


def test_a_mark_is_passed_with_the_blanks_after_it_or_not_at_all() -> None:
    read = line("ab  cd")
    assert read.accept("b") is False
    assert read.at == 0
    assert read.accept("ab") is True
    assert (read.at, read.peek()) == (4, "cd")
    read.expect("cd")
    assert read.finished


def test_a_mark_that_is_missing_is_told_with_what_stands_there_instead() -> None:
    read = line("ab ")
    with pytest.raises(PredicateError, match="column 1: '=' is expected here, not 'a'"):
        read.expect("=")
    read.literal()
    with pytest.raises(PredicateError, match="column 4: '=' is expected here, not the end of the line"):
        read.expect("=")
    with pytest.raises(PredicateError, match="column 4: a word is expected here, not the end of the line"):
        read.literal()
    with pytest.raises(PredicateError, match="column 1: a word is expected here, not '='"):
        line("=").literal()


def test_words_and_strings_follow_one_another() -> None:
    read = line('one "t\\u0077o" three')
    assert read.literal() == word("one", 1)
    assert read.literal() == Literal("two", EIGHT, 5, quoted=True)
    assert (read.peek(), read.at) == ("three", 15)
    assert read.literal() == word("three", 16)
    assert read.peek() == ""


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('"ab', "this string is not closed, or holds a control character"),
        ('"a\x1fb"', "this string is not closed, or holds a control character"),
        ('"a\\qb"', "this string is not written as in JSON"),
    ],
)
def test_a_string_that_is_none_is_refused_where_it_begins(text: str, what: str) -> None:
    with pytest.raises(PredicateError) as caught:
        line(f"  {text}").string()
    assert (caught.value.line, caught.value.column, caught.value.what) == (8, 3, what)


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("w.0/a:b", "w.0/a:b"),
        ("and", '"and"'),
        ("or", '"or"'),
        ("android", "android"),
        ("a b", '"a b"'),
        ("a,b", '"a,b"'),
        ("", '""'),
        ("ä", "ä"),
        ("ä b", '"ä b"'),
        ("a\u200bb", '"a\\u200bb"'),
        ('"', '"\\""'),
    ],
)
def test_a_word_is_bare_where_it_can_be_and_a_string_of_json_elsewhere(text: str, spelled: str) -> None:
    assert worded(text) == spelled
    assert line(spelled).literal().text == text


def test_a_string_shows_what_can_be_shown_and_escapes_the_rest() -> None:
    assert (quoted("ä"), quoted("ä\n")) == ('"ä"', '"\\u00e4\\n"')


def test_calls_have_their_places_and_so_have_their_arguments() -> None:
    calls = conjunction(line('ulp ( 4 ) and close(rtol = 1e-3,\t"x")'))
    assert calls == (
        Call("ulp", (Argument(None, word("4", 7), EIGHT, 7),), EIGHT, 1),
        Call(
            "close",
            (
                Argument("rtol", word("1e-3", 28), EIGHT, 21),
                Argument(None, Literal("x", EIGHT, 34, quoted=True), EIGHT, 34),
            ),
            EIGHT,
            15,
        ),
    )
    assert conjunction(line("same()")) == conjunction(line("same")) == (Call("same", (), EIGHT, 1),)


def test_an_argument_may_be_a_predicate_itself() -> None:
    (call,) = conjunction(line("behaves(p, outputs=same and ulp(1))"))
    assert [argument.name for argument in call.arguments] == [None, "outputs"]
    outputs = call.arguments[1].value
    assert outputs == (
        Call("same", (), EIGHT, 20),
        Call("ulp", (Argument(None, word("1", 33), EIGHT, 33),), EIGHT, 29),
    )
    assert call.arguments[1].column == 12
    (plain,) = conjunction(line("f(g (h))"))
    assert plain.arguments[0].value == (Call("g", (Argument(None, word("h", 6), EIGHT, 6),), EIGHT, 3),)


def test_a_string_before_a_parenthesis_is_no_predicate() -> None:
    error = refused('f("g"(1))')
    assert (error.column, error.what) == (6, "')' is expected here, not '('")


def test_a_string_before_an_equals_sign_is_no_name() -> None:
    error = refused('f("g"=1)')
    assert (error.column, error.what) == (6, "')' is expected here, not '='")


@pytest.mark.parametrize(
    ("text", "column", "what"),
    [
        ('"f"', 1, "a predicate's name is expected here, not a string"),
        ('f and  "g"', 8, "a predicate's name is expected here, not a string"),
        ("f or g", 3, "there is no 'or': either of two tolerances accepts more than each of them tells"),
        ("f(g or h)", 5, "there is no 'or': either of two tolerances accepts more than each of them tells"),
        ("f(1", 4, "')' is expected here, not the end of the line"),
        ("f(1,)", 5, "a word is expected here, not ')'"),
        ("f(=1)", 3, "a word is expected here, not '='"),
        ("f(a=)", 5, "a word is expected here, not ')'"),
    ],
)
def test_what_is_no_predicate_is_refused_at_its_column(text: str, column: int, what: str) -> None:
    error = refused(text)
    assert (error.line, error.column, error.what) == (EIGHT, column, what)


def test_predicates_go_as_deep_as_is_said_and_no_deeper() -> None:
    (call,) = conjunction(line("f(" * (DEEPEST - 1) + "f(1)" + ")" * (DEEPEST - 1)))
    depth = 1
    while isinstance(value := call.arguments[0].value, tuple):
        (call,), depth = value, depth + 1
    assert depth == DEEPEST == 4
    error = refused("f(" * DEEPEST + "f(1)" + ")" * DEEPEST)
    assert (error.column, error.what) == (9, "predicates within predicates go no deeper than 4")


def test_a_conjunction_has_as_many_predicates_as_is_said_and_no_more() -> None:
    assert len(conjunction(line(" and ".join(["f"] * MOST)))) == MOST == 16
    error = refused(" and ".join(["f"] * (MOST + 1)))
    assert (error.column, error.what) == (6 * MOST + 1, "a conjunction has at most 16 predicates")


def test_a_conjunction_ends_where_no_and_follows() -> None:
    read = line("f and g android")
    assert [call.name for call in conjunction(read)] == ["f", "g"]
    assert read.peek() == "android"
