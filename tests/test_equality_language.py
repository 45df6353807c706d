"""The language of predicates: what it accepts, how it prints it, and where it finds fault."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.equality import Level, PredicateError, Selector, parse_predicate, predicates
from lintian_ml.equality.number import number, spelling
from lintian_ml.error import DeclarationError

NAMES = {
    "identical",
    "same",
    "grid",
    "ulp",
    "close",
    "scaled",
    "steps",
    "norm",
    "behaves",
    "decides",
    "performs",
}


def test_every_predicate_of_the_language_is_known_by_its_file() -> None:
    assert set(predicates()) == NAMES


def test_every_predicate_says_when_it_holds_and_of_what_kind_it_is() -> None:
    for kind in predicates().values():
        assert kind.kind and kind.__doc__


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("identical", "identical"),
        (" same ", "same"),
        ("same()", "same"),
        ("same( nan = any, zeros=equal )", "same(zeros=equal, nan=any)"),
        ("ulp(4)", "ulp(4)"),
        ("ulp(n=4)", "ulp(4)"),
        ("close(1e-3, 1e-6)", "close(rtol=1e-3, atol=1e-6)"),
        ("close(atol=1e-6,rtol=0.0010)", "close(rtol=1e-3, atol=1e-6)"),
        ("close(1/3)", "close(rtol=1/3, atol=0)"),
        ("scaled(1e-6)", "scaled(1e-6)"),
        ("steps(1)", "steps(1)"),
        ("scaled(1e-3) and norm(1e-3)", "scaled(1e-3) and norm(1e-3)"),
        ("grid(bfloat16)", "grid(bfloat16)"),
        ("grid(2^-10)", "grid(2^-10)"),
        ("grid(int8, scale=1/127, zero=-3)", "grid(int8, scale=1/127, zero=-3)"),
        ('grid(uint8, scale="a b", zero=z)', 'grid(uint8, scale="a b", zero=z)'),
        ("behaves(digits, close(1e-3) and norm(1e-4))", None),
        ("behaves(digits, same)", "behaves(digits, same)"),
        ("decides(digits, margin=0.01)", "decides(digits, margin=0.01)"),
        ("performs(accuracy, a.json, b.json, within=0.01)", None),
        ("exact", "same"),
        ("converter", "ulp(4)"),
        ("convex", "scaled(1e-6)"),
        ("short-training", "scaled(1e-3) and norm(1e-3)"),
        ("*  ulp(4)", "ulp(4)"),
        ('"*"  ulp(4)', "ulp(4)"),
        ("*.bias same", "*.bias  same"),
        ("same ulp(1)", "same  ulp(1)"),
        ('"a b\\u0022" ulp(1)', '"a b\\""  ulp(1)'),
        ("data/net.onnx//w ulp(1)", "data/net.onnx//w  ulp(1)"),
        ('net.onnx//"w x" ulp(1)', 'net.onnx//"w x"  ulp(1)'),
        ('"my net.onnx"//w ulp(1)', '"my net.onnx"//w  ulp(1)'),
        ("net.onnx///model/MatMul ulp(1)", "net.onnx///model/MatMul  ulp(1)"),
        ("outer.zip//net.onnx//w ulp(1)", '"outer.zip//net.onnx"//w  ulp(1)'),
        ("\n * ulp(4)\r\n\n *.b close(1e-3)\n", "*  ulp(4)\n*.b  close(rtol=1e-3, atol=0)"),
        ("@structure unchecked", "@structure unchecked"),
        ("@metadata:date ignore\n* ulp(1)", "*  ulp(1)\n@metadata:date ignore"),
        ('@metadata:"a key" ignore', '@metadata:"a key" ignore'),
    ],
)
def test_a_predicate_is_printed_canonically_and_reads_back_as_itself(
    text: str, canonical: str | None
) -> None:
    read = parse_predicate(text)
    assert parse_predicate(str(read)) == read
    assert str(parse_predicate(str(read))) == str(read)
    if canonical is not None:
        assert str(read) == canonical


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("", 1, 1, "expected"),
        ("ulp", 1, 1, "n is missing"),
        ("ulp(4", 1, 6, "')' is expected"),
        ("ulp(4) ulp(5)", 1, 8, "ends before"),
        ("ulp(4) and", 1, 11, "a word is expected"),
        ("ulp(4) or close(1)", 1, 8, "no 'or'"),
        ("upl(4)", 1, 1, "did you mean ulp"),
        ("ulp(-1)", 1, 5, "0 or more"),
        ("ulp(1.5)", 1, 5, "whole number"),
        ("ulp(18446744073709551616)", 1, 5, "less than 2^64"),
        ("ulp(nan)", 1, 5, "must be a number"),
        ("ulp(1, 2)", 1, 8, "too many"),
        ("ulp(m=1)", 1, 1, "n is missing"),
        ("ulp(1, n=1)", 1, 8, "twice"),
        ("close()", 1, 1, "missing"),
        ("close(rtol=1)", 1, 7, "less than 1"),
        ("close(rtol=-1e-3)", 1, 7, "0 or more"),
        ("close(rtol=inf)", 1, 7, "must be a number"),
        ("close(rtol=1e-3, rtol=1e-3)", 1, 18, "twice"),
        ("close(rtol=1e-3, 1e-3)", 1, 18, "without a name"),
        ("close(0, 1e401)", 1, 10, "exponent"),
        ("close(0, 1e400000)", 1, 10, "exponent"),
        ("close(0, 1e4000000000000)", 1, 10, "must be a number"),
        ("close(0, 1/0)", 1, 10, "ratio to zero"),
        ("close(0, 0." + "1" * 39 + ")", 1, 10, "at most 40"),
        ("close(0, ulp(1))", 1, 10, "cannot be a predicate"),
        ("scaled(1)", 1, 8, "less than 1"),
        ("norm(1e-3)", 1, 1, "beside a bound"),
        ("norm(1e-3) and performs(m, a, b, within=1)", 1, 1, "beside a bound"),
        ("permuted", 1, 1, "reserved"),
        ("ulp(1) and permuted(w)", 1, 12, "reserved"),
        ("identical and ulp(1)", 1, 1, "stands alone"),
        ("* identical", 1, 1, "stands alone"),
        ("grid(float33)", 1, 1, "neither"),
        ("grid(2^9999)", 1, 1, "exponent of two"),
        ("grid(int8, scale=0, zero=0)", 1, 1, "more than 0"),
        ("grid(int8, scale=1, zero=128)", 1, 1, "value of int8"),
        ("grid(int8)", 1, 1, "scale is missing"),
        ("same(zeros=maybe)", 1, 6, "zeros must be equal"),
        ("decides(p)", 1, 1, "margin is missing"),
        ("behaves(p)", 1, 1, "outputs is missing"),
        ("behaves(p, behaves(q, same))", 1, 1, "neither a measurement"),
        ("performs(m, a, b, within=0)", 1, 19, "more than 0"),
        ("performs(m, a, b, within=1, alpha=0.6)", 1, 1, "0.5 or less"),
        ("* ulp(4)\nclose(1e-3)", 2, 1, "needs a selector"),
        ("* ulp(4)\n\n*.b  clos(1e-3)", 3, 6, "there is no predicate 'clos'"),
        ("@structure ignored", 1, 12, "unchecked"),
        ("@metadata:k keep", 1, 13, "ignored"),
        ("@metadata:k ignore\n@metadata:k ignore", 2, 1, "twice"),
        ("@structure unchecked\n@structure unchecked", 2, 1, "twice"),
        ("@elsewhere ulp(1)", 1, 1, "begin with @"),
        ('"open ulp(1)', 1, 1, "not closed"),
        ('"\\x" ulp(1)', 1, 1, "as in JSON"),
        ('"" ulp(1)', 1, 1, "no file or no tensor"),
        ("ulp(" * 9 + "1" + ")" * 9, 1, 17, "no deeper"),
        (" and ".join(["ulp(1)"] * 17), 1, 177, "at most 16"),
    ],
)
def test_an_error_tells_its_line_its_column_and_what_is_wrong(
    text: str, line: int, column: int, says: str
) -> None:
    with pytest.raises(PredicateError) as caught:
        parse_predicate(text)
    assert says in str(caught.value)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert isinstance(caught.value, DeclarationError)


@given(st.text(alphabet='ulpcoseand *?"\\(),=1.e-/@:\n\tx', max_size=60))
def test_any_text_is_read_or_refused_with_a_place_inside_it(text: str) -> None:
    try:
        read = parse_predicate(text)
    except PredicateError as error:
        assert 1 <= error.line <= text.count("\n") + 1
        assert 1 <= error.column <= len(text) + 1
    else:
        assert parse_predicate(str(read)) == read


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=8))
def test_any_name_can_be_selected_by_a_string(name: str, file: str) -> None:
    read = parse_predicate(f"{json.dumps(file)}//{json.dumps(name)} ulp(1)\n{json.dumps(name)} ulp(2)")
    assert [clause.selector for clause in read.clauses] == [Selector(name, file), Selector(name)]
    assert parse_predicate(str(read)) == read


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("*", "", True),
        ("*.bias", "layer.0.bias", True),
        ("*.bias", "layer.0.bias.x", False),
        ("layer.?.w", "layer.1.w", True),
        ("layer.?.w", "layer.10.w", False),
        ("a*b*c", "a-b-b-c-c", True),
        ("a*b*c", "a-c-b", False),
        ("*\n", "x\n", True),
        ("[ab]", "a", False),
        ("a.b", "axb", False),
        ("**a**", "a", True),
        ("a*a", "a", False),
    ],
)
def test_a_selector_is_a_glob_of_stars_and_question_marks_only(
    pattern: str, name: str, matches: bool
) -> None:
    assert bool(Selector(pattern).expression().fullmatch(name)) is matches


def test_a_hostile_selector_takes_no_exponential_time() -> None:
    assert not Selector("*a" * 30 + "b").expression().fullmatch("a" * 2000)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("identical", Level.BIT_BY_BIT),
        ("same", Level.BIT_BY_BIT),
        ("same(zeros=equal)", Level.NUMERICAL),
        ("close(1e-3)", Level.NUMERICAL),
        ("decides(p, 0)", Level.PERFORMANCE),
    ],
)
def test_each_predicate_vouches_for_one_level(text: str, level: Level) -> None:
    assert parse_predicate(text).clauses[0].terms[0].level is level


decimals = st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{1,15})?(e-?[0-9]{1,3})?", fullmatch=True)
ratios = st.from_regex(r"-?[0-9]{1,19}/[0-9]{1,19}", fullmatch=True)


@given(decimals | ratios)
def test_a_number_is_the_exact_rational_and_its_spelling_reads_back(text: str) -> None:
    try:
        value = number(text)
    except ValueError:
        return
    assert value == Fraction(text)
    assert len(spelling(value)) <= 40
    assert number(spelling(value)) == value


@pytest.mark.parametrize(
    "text", ["", "1.", ".5", "+1", "1e", "0x1", "1_000", "nan", "inf", "１", "1e+-3", "1/-3"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert number(text) is None
