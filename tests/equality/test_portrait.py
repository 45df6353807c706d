"""Portraits: every pair counted where it belongs, the same whatever the pieces, and coherent changes seen."""

import json
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lintian_ml.blob import Blob
from lintian_ml.equality import Comparison, compare, parse_predicate
from lintian_ml.equality.blocks import Pair
from lintian_ml.equality.elements import FLOATS, INTEGERS
from lintian_ml.equality.manner import Manner
from lintian_ml.equality.portrait import Balance, Coherence, Portrait
from lintian_ml.equality.portrait.coherence import coherence
from lintian_ml.equality.portrait.gathering import Gathering, octave
from lintian_ml.equality.portrait.layout import MOST_CELLS, SAMPLED, Matrix, Sample, drawn, matrix
from lintian_ml.equality.portrait.painting import MOST
from lintian_ml.equality.told import as_object, portraits
from lintian_ml.model import BITS, Model, Span, Tensor
from tests.building import run_command

LOOKING = Manner(portraits=True)
Array = NDArray[np.generic]


def tensor(data: bytes, dtype: str, shape: tuple[int, ...], name: str = "t") -> Tensor:
    return Tensor(name, dtype, shape, Span(Blob(data, name), 0, len(data)))


def gathered(first: Array, second: Array, piece: int = 1 << 19) -> Gathering:
    left, right = (tensor(side.tobytes(), side.dtype.name, side.shape) for side in (first, second))
    made = Gathering(Pair(left, right, piece))
    made.gather(lambda _: None)
    return made


def alone(values: Array) -> Model:
    """Return a model of one tensor."""
    return Model("npy", (tensor(values.tobytes(), values.dtype.name, values.shape),), complete=True)


def compared(first: Array, second: Array, predicate: str | None = None) -> Comparison:
    return compare(alone(first), alone(second), predicate, manner=LOOKING)


def measured(first: Array, second: Array, predicate: str = "ulp(4)") -> Coherence:
    found = coherence(gathered(first, second), parse_predicate(predicate).clauses[0].terms)
    assert found
    return found


def noise(*shape: int, scale: float = 1.0, seed: int = 7) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0, scale, shape).astype(np.float32)


class TestOctaves:
    @given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=50))
    def test_an_octave_is_the_number_of_binary_digits(self, numbers: list[int]) -> None:
        found = octave(np.array(numbers, dtype=np.uint64))
        assert found.tolist() == [number.bit_length() for number in numbers]

    @pytest.mark.parametrize("power", range(64))
    def test_it_is_right_around_every_power_of_two(self, power: int) -> None:
        numbers = [max(0, 2**power - 1), 2**power, min(2**64 - 1, 2**power + 1)]
        assert octave(np.array(numbers, dtype=np.uint64)).tolist() == [one.bit_length() for one in numbers]

    @pytest.mark.parametrize("dtype", [name for name in (*FLOATS, *INTEGERS) if BITS[name] <= 8])
    def test_all_pairs_of_small_types_are_counted_as_their_values_tell(self, dtype: str) -> None:
        form = FLOATS.get(dtype) or INTEGERS[dtype]
        count = min(1 << form.bits, 64)
        step = (1 << form.bits) // count
        codes = [code * step for code in range(count)]
        pairs = [(one, other) for one in codes for other in codes]
        sides = (packed([pair[side] for pair in pairs], form.bits) for side in (0, 1))
        left, right = (tensor(side, dtype, (len(codes), len(codes))) for side in sides)
        made = Gathering(Pair(left, right))
        made.gather(lambda _: None)
        octaves, unordered = [0] * 66, 0
        for one, other in pairs:
            if one == other:
                octaves[0] += 1
            elif dtype in FLOATS and not (FLOATS[dtype].finite(one) and FLOATS[dtype].finite(other)):
                unordered += 1
            else:
                octaves[apart(dtype, one, other).bit_length()] += 1
        assert (made.octaves.tolist(), made.unordered) == (octaves, unordered)


def packed(codes: list[int], bits: int) -> bytes:
    """Return codes as payloads hold them: those of fewer than 8 bits share bytes, the first lowest."""
    each = 8 // bits
    groups = (codes[at : at + each] for at in range(0, len(codes), each))
    return bytes(sum(code << place * bits for place, code in enumerate(group)) for group in groups)


def apart(dtype: str, one: int, other: int) -> int:
    if dtype in FLOATS:
        return abs(FLOATS[dtype].rank(one) - FLOATS[dtype].rank(other))
    return int(abs(INTEGERS[dtype].value(one) - INTEGERS[dtype].value(other)))


class TestField:
    @given(st.integers(1, 300), st.integers(1, 300))
    def test_cells_share_out_all_elements(self, rows: int, columns: int) -> None:
        whole = Matrix(1, rows, columns)
        counts = np.bincount(whole.places(np.arange(rows * columns)), minlength=math.prod(whole.cells))
        assert counts.tolist() == whole.sizes().tolist()
        assert counts.min() > 0

    @given(st.integers(1, 300), st.integers(1, 300), st.data())
    def test_the_span_of_a_cell_holds_just_its_elements(
        self, rows: int, columns: int, data: st.DataObject
    ) -> None:
        whole = Matrix(1, rows, columns)
        cell = data.draw(st.integers(0, math.prod(whole.cells) - 1))
        down, across = whole.span(cell)
        inside = np.array([row * columns + column for row in down for column in across])
        assert set(whole.places(inside).tolist()) == {cell}
        assert inside.size == whole.sizes()[cell]

    def test_one_deviation_is_seen_in_its_place(self) -> None:
        first = np.ones((200, 130), dtype=np.float32)
        second = first.copy()
        second[150, 40] += np.float32(2.0**-20)
        field = gathered(first, second).field()
        (place,) = (one for one, peak in enumerate(field.peaks) if peak)
        rows, columns = Matrix(field.split, field.rows, field.columns).span(place)
        assert 150 in rows
        assert 40 in columns
        assert field.peaks[place] == (8).bit_length()
        assert field.means[place] == pytest.approx(2.0**-20 / (len(rows) * len(columns)))
        assert (field.height, field.width) == (MOST_CELLS, MOST_CELLS)

    @pytest.mark.parametrize(
        ("shape", "wanted"),
        [
            ((), (0, 1, 1)),
            ((7,), (0, 1, 7)),
            ((1, 7, 1), (0, 1, 7)),
            ((30, 20), (1, 30, 20)),
            ((64, 3, 7, 7), (1, 64, 147)),
            ((8, 1024, 64), (2, 8192, 64)),
        ],
    )
    def test_a_tensor_is_the_matrix_nearest_to_a_square(
        self, shape: tuple[int, ...], wanted: tuple[int, int, int]
    ) -> None:
        size = 4 * math.prod(shape)
        assert matrix(tensor(bytes(size), "float32", shape)) == Matrix(*wanted)

    def test_components_of_complex_numbers_lie_side_by_side(self) -> None:
        first = np.ones((4, 3), dtype=np.complex64)
        second = first + np.complex64(1j)
        made = gathered(first, second)
        assert (made.matrix.rows, made.matrix.columns) == (4, 6)
        assert made.octaves[0] == 12
        assert made.octaves.sum() == 24

    def test_bytes_that_are_no_numbers_only_differ(self) -> None:
        made = Gathering(Pair(tensor(b"abcd", "bytes", (2,)), tensor(b"abce", "bytes", (2,))))
        made.gather(lambda _: None)
        assert made.octaves[:2].tolist() == [3, 1]
        assert coherence(made, ()) is None


class TestPieces:
    @pytest.mark.parametrize("piece", [16, 48, 4096])
    def test_nothing_depends_on_the_pieces(self, piece: int) -> None:
        first = noise(37, 53)
        second = first + noise(37, 53, scale=1e-5, seed=8)
        second[3, 4] = np.nan
        small, large = gathered(first, second, piece), gathered(first, second)
        assert small.octaves.tolist() == large.octaves.tolist()
        assert small.unordered == large.unordered == 1
        assert small.field().peaks == large.field().peaks
        assert small.field().means == pytest.approx(large.field().means)
        assert coherence(small, ()) == coherence(large, ())

    @given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 500))
    def test_a_sample_of_all_is_all(self, rows: int, columns: int, step: int) -> None:
        codes = np.arange(rows * columns, dtype=np.uint32)
        taken = Sample(Matrix(1, rows, columns))
        for start in range(0, codes.size, step):
            taken.take(start, codes[start : start + step], codes[start : start + step] + np.uint32(1))
        first, second = taken.codes()
        assert first.reshape(-1).tolist() == codes.tolist()
        assert (second == first + 1).all()

    def test_of_a_large_tensor_a_part_is_taken_that_is_always_the_same(self) -> None:
        rows, columns = 3000, 900
        codes = np.arange(rows * columns, dtype=np.uint32)
        taken = Sample(Matrix(1, rows, columns))
        taken.take(0, codes, codes)
        found, _ = taken.codes()
        assert found.size <= SAMPLED
        assert len(np.unique(found)) == found.size
        assert (np.diff(found, axis=0) % columns == 0).all()
        assert drawn(900, 512).tolist() == drawn(900, 512).tolist()

    @given(st.integers(1, 10**9), st.integers(1, 1000))
    def test_what_is_drawn_is_in_order_and_in_range(self, extent: int, count: int) -> None:
        places = drawn(extent, min(extent, count))
        assert places[0] >= 0
        assert places[-1] < extent
        assert (np.diff(places) > 0).all()


class TestCoherence:
    def test_noise_looks_like_noise(self) -> None:
        first = noise(400, 300)
        found = measured(first, first + noise(400, 300, scale=1e-3, seed=9), "scaled(0.01)")
        assert abs(found.signs.deviations) < 4
        assert abs(found.growth.deviations) < 4
        assert found.spectral == pytest.approx(1, abs=0.05)
        assert found.length == pytest.approx(1.4826, abs=0.05)
        assert found.near == 0

    def test_a_change_to_one_side_has_one_sign(self) -> None:
        first = noise(100, 100)
        found = measured(first, first + np.float32(1e-3))
        assert found.signs == Balance(0, found.differing)

    def test_a_growth_of_all_weights_is_seen_where_their_signs_are_mixed(self) -> None:
        first = noise(100, 100)
        found = measured(first, first * np.float32(1.001))
        assert abs(found.signs.deviations) < 4
        assert found.growth.above == 0
        assert found.growth.lean == -1

    def test_a_change_in_one_direction_has_a_large_spectral_norm(self) -> None:
        first = noise(300, 200)
        outer = np.outer(noise(300, seed=3), noise(200, seed=4)).astype(np.float32)
        found = measured(first, first + outer * np.float32(1e-3))
        assert found.spectral is not None
        assert found.spectral > 5

    def test_a_few_changed_elements_are_long_for_their_median(self) -> None:
        first = noise(100, 100)
        second = first + noise(100, 100, scale=1e-6, seed=5)
        second[::10, ::10] += np.float32(1e-2)
        found = measured(first, second)
        assert found.length is not None
        assert found.length > 100
        second = first.copy()
        second[0, 0] += 1
        assert measured(first, second).length is None

    def test_low_bits_that_were_cleared_are_not_uniform(self) -> None:
        first = noise(300, 300)
        second = (first.view(np.uint32) & np.uint32(0xFFFFFF00)).view(np.float32)
        uneven = measured(first, second).low_bits
        assert abs(uneven[0]) < 5
        assert uneven[1] > 1000

    @pytest.mark.parametrize(
        ("predicate", "near"),
        [("ulp(10)", 0.5), ("ulp(11)", 0.0), ("close(atol=10/8388608)", 0.5), ("same", None)],
    )
    def test_pairs_at_nine_tenths_of_their_bound_are_near(self, predicate: str, near: float | None) -> None:
        first = np.ones((10, 10), dtype=np.float32)
        second = first.copy()
        second[:5] += np.float32(9 * 2.0**-23)
        predicate = predicate.replace("10/8388608", str(float(Fraction(10, 2**23))))
        assert measured(first, second, predicate).near == near

    def test_the_bound_of_scaled_is_that_of_the_tensors(self) -> None:
        first = np.ones((10, 10), dtype=np.float32)
        second = first.copy()
        second[0, 0] += np.float32(2.0**-10)
        assert measured(first, second, f"scaled({2.0**-10})").near == 0.01
        assert measured(first, second, f"scaled({2.0**-9})").near == 0

    def test_integers_have_it_too(self) -> None:
        first = np.arange(-50, 50, dtype=np.int8).reshape(10, 10)
        found = measured(first, first + np.int8(1), "steps(1)")
        assert found.near == 1
        assert found.signs == Balance(0, 100)

    @pytest.mark.filterwarnings("error")
    @pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
    def test_what_is_not_finite_and_what_is_huge_is_borne(self, dtype: str) -> None:
        top = np.finfo(dtype).max
        first = np.array([[np.nan, np.inf, top, -top], [0, -0.0, top, 1]], dtype=dtype)
        second = np.array([[np.nan, -np.inf, -top, top], [-0.0, 0, 0, np.nan]], dtype=dtype)
        made = gathered(first, second)
        assert made.unordered == 2
        assert all(map(math.isfinite, made.field().means))
        found = coherence(made, ())
        assert found
        assert (found.signs.above, found.signs.below) == (2, 1)


class TestPortraits:
    def test_none_is_made_unless_asked_for(self) -> None:
        first = noise(8, 8)
        model, other = alone(first), alone(first + 1)
        assert not compare(model, other, "ulp(1)").portraits
        assert compare(model, other, "ulp(1)", manner=LOOKING).portraits

    def test_no_verdict_depends_on_them(self) -> None:
        first = noise(8, 8)
        plain, looked = (
            compare(alone(first), alone(first + 1), manner=manner) for manner in (Manner(), LOOKING)
        )
        assert as_object(plain) == as_object(looked)

    def test_the_counts_are_those_of_the_result(self) -> None:
        first = noise(40, 30)
        second = first + noise(40, 30, scale=1e-6, seed=2)
        second[0, 0] = np.inf
        found = compared(first, second, "ulp(4)")
        (result,), (portrait,) = found.tensors, found.portraits
        assert portrait.pairs == result.elements == sum(portrait.octaves) + portrait.unordered
        assert result.differing == portrait.pairs - portrait.octaves[0]
        assert (result.dtype, result.shape) == ("float32", (40, 30))
        assert portrait.within(len(portrait.octaves) - 1) == 1199 / 1200

    def test_only_the_first_of_many_tensors_are_portrayed(self) -> None:
        def model(value: float) -> Model:
            data = np.full(4, value, dtype=np.float32).tobytes()
            names = (f"t{number}" for number in range(MOST + 5))
            return Model("npy", tuple(tensor(data, "float32", (4,), name) for name in names), complete=True)

        assert len(compare(model(1), model(2), "ulp(4)", manner=LOOKING).portraits) == MOST

    def test_tensors_that_cannot_be_compared_have_none(self) -> None:
        found = compared(noise(4, 4), noise(4, 5), "ulp(4)")
        assert not found.portraits
        assert (found.tensors[0].dtype, found.tensors[0].shape) == ("float32", (4, 4))

    def test_as_plain_data_they_are_json(self) -> None:
        found = compared(noise(9, 9), noise(9, 9, seed=1), "ulp(4)")
        (told,) = portraits(found)
        assert json.loads(json.dumps(told)) == told
        assert isinstance(told, dict)
        assert set(told) == set(Portrait.__dataclass_fields__)
        assert "portraits" not in as_object(found)


class TestCommand:
    @pytest.fixture()
    def files(self, tmp_path: Path) -> tuple[Path, Path]:
        first = noise(20, 20)
        np.save(tmp_path / "a.npy", first)
        np.save(tmp_path / "b.npy", first * np.float32(1.0001))
        return tmp_path / "a.npy", tmp_path / "b.npy"

    def test_coherence_is_told_as_information(self, files: tuple[Path, Path]) -> None:
        plain, told = (run_command("compare", *words, *files) for words in ((), ("--coherence",)))
        assert plain.returncode == told.returncode
        assert "information and never a verdict" in told.stdout
        assert "spectral norm over that of noise" in told.stdout
        assert "a verdict" not in plain.stdout

    def test_in_json_it_is_a_key_of_its_own(self, files: tuple[Path, Path]) -> None:
        plain, told = (
            json.loads(run_command("compare", "--format", "json", *words, *files).stdout)
            for words in ((), ("--coherence",))
        )
        (portrait,) = told.pop("portraits")
        assert told == plain
        assert portrait["coherence"]["growth"]["above"] == 0
