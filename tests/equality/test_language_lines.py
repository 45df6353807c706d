"""The lines of an ``Equality`` field: selectors, predicates, and what is ignored or left unchecked."""

import time

import pytest

from lintian_ml.equality import language
from lintian_ml.equality.language import (
    LONGEST,
    MOST_LINES,
    MOST_PATTERNS,
    PRESETS,
    Clause,
    Selector,
    Specification,
    parse_predicate,
)
from lintian_ml.equality.syntax import PredicateError

UNSELECTED = "beside other lines, a predicate needs a selector before it; * selects every tensor"
WHOLE = "identical is about whole files: it stands alone, without a selector"
NAMELESS = "a selector names no file or no tensor"


def selector(text: str) -> Selector:
    """Return the selector of the one line of a field."""
    (clause,) = parse_predicate(text).clauses
    return clause.selector


def refused(text: str) -> tuple[int, int, str]:
    with pytest.raises(PredicateError) as caught:
        parse_predicate(text)
    return caught.value.line, caught.value.column, caught.value.what


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("same", Selector("*")),
        ("w same", Selector("w")),
        ("w\tsame", Selector("w")),
        ('w//"x" same', Selector("x", "w")),
        ('"f"//"x" same', Selector("x", "f")),
        ('"f"// x same', Selector("x", "f")),
        ('"f" same', Selector("f")),
        ('"a//b" same', Selector("a//b")),
        ("f//x same", Selector("x", "f")),
        ("f//g//x same", Selector("x", "f//g")),
        ("f///x same", Selector("/x", "f")),
        ("f////x same", Selector("//x", "f")),
        ("a/b//c/d same", Selector("c/d", "a/b")),
        ('a//b//"x" same', Selector("x", "a//b")),
        ("andy same", Selector("andy")),
        ("order same", Selector("order")),
        ('"@x" same', Selector("@x")),
        ('"and" same', Selector("and")),
    ],
)
def test_a_selector_is_a_string_or_a_word_that_a_predicate_follows(text: str, expected: Selector) -> None:
    assert selector(text) == expected


@pytest.mark.parametrize(
    "text", ["same and ulp(1)", "ulp (1)", "same ", "same\tand ulp(1)", "same and ulp (1)"]
)
def test_a_word_that_an_and_or_a_parenthesis_follows_is_a_predicate(text: str) -> None:
    assert selector(text) == Selector("*")


@pytest.mark.parametrize(
    ("text", "line", "column", "what"),
    [
        ("  same or ulp(1)", 1, 8,
         "there is no 'or': either of two tolerances accepts more than each of them tells"),
        ("same , ulp(1)", 1, 6, "the predicate ends before ', ulp(1)'"),
        ("same ) ulp(1)", 1, 6, "the predicate ends before ') ulp(1)'"),
        ('same "x"', 1, 6, "the predicate ends before '\"x\"'"),
        ("ulp(1) abcdefghijklmnopqrstuvwxyz", 1, 8, "the predicate ends before 'abcdefghijklmnopqrst'"),
        ("@x same", 1, 1, "'@x': only @metadata:KEY and @structure begin with @; quote a tensor's name"),
        (" @x same", 1, 2, "'@x': only @metadata:KEY and @structure begin with @; quote a tensor's name"),
        ('  ""//x same', 1, 3, NAMELESS),
        ('  x//"" same', 1, 3, NAMELESS),
        ("  //x same", 1, 3, NAMELESS),
        ("  x// same", 1, 3, NAMELESS),
        (' //"x" same', 1, 2, NAMELESS),
        ("w Xylo", 1, 3, "there is no predicate 'Xylo'"),
        ("w \x0b(1)", 1, 3, "a word is expected here, not '\\x0b'"),
        ("w same\n  ulp(1)", 2, 3, UNSELECTED),
        ("ulp(1)\n\nw same", 1, 1, UNSELECTED),
        ("w same\n * identical", 2, 13, WHOLE),
        ('"*" identical', 1, 14, WHOLE),
        ("@metadata:a\tkeep", 1, 13, "metadata can only be ignored: @metadata:KEY ignore"),
        ('@metadata:a "ignore"', 1, 13, "metadata can only be ignored: @metadata:KEY ignore"),
        ("@metadata:a ignore it", 1, 20, "the predicate ends before 'it'"),
        (" @metadata:a ignore\n @metadata:a  ignore", 2, 2, "the metadata key 'a' is ignored twice"),
        ("@structure checked", 1, 12, "the structure can only be left unchecked: @structure unchecked"),
        ('@structure "unchecked"', 1, 12,
         "the structure can only be left unchecked: @structure unchecked"),
        ("@structure unchecked it", 1, 22, "the predicate ends before 'it'"),
        ("@structure unchecked\n  @structure unchecked", 2, 3, "the structure is left unchecked twice"),
        ("convex(1)", 1, 1, "convex is a preset and takes no values"),
        ("same and convex(1)", 1, 10, "convex is a preset and takes no values"),
        ("", 1, 1, "a predicate is expected, and nothing is there"),
        (" \n\t\n", 1, 1, "a predicate is expected, and nothing is there"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused_at_its_place(
    text: str, line: int, column: int, what: str
) -> None:
    found = refused(text)
    assert found[1:] == (column, what) if what != WHOLE else found[2] == what
    assert found[0] == line


def test_a_clause_tells_its_line_which_makes_no_difference() -> None:
    clauses = parse_predicate("\nw same\n\nv ulp(1)").clauses
    assert [clause.line for clause in clauses] == [2, 4]
    assert Clause(Selector("w"), ()).line == 1
    assert parse_predicate("w ulp(1)") == parse_predicate("\n\nw ulp(1)")
    assert clauses[1].predicate == "ulp(1)"


def test_a_specification_says_nothing_unless_it_is_told() -> None:
    nothing = Specification()
    assert (nothing.clauses, nothing.ignored, nothing.structure_unchecked) == ((), (), False)
    assert nothing.identical is False
    assert nothing.measurement is False
    read = parse_predicate("@metadata:b ignore\n@structure unchecked\n@metadata:a ignore")
    assert (read.clauses, read.ignored, read.structure_unchecked) == ((), ("b", "a"), True)
    assert parse_predicate("w same").structure_unchecked is False


def test_byte_equality_and_measurements_are_told_from_other_predicates() -> None:
    assert parse_predicate("identical").identical is True
    assert parse_predicate("w same\nv ulp(1)").identical is False
    assert parse_predicate("decides(p, 0)").measurement is True
    assert parse_predicate("a decides(p, 0)\nb decides(p, 0)").measurement is True
    assert parse_predicate("ulp(1) and decides(p, 0)").measurement is False
    assert parse_predicate("ulp(1)").measurement is False


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("* same", "same"),
        ("w same", "w  same"),
        ("* same\n* ulp(1)", "*  same\n*  ulp(1)"),
        ("@structure unchecked\n* same", "@structure unchecked\n*  same"),
        ("@metadata:a ignore\n* same", "*  same\n@metadata:a ignore"),
        ("@metadata:a ignore\n@structure unchecked", "@structure unchecked\n@metadata:a ignore"),
        ('"a//b" same', '"a//b"  same'),
        ('"a/" same', '"a/"  same'),
        ('"@a" same', '"@a"  same'),
        ('"a@" same', "a@  same"),
        ('"a,b" same', '"a,b"  same'),
        ('"a=b" same', '"a=b"  same'),
        ('"a(b" same', '"a(b"  same'),
        ('"a b"//"c" same', '"a b"//c  same'),
        ('"c"//"a b" same', 'c//"a b"  same'),
        ('"and" same', '"and"  same'),
        ("x//* same", "x//*  same"),
        ("@metadata:and ignore\n* same", '*  same\n@metadata:"and" ignore'),
    ],
)
def test_the_canonical_form_reads_back(text: str, canonical: str) -> None:
    read = parse_predicate(text)
    assert str(read) == canonical
    assert parse_predicate(canonical) == read


@pytest.mark.parametrize(("name", "meaning"), PRESETS.items())
def test_a_preset_is_what_it_stands_for_also_beside_others(name: str, meaning: str) -> None:
    assert parse_predicate(name) == parse_predicate(meaning)
    assert parse_predicate(f"ulp(9) and {name}") == parse_predicate(f"ulp(9) and {meaning}")
    assert parse_predicate(f"w {name}") == parse_predicate(f"w {meaning}")


def test_the_presets_are_those_of_the_manual() -> None:
    assert {name: str(parse_predicate(name)) for name in PRESETS} == {
        "exact": "same",
        "converter": "ulp(4)",
        "convex": "scaled(1e-6)",
        "short-training": "scaled(1e-3) and norm(1e-3)",
    }


def test_what_is_wrong_with_a_preset_is_told_where_it_stands() -> None:
    assert refused("w same\n v ulp(1) and short-training and identical")[:2] == (2, 34)


def test_a_tensor_is_selected_by_its_name() -> None:
    assert Selector.of("a*b?") == Selector("a?b?")
    assert Selector("aXb").exact is True
    assert Selector("a*").exact is False
    assert Selector("a?").exact is False
    assert Selector("ab", "*").exact is True
    assert str(Selector("w", "f")) == "f//w"


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("", ("",), ("a",)),
        ("a?c", ("abc", "a\nc"), ("ac", "abbc")),
        ("a*", ("a", "ab\nc"), ("ba",)),
        ("*a", ("a", "b\na"), ("ab",)),
        ("a*b*c", ("abc", "axbxc", "abbcc"), ("acb", "bc", "ab")),
        ("a*b*c*d", ("abcd", "a-b-c-d", "abcbcd"), ("acbd", "abd", "acd")),
        ("*b*b*", ("bb", "abab"), ("ab",)),
        ("a*?", ("ab", "abc"), ("a",)),
        ("a.c", ("a.c",), ("abc",)),
        ("*.?.*", ("x.1.y",), ("x.11.y",)),
    ],
)
def test_stars_stand_for_any_characters_and_question_marks_for_one(
    pattern: str, matching: tuple[str, ...], other: tuple[str, ...]
) -> None:
    matches = Selector(pattern).expression().fullmatch
    assert all(matches(name) for name in matching)
    assert not any(matches(name) for name in other)


def test_many_stars_take_little_time() -> None:
    start = time.thread_time()
    assert not Selector("a*" * 20 + "b").expression().fullmatch("a" * 200)
    assert time.thread_time() - start < 1


def test_a_field_has_so_many_characters_lines_and_patterns(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (LONGEST, MOST_LINES, MOST_PATTERNS) == (16 << 20, 100_000, 1000)
    monkeypatch.setattr(language, "LONGEST", 12)
    assert parse_predicate("same        ")
    assert refused("same         ") == (1, 1, "a predicate has at most 12 characters")
    monkeypatch.setattr(language, "LONGEST", 100)
    monkeypatch.setattr(language, "MOST_LINES", 2)
    assert parse_predicate("a same\n\n\nb same")
    assert refused("a same\n\nb same\n c same") == (4, 2, "there are more than 2 lines")
    monkeypatch.setattr(language, "MOST_LINES", 9)
    monkeypatch.setattr(language, "MOST_PATTERNS", 2)
    assert parse_predicate("a* same\nb? same\nc same\nd same")
    assert refused("a same\nb* same\nc? same\n d* same") == (
        4,
        2,
        "more than 2 selectors have a star or a question mark",
    )
