"""Arrays of numbers are found in text of several languages, at the speed of memory where there are none."""

import math
import re
import time
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintian_ml.encoding.comments import without_comments
from lintian_ml.encoding.literals import LiteralArray, find_arrays, numbers
from lintian_ml.encoding.sample import describe

VALUES = [(-1) ** n * (n * 37 % 101) / 8 for n in range(100)]
WRITTEN = ", ".join(map(str, VALUES))


def only(text: str) -> LiteralArray:
    (found,) = find_arrays(text.encode())
    return found


@pytest.mark.parametrize(
    ("text", "name", "declared"),
    [
        (f"static const float gains[100] = {{ {WRITTEN} }};", "gains", "static const float"),
        (f"const double m[10][10] = {{ {{ {WRITTEN} }} }};", "m", "const double"),
        (f"static const int x[] = {{1, 2}};\nfloat y[]\n  = {{{WRITTEN}}};", "y", "float"),
        (f"float w[] = {{\n/* row 1 */\n\n {WRITTEN} }};", "w", "float"),
        (f"pub static GAINS: [f32; 100] = [{WRITTEN}];", "GAINS", "pub static f32"),
        (f"gains = np.array([{WRITTEN}])", "gains", "np array"),
        (f"var gains = new Float64Array([{WRITTEN}]);", "gains", "var new Float64Array"),
        (f"private static final float[] GAINS = {{{WRITTEN}}};", "GAINS", "private static final float"),
        (f'{{"other": 1, "gains": [{WRITTEN}]}}', "gains", ""),
        (f"std::array<float, 100> gains{{{{{WRITTEN}}}}};", "gains", "std array float"),
    ],
)
def test_an_array_has_the_name_that_its_language_gives_it(text: str, name: str, declared: str) -> None:
    found = only(text)
    assert (found.name, found.count) == (name, 100)
    assert set(declared.split()) <= set(re.findall(r"\w+", found.declared))


def test_the_run_is_where_the_numbers_are() -> None:
    text = f"float a[] = {{ {WRITTEN} }};"
    found = only(text)
    assert text[found.offset : found.offset + found.length] == WRITTEN


@pytest.mark.parametrize("text", [f"call({WRITTEN});", WRITTEN, f"see:\n\n{WRITTEN}\n"])
def test_numbers_that_initialise_nothing_are_no_array(text: str) -> None:
    assert find_arrays(text.encode()) == ()


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1", 1.0),
        ("-2.5e-3", -0.0025),
        ("+.5f", 0.5),
        ("0x1F", 31.0),
        ("0xffu", 255.0),
        ("-0x1.8p-3f", -0.1875),
        ("0x1.8p+1F", 3.0),
        ("3UL", 3.0),
        ("0.25_f32", 0.25),
        ("0.5f32", 0.5),
        ("5u8", 5.0),
        ("7L", 7.0),
    ],
)
def test_numbers_are_read_as_their_languages_write_them(written: str, value: float) -> None:
    assert list(chain.from_iterable(numbers(f"{written}, {written}".encode()))) == [value, value]


@pytest.mark.parametrize("between", [0, 100, 300, 600, 900, 1200, 1500])
def test_no_array_is_found_twice(between: int) -> None:
    text = f"float a[] = {{{WRITTEN}}};\n{'word ' * (between // 5)}\nfloat b[] = {{{WRITTEN}}};"
    assert [found.name for found in find_arrays(text.encode())] == ["a", "b"]


def test_comments_are_no_numbers() -> None:
    rows = "".join(f"/* {n}, {n} */ {n}, // {n}\n" for n in range(100))
    assert only(f"int a[] = {{\n{rows}}};").count == 100


@given(st.binary(max_size=400) | st.text("/*#\n ab1,", max_size=200).map(str.encode))
@settings(max_examples=200, deadline=None)
def test_blanking_comments_moves_nothing(text: bytes) -> None:
    plain = without_comments(text)
    assert len(plain) == len(text)
    assert all(new in (old, 32) for old, new in zip(text, plain, strict=True))


def test_words_are_no_arrays() -> None:
    assert find_arrays(b"dead beef cafe 12 ab, " * 500) == ()
    assert find_arrays(b"0, " * 60) == ()


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=64, max_size=200))
@settings(max_examples=50, deadline=None)
def test_every_number_is_found_and_read(values: list[float]) -> None:
    text = ("float a[] = {" + ",\n".join(map(repr, values)) + "};").encode()
    (found,) = find_arrays(text)
    assert found.count == len(values)
    assert list(chain.from_iterable(numbers(text[found.offset : found.offset + found.length]))) == values


@given(st.binary(max_size=2000) | st.text("0123456789.,-+exf{}[]=;:/*# \n", max_size=3000).map(str.encode))
@settings(max_examples=200, deadline=None)
def test_no_text_is_too_odd(text: bytes) -> None:
    for least in (4, 64):
        for found in find_arrays(text, least):
            assert found.count >= least
            assert 0 <= found.offset <= found.offset + found.length <= len(text)


@pytest.mark.parametrize("piece", [b"/*", b"//", b"#", b"{", b"1,", b"0x", b"= {", b"a[", b" ", b"1e", b"+"])
def test_hostile_text_takes_linear_time(piece: bytes) -> None:
    started = time.process_time()
    find_arrays((piece * 400_000)[:800_000] + b"1, 2, 3, 4, " * 1000)
    assert time.process_time() - started < 5


def test_statistics_tell_waves_ramps_and_permutations_from_weights() -> None:
    wave = describe([math.sin(n * 2 * math.pi / 64) for n in range(640)], 1)
    assert wave.kurtosis == pytest.approx(1.5, abs=0.01)
    ramp = describe([float(n) for n in range(100)], 0)
    assert (ramp.rising, ramp.negative, ramp.distinct) == (1.0, 0.0, 100)
    assert ramp.correlation > 0.9
    constant = describe([2.0] * 50, 1)
    assert (constant.correlation, constant.rising, constant.kurtosis, constant.zeros) == (1.0, 0.0, 0.0, 0.0)
    assert describe([0.0, 1.0, -1.0, -1.0], 0).negative == pytest.approx(2 / 3)


def test_statistics_of_extremes_are_finite() -> None:
    for values in ([], [math.inf], [1e300, -1e300, 1e-320], [5e-324, 0.0] * 40):
        sample = describe(values, 1)
        assert all(
            math.isfinite(value) for value in (sample.low, sample.high, sample.correlation, sample.kurtosis)
        )


def test_plain_source_text_is_passed_over_quickly() -> None:
    source = re.sub(rb"\d", b"x", (without_comments.__doc__ or "").encode()) * 20_000
    started = time.process_time()
    assert find_arrays(source) == ()
    assert len(source) / (time.process_time() - started) > 50e6


@pytest.mark.parametrize("template", ["0x{:02x}, ", "0x{:02x},", "0x{:04x}, ", "0x{:08x}, ", "{}, ", "{},"])
@pytest.mark.parametrize("columns", [1, 8, 12, 13, 16, 100_000])
def test_a_long_array_is_one_array_however_it_is_set_out(template: str, columns: int) -> None:
    values = [(number * 7919 + number // 7) % 256 for number in range(20_000)]
    rows = (values[at : at + columns] for at in range(0, len(values), columns))
    text = "const unsigned char model[] = {\n" + "\n".join("".join(map(template.format, row)) for row in rows)
    (found,) = find_arrays((text + "\n};\n").encode(), together=256)
    assert (found.name, found.count) == ("model", 20_000)
