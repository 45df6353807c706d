"""The numbers of the language: which words are numbers, which is the shortest spelling of each."""

from fractions import Fraction

import pytest

from lintian_ml.equality.number import EXTREME, LONGEST, number, spelling


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", Fraction(0)),
        ("-0", Fraction(0)),
        ("007", Fraction(7)),
        ("12.50", Fraction(25, 2)),
        ("-2.5e-3", Fraction(-1, 400)),
        ("1E+2", Fraction(100)),
        ("2e3", Fraction(2000)),
        ("0.000", Fraction(0)),
        ("-3/6", Fraction(-1, 2)),
        ("1/255", Fraction(1, 255)),
        ("0/7", Fraction(0)),
        ("0.05e2", Fraction(5)),
    ],
)
def test_a_word_is_the_rational_that_it_says(text: str, value: Fraction) -> None:
    found = number(text)
    assert found == value
    assert type(found) is Fraction


@pytest.mark.parametrize("text", ["", "-", "1.", ".1", "1/2/3", "1/", "1e", "1e1234567", "2^3", " 1", "1 "])
def test_other_words_are_none(text: str) -> None:
    assert number(text) is None


def test_a_number_has_at_most_forty_characters() -> None:
    assert LONGEST == 40
    assert number("1" * 40) == Fraction(10**40 - 1, 9)
    for text in ("1" * 41, "1/" + "1" * 39):
        with pytest.raises(ValueError, match=r"^a number has at most 40 characters$"):
            number(text)
    with pytest.raises(ValueError, match=r"^a ratio to zero is no number$"):
        number("1/00")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e400", Fraction(10) ** 400),
        ("1e-400", Fraction(1, 10**400)),
        ("0.001e403", Fraction(10) ** 400),
        ("100e398", Fraction(10) ** 400),
        ("1000e-403", Fraction(1, 10**400)),
        ("9.99e400", Fraction(999) * Fraction(10) ** 398),
        ("0e400", Fraction(0)),
        (f"{'1' * 30}e-429", Fraction(int("1" * 30), 10**429)),
        (f"0.{'0' * 30}1e431", Fraction(10) ** 400),
    ],
)
def test_the_first_digit_of_a_number_goes_as_far_as_the_extremes(text: str, value: Fraction) -> None:
    assert EXTREME == 400
    assert number(text) == value


@pytest.mark.parametrize(
    "text", ["1e401", "10e400", "1e-401", "0.1e-400", "0e441", "0e-441", "1e999999", "0e402", "0e-400"]
)
def test_and_no_further(text: str) -> None:
    with pytest.raises(ValueError, match=r"^an exponent lies between -400 and 400$"):
        number(text)


def test_the_digits_of_a_zero_count_as_none() -> None:
    assert number("0e-399") == number("0e401") == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (7, "7"),
        (-7, "-7"),
        (10, "10"),
        (100, "100"),
        (1000, "1e3"),
        (1200, "1200"),
        (12000, "12e3"),
        (123456, "123456"),
        (10**39, "1e39"),
        (10**41, "1e41"),
        (25 * 10**8, "25e8"),
        (Fraction(1, 10), "0.1"),
        (Fraction(1, 100), "0.01"),
        (Fraction(1, 1000), "1e-3"),
        (Fraction(-1, 1000), "-1e-3"),
        (Fraction(25, 2), "12.5"),
        (Fraction(25, 10**4), "25e-4"),
        (Fraction(1, 8), "0.125"),
        (Fraction(-5, 4), "-1.25"),
        (Fraction(12345, 10**9), "12345e-9"),
        (Fraction(12, 10**10), "1.2e-9"),
        (Fraction(12, 10**100), "1.2e-99"),
        (10**39 + 1, f"1{'0' * 38}1"),
        (Fraction(1, 3), "1/3"),
        (Fraction(-22, 7), "-22/7"),
        (Fraction(1, 10**400), "1e-400"),
        (Fraction(10**30 + 1, 10**30), f"1.{'0' * 29}1"),
        (Fraction(1, 1 << 30), "931322574615478515625e-30"),
        (Fraction(1, 5**20), "1048576e-20"),
        (Fraction(1, 1 << 100), "1/1267650600228229401496703205376"),
        (Fraction(-1, 1 << 100), "-1/1267650600228229401496703205376"),
        (Fraction(2**60), "1152921504606846976"),
    ],
)
def test_a_number_is_spelled_in_one_way_that_reads_back(value: Fraction | int, text: str) -> None:
    assert spelling(value) == text
    assert number(spelling(value)) == value


def shortest(value: Fraction) -> int:
    """Return how many characters the shortest of all the decimal spellings of a number has."""
    found = []
    for shift in range(-45, 46):
        whole = value * Fraction(10) ** shift
        if whole.denominator == 1:
            digits = str(abs(whole.numerator))
            found += [len(digits) + (len(f"e{-shift}") if shift else 0)]
            found += [len(digits) + 1 + len(f"e{at - shift}") * (at != shift) for at in range(1, len(digits))]
        if shift >= 0 and whole.denominator == 1 and shift > 0:
            found.append(max(shift + 1, len(str(abs(whole.numerator)))) + 1)
    return min(found) + (value < 0)


def test_no_spelling_of_a_decimal_number_is_shorter() -> None:
    for mantissa in (1, 2, 5, 12, 105, 999, 1001, 12345, 1000001, 30, 700):
        for exponent in range(-12, 13):
            for sign in (1, -1):
                value = sign * mantissa * Fraction(10) ** exponent
                assert number(spelling(value)) == value
                assert len(spelling(value)) == shortest(value)
