"""What is counted of a range of a tensor, which pair is the worst, and what payloads and pieces are."""

import math
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.equality import portion as portion_module
from lintian_ml.equality import tally as tally_module
from lintian_ml.equality.blocks import PIECE, Pair, codes, elements, regular, unpacked
from lintian_ml.equality.desk import Desk, Place
from lintian_ml.equality.elements import FLOATS, INTEGERS
from lintian_ml.equality.judge import Judge
from lintian_ml.equality.models import compare
from lintian_ml.equality.portion import GLANCE, Portion, counted, plain_form
from lintian_ml.equality.predicates.close import Close
from lintian_ml.equality.predicates.same import Same
from lintian_ml.equality.predicates.steps import Steps
from lintian_ml.equality.predicates.ulp import Ulp
from lintian_ml.equality.slack import Meter, Window
from lintian_ml.equality.stretch import Stretch
from lintian_ml.equality.tally import CHUNK, Peak, Tally
from lintian_ml.error import FormatError
from lintian_ml.model import Computed, Span, Tensor
from tests.equality import kernel
from tests.equality.kernel import array, tensor

ONE = 0x3F800000


def pair(first: Any, second: Any, dtype: str = "float32", **more: Any) -> Pair:
    return Pair(tensor(list(first), dtype), tensor(list(second), dtype), **more)


def tally(first: list[int], second: list[int], dtype: str, term: Any, start: int = 0) -> Tally:
    """Return the tally of one piece, whose first element is the ``start``-th of its tensor."""
    whole = pair([0] * start + first + [0] * 20, [0] * start + second + [0] * 20, dtype)
    made = Tally(whole.first)
    made.add(start, array(first, dtype), array(second, dtype), [term.judge(whole)])
    return made


def test_pairs_that_differ_fail_and_are_zeros_of_two_signs_are_counted() -> None:
    first = [ONE, ONE, ONE, 0, 0x80000000, 0x7FC00000, ONE, 0]
    second = [ONE, ONE + 1, ONE + 9, 0x80000000, 0, 0x7FC00000, 0x7F800000, 1]
    made = tally(first, second, "float32", Ulp(4))
    assert (made.differing, made.failing, made.zero_signs, made.undefined) == (6, 2, 2, 0)
    assert (made.dtype, made.tensor.name) == ("float32", "w")


def test_formats_of_one_zero_have_no_zeros_of_two_signs() -> None:
    made = tally([0x80, 1], [0, 2], "float8e4m3fnuz", Ulp(4))
    assert (made.differing, made.failing, made.zero_signs) == (2, 1, 0)
    assert tally([0x80], [0], "float8e4m3fn", Ulp(0)).zero_signs == 1
    assert tally([0, 1], [1, 0], "int8", Steps(1)).zero_signs == 0


def test_bytes_that_are_no_bools_are_counted() -> None:
    codes_ = np.array([1, 2, 0, 3, 1], np.uint8), np.array([0, 0, 7, 9, 1], np.uint8)
    data = [Tensor("b", "bool", (5,), Span(Blob(side.tobytes()), 0, 5)) for side in codes_]
    made = Tally(data[0])
    made.add(0, *codes_, [Same().judge(Pair(data[0], data[1]))])
    assert (made.differing, made.failing, made.undefined) == (4, 4, 3)
    worst = made.worst()
    assert worst is not None
    assert (worst.ulp, worst.relative, worst.first, worst.second, worst.index) == (
        None,
        None,
        "0x01",
        "0x00",
        (0,),
    )


def test_the_worst_is_the_first_of_the_furthest_that_fail_or_of_all_where_none_fails() -> None:
    first = [ONE] * 6
    made = tally(first, [ONE + 1, ONE + 3, ONE + 2, ONE + 3, ONE, ONE], "float32", Ulp(4), start=10)
    worst = made.worst()
    assert worst is not None
    assert (worst.index, worst.ulp, worst.component) == ((11,), 3, "")
    assert (worst.first, worst.second) == ("1.0", "1.0000003576278687")
    assert worst.relative == pytest.approx(3 / (2**23 + 3), rel=1e-15)
    made = tally([ONE, ONE, ONE], [ONE + 2, ONE + 9, ONE + 8], "float32", Ulp(4))
    worst = made.worst()
    assert worst is not None and (worst.index, worst.ulp) == ((1,), 9)
    made = tally([ONE, 0, 0x7F800000], [ONE + 9, ONE, 0], "float32", Ulp(4))
    worst = made.worst()
    assert worst is not None and (worst.index, worst.ulp, worst.relative) == ((2,), None, None)


def test_a_pair_that_fails_is_worse_than_one_further_apart_that_holds() -> None:
    first, second = [0, 0x40000000, 0x40000000], [0x00800000, 0x40000000, 0x40000100]
    made = tally(first, second, "float32", Close(Fraction(1, 10**9), Fraction(1, 10**6)))
    worst = made.worst()
    assert worst is not None and worst.index == (2,)
    later = tally(
        [0x40000000], [0x40000100], "float32", Close(Fraction(1, 10**9), Fraction(1, 10**6)), start=7
    )
    held = tally([ONE], [ONE + 1], "float32", Close(Fraction(1, 2), Fraction(0)))
    held.merge(later)
    worst = held.worst()
    assert worst is not None and worst.index == (7,)
    assert (held.differing, held.failing) == (2, 1)


def test_nothing_that_differs_has_no_worst() -> None:
    assert tally([ONE], [ONE], "float32", Ulp(0)).worst() is None


@pytest.mark.parametrize("held", [True, False])
def test_tallies_of_parts_add_up_and_the_earlier_of_equals_stays_the_worst(held: bool) -> None:
    term = Ulp(100) if held else Ulp(0)
    first = tally([ONE, 0], [ONE + 5, 1 << 31], "float32", term)
    second = tally([ONE, ONE, 0], [ONE + 5, ONE + 4, 1 << 31], "float32", term, start=2)
    first.merge(second)
    worst = first.worst()
    assert worst is not None and worst.index == (0,)
    assert (first.differing, first.failing, first.zero_signs) == (5, 0 if held else 3, 2)
    furthest = tally([ONE], [ONE + 6], "float32", term, start=9)
    first.merge(furthest)
    worst = first.worst()
    assert worst is not None and (worst.index, worst.ulp) == ((9,), 6)


def test_bools_that_are_none_add_up() -> None:
    one, other = (Tally(Tensor("b", "bool", (1,), Span(Blob(b"1"), 0, 1))) for _ in range(2))
    one.undefined, other.undefined = 2, 3
    one.merge(other)
    assert one.undefined == 5


def test_the_place_in_a_tensor_is_told_outermost_first_and_by_component() -> None:
    data = Span(Blob(bytes(8 * 24)), 0, 8 * 24)
    made = Tally(Tensor("c", "complex64", (2, 3, 4), data))
    made.keep(1, 1.0, 2 * (1 * 12 + 2 * 4 + 3) + 1, ONE, ONE + 1)
    worst = made.worst()
    assert worst is not None and (worst.index, worst.component) == ((1, 2, 3), "imaginary")
    assert made.differing == 1
    made.keep(1, 1.0, 2 * (12 + 1), ONE, ONE + 1)
    worst = made.worst()
    assert worst is not None and (worst.index, worst.component) == ((1, 0, 1), "real")
    text = Tally(Tensor("t", "string", (2, 2), Span(Blob(bytes(90)), 0, 90)))
    text.keep(1, 1.0, 77, 1, 2)
    worst = text.worst()
    assert worst is not None and (worst.index, worst.ulp, worst.first) == ((77,), None, "0x01")
    scalar = Tally(Tensor("s", "float32", (), Span(Blob(bytes(4)), 0, 4)))
    scalar.keep(1, 1.0, 0, 0, 1 << 31)
    worst = scalar.worst()
    assert worst is not None and (worst.index, worst.ulp, worst.relative) == ((), 0, 0.0)


def test_integers_are_measured_by_their_difference() -> None:
    made = Tally(tensor([0], "int8"))
    made.keep(1, 1.0, 0, 0x80, 0x7F)
    worst = made.worst()
    assert worst is not None
    assert (worst.ulp, worst.first, worst.second) == (255, "-128", "127")
    assert worst.relative == 255 / 128


def test_a_settled_run_is_counted_and_searched_only_where_the_worst_may_be_there() -> None:
    whole = pair([ONE] * 4, [ONE + 1, ONE, ONE + 3, ONE + 3])
    first, second = array([ONE] * 4, "float32"), array([ONE + 1, ONE, ONE + 3, ONE + 3], "float32")
    judges = [Ulp(4).judge(whole)]
    known = Stretch(4, 3, 3, ONE, ONE + 3)

    def told(rank: tuple[bool, float], place: int, start: int = 0) -> Any:
        peak = Peak()
        peak.note(rank, place)
        made = Tally(whole.first, peak)
        made.settle(start, first, second, known, judges)
        assert (made.differing, made.failing) == (3, 0)
        return made._worst, made._pair

    found = ((False, 3.0), (2, ONE, ONE + 3))
    assert told((False, -1.0), 0) == found
    assert told((False, 2.0), 0) == found
    assert told((False, 3.0), 0) == found
    assert told((False, 3.0), 9) == found
    assert told((False, 3.0), 0, start=1) == ((False, -1.0), (0, 0, 0))
    assert told((False, 4.0), 9) == ((False, -1.0), (0, 0, 0))
    assert told((True, 0.0), 9) == ((False, -1.0), (0, 0, 0))
    made = Tally(whole.first)
    made.settle(0, first, second, Stretch(4, 0, 3, ONE, ONE), judges)
    assert made.worst() is None
    free = Tally(whole.first)
    free.settle(5, first, second, known, [])
    assert free._pair == (7, ONE, ONE + 3)


def test_long_runs_are_judged_a_chunk_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally_module, "CHUNK", 3)
    first, second = [ONE] * 8, [ONE, ONE + 1, ONE, ONE, ONE, ONE, ONE, ONE + 7]
    made = tally(first, second, "float32", Ulp(4), start=2)
    worst = made.worst()
    assert worst is not None and (made.differing, made.failing, worst.index) == (2, 1, (9,))
    settled = Tally(pair(first * 2, second * 2).first)
    settled.settle(
        2,
        array(first, "float32"),
        array(second, "float32"),
        Stretch(8, 2, 7, ONE, ONE),
        [Ulp(9).judge(pair(first, second))],
    )
    worst = settled.worst()
    assert worst is not None and worst.index == (9,)


def test_a_peak_is_what_any_part_of_a_tensor_found() -> None:
    peak = Peak()
    assert not peak.surpasses((False, 0.0), 5)
    peak.note((False, 2.0), 7)
    peak.note((False, 2.0), 3)
    assert peak.surpasses((False, 1.0), 0)
    assert peak.surpasses((False, 2.0), 8)
    assert not peak.surpasses((False, 2.0), 7)
    assert not peak.surpasses((True, 1.0), 8)
    assert not peak.surpasses((False, math.inf), 8)


def test_all_judges_must_let_a_pair_hold() -> None:
    first, second = [ONE, ONE, ONE], [ONE + 1, ONE + 5, ONE + 9]
    whole = pair(first, second)
    for terms in ((Ulp(4), Ulp(8)), (Ulp(8), Ulp(4))):
        made = Tally(whole.first)
        made.add(0, array(first, "float32"), array(second, "float32"), [term.judge(whole) for term in terms])
        assert made.failing == 2
    none = Tally(whole.first)
    none.add(0, array(first, "float32"), array(second, "float32"), [])
    worst = none.worst()
    assert worst is not None and (none.differing, none.failing, worst.ulp) == (3, 0, 9)


class Watching(Judge):
    """Keeps what it is shown; lets all hold."""

    def __init__(self, dtype: str, settling: bool = False) -> None:
        super().__init__(dtype)
        self.seen: list[int] = []
        self.runs: list[Stretch] = []
        self.settling = settling

    def near(self, first: Any, second: Any) -> Any:
        """Let all hold."""
        return np.ones(first.shape, bool)

    def look(self, first: Any, second: Any) -> None:
        """Keep the second elements."""
        self.seen += second.tolist()

    def settles(self, stretch: Stretch) -> bool:
        """Keep the run."""
        self.runs.append(stretch)
        return self.settling


class Seeing(Meter):
    """Keeps what it is shown, and how much of it at a time."""

    looks = True

    def __init__(self, settling: bool = False) -> None:
        self.seen: list[int] = []
        self.sizes: list[int] = []
        self.settling = settling

    def add(self, second: Any) -> None:
        """Keep the elements."""
        self.seen += second.tolist()
        self.sizes.append(second.size)

    def settle(self, stretch: Stretch) -> bool:
        """Take runs or not."""
        return self.settling

    def merge(self, other: "Seeing") -> None:
        """Add what another kept."""
        self.seen += other.seen


def compared(made: Portion, offset: int = 0, shortcut: bool = False, end: int | None = None) -> Portion:
    """Let a portion compare the payloads from an offset on."""
    first, second = (
        np.frombuffer(b"".join(side.payload.blocks()), np.uint8)[offset:end]
        for side in (made.pair.first, made.pair.second)
    )
    made.compare(offset, first, second, np.empty(max(first.size, 1), np.uint8), shortcut)
    return made


def test_a_piece_is_judged_at_its_place_and_its_beginning_kept() -> None:
    whole = pair([ONE] * 600, [*[ONE] * 599, ONE + 9])
    made = compared(Portion(whole, [Ulp(4).judge(whole)], []))
    worst = made.tally.worst()
    assert worst is not None and (made.tally.failing, worst.index) == (1, (599,))
    assert made.sample == b"".join(whole.second.payload.blocks())[:1024]
    later = compared(Portion(whole, [Ulp(4).judge(whole)], []), offset=2000)
    worst = later.tally.worst()
    assert worst is not None and (worst.index, later.sample) == ((599,), b"")
    assert (made.trouble, made.told, made.unused_differ) == ("", "", False)


@pytest.mark.parametrize("dtype", ["complex64", "int4", "uint2", "float16"])
def test_places_are_counted_in_elements_of_each_width(dtype: str) -> None:
    first = [1] * 512
    second = [*[1] * 511, 2]
    whole = pair(first, second, dtype)
    bytes_ = whole.first.payload.length
    made = compared(Portion(whole, [Same().judge(whole)], []), offset=bytes_ // 2)
    assert made.tally.differing == 1
    place, one, other = made.tally._pair
    assert (place, one, other) == (511, 1, 2)


def test_unused_bits_of_a_last_byte_are_no_elements() -> None:
    def made(last: int) -> Portion:
        sides = [
            Tensor("w", "int4", (3,), Span(Blob(bytes(data)), 0, 2)) for data in ((0x21, 0x03), (0x21, last))
        ]
        whole = Pair(sides[0], sides[1])
        return compared(Portion(whole, [Steps(0).judge(whole)], []))

    assert (made(0x03).unused_differ, made(0x03).tally.differing) == (False, 0)
    assert (made(0x13).unused_differ, made(0x13).tally.differing) == (True, 0)
    assert (made(0x04).unused_differ, made(0x04).tally.differing) == (False, 1)
    later = [
        Tensor("w", "int4", (3,), Span(Blob(bytes(data)), 0, 2)) for data in ((0x21, 0x03), (0x21, 0x13))
    ]
    last = compared(
        Portion(Pair(later[0], later[1]), [Steps(0).judge(Pair(later[0], later[1]))], []), offset=1
    )
    assert (last.unused_differ, last.tally.differing) == (True, 0)


def test_equal_pieces_are_passed_over_only_where_nothing_looks_and_orders_are_one() -> None:
    data = [ONE, ONE + 1]
    for shortcut, meters in ((True, 0), (True, 1), (False, 0), (False, 1)):
        judge, meter = Watching("float32"), Seeing()
        whole = pair(data, data)
        compared(Portion(whole, [judge], [meter] if meters else [Meter()]), shortcut=shortcut)
        assert bool(judge.runs) is (not shortcut or bool(meters))
        assert meter.seen == (data if meters else [])
    twisted = Pair(tensor(data, "float32"), tensor(data, "float32", big_endian=True))
    judge = Watching("float32")
    made = compared(Portion(twisted, [judge], []), shortcut=True)
    assert (made.tally.differing, judge.runs != []) == (0, True)
    mirrored = Pair(tensor([0x01010101], "float32"), tensor([0x01010101], "float32", big_endian=True))
    judge = Watching("float32")
    compared(Portion(mirrored, [judge], []), shortcut=True)
    assert judge.runs
    swapped = Pair(
        tensor([0x3F800001], "float32"),
        Tensor("w", "float32", (1,), tensor([0x3F800001], "float32").payload, True),
    )
    made = compared(Portion(swapped, [Ulp(0).judge(swapped)], []), shortcut=True)
    assert made.tally.differing == 1


def test_an_equal_piece_is_shown_to_judges_by_its_stretch_or_element_by_element() -> None:
    for data, looked in (([ONE, ONE + 1], False), ([0, ONE], True)):
        judge, meter = Watching("float32"), Seeing()
        compared(Portion(pair(data, data), [judge], [meter]), shortcut=True)
        assert (judge.seen == data) is looked
        assert bool(judge.runs) is not looked
        assert meter.seen == data
    short = Tensor("w", "int4", (1,), Span(Blob(b"\x51"), 0, 1))
    meter = Seeing()
    compared(Portion(Pair(short, short), [Watching("int4")], [meter]), shortcut=True)
    assert meter.seen == [1]
    five = Tensor("w", "int4", (5,), Span(Blob(b"\x21\x43\x65"), 0, 3))
    meter = Seeing()
    compared(Portion(Pair(five, five), [Watching("int4")], [meter]), shortcut=True, offset=1)
    assert meter.seen == [3, 4, 5]


def test_elements_of_no_width_have_the_places_of_their_bytes() -> None:
    one, other = (Tensor("t", "string", (1,), Span(Blob(data), 0, 4)) for data in (b"abcd", b"abce"))
    made = compared(Portion(Pair(one, other), [Same().judge(Pair(one, other))], []), offset=2)
    assert made.tally._pair == (3, ord("d"), ord("e"))


def test_a_run_is_settled_only_by_all_judges() -> None:
    whole = pair([ONE, ONE], [ONE + 1, ONE])
    for one, other in ((True, True), (True, False), (False, True), (False, False)):
        judges = [Watching("float32", one), Watching("float32", other)]
        meter = Seeing(settling=True)
        made = compared(Portion(whole, judges, [meter]))
        assert made.tally.differing == 1
        assert bool(judges[0].seen) is bool(judges[1].seen) is not (one and other)
        assert judges[0].runs
        assert bool(judges[1].runs) is one
        assert not meter.seen, "what is known of a run serves a meter whatever the judges say"


def test_meters_are_shown_a_chunk_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portion_module, "CHUNK", 3)
    meter, blind = Seeing(), Meter()
    compared(Portion(pair([ONE] * 7, [ONE + 1] * 7), [Watching("float32")], [meter, blind]))
    assert (meter.sizes, meter.seen) == ([3, 3, 1], [ONE + 1] * 7)


def test_portions_of_ranges_add_up() -> None:
    whole = pair([ONE] * 4, [ONE + 9] * 4)

    def made() -> Portion:
        return Portion(whole, [Ulp(4).judge(whole)], [Window(FLOATS["float32"], 4)])

    first, second = compared(made(), end=8), compared(made(), offset=8)
    second.unused_differ, second.trouble = True, "later"
    second.sample = b"later"
    expected = first.sample
    first.merge(second)
    assert (first.tally.differing, first.unused_differ, first.trouble, first.sample) == (
        4,
        True,
        "later",
        expected,
    )
    assert first.meters[0].bits() == compared(made()).meters[0].bits()
    first.trouble = "first"
    first.merge(second)
    assert first.trouble == "first"
    empty = made()
    empty.merge(second)
    assert (empty.sample, empty.unused_differ) == (b"later", True)
    empty.merge(made())
    assert empty.unused_differ


def test_a_tensor_counts_elements_components_or_bytes() -> None:
    assert counted(tensor([1] * 6, "complex64")) == 6
    assert counted(tensor([1] * 6, "int4")) == 6
    assert counted(Tensor("t", "string", (2,), Span(Blob(bytes(9)), 0, 9))) == 9
    assert plain_form("complex64") is FLOATS["float32"]
    assert plain_form("int8") is INTEGERS["int8"]
    assert plain_form("float8e5m2") is FLOATS["float8e5m2"]
    assert [plain_form(name) for name in ("int4", "float4e2m1", "float8e8m0", "bool", "string")] == [None] * 5


@pytest.mark.parametrize("size", [0, 1, GLANCE - 1, GLANCE, GLANCE + 1, GLANCE + 8, GLANCE + 13, 300])
def test_runs_are_equal_if_every_byte_is(size: int) -> None:
    data = np.arange(size, dtype=np.uint8)
    assert portion_module._equal(data, data.copy())
    for place in range(size):
        other = data.copy()
        other[place] ^= 1
        assert not portion_module._equal(data, other)


@pytest.mark.parametrize("size", [1, 3, 16, 64])
def test_a_payload_comes_in_pieces_of_one_size_whatever_its_blocks_are(size: int) -> None:
    data = bytes(range(100))
    for cuts in ([100], [16] * 6 + [4], [1] * 100, [64, 36], [3, 97], [33, 33, 34], [16, 1, 16, 16, 51]):
        ends = [sum(cuts[:at]) for at in range(len(cuts) + 1)]
        blocks = [data[one:other] for one, other in pairwise(ends)]
        pieces = list(regular(Computed(partial(iter, blocks), 100), size))
        assert b"".join(pieces) == data
        assert [len(piece) for piece in pieces] == [size] * (100 // size) + [100 % size] * bool(100 % size)
        assert all(type(piece) is bytes for piece in pieces)


def test_a_payload_that_is_not_as_long_as_it_says_is_an_error() -> None:
    for length, blocks in ((5, [b"abc"]), (5, [b"abc", b"def"]), (0, [b"a"]), (3, [])):
        with pytest.raises(FormatError):
            list(regular(Computed(partial(iter, blocks), length), 4))


def test_pieces_are_multiples_of_the_widest_element_and_lie_side_by_side() -> None:
    assert Pair(tensor([1], "int8"), tensor([1], "int8")).size == PIECE
    assert [pair([1], [1], piece=piece).size for piece in (0, 1, 15, 16, 17, 31, 32, 100)] == [16] * 6 + [
        32,
        96,
    ]
    whole = pair(range(10), range(10, 20), piece=16)
    assert [(offset, len(one), len(other)) for offset, one, other in whole.pieces()] == [
        (0, 16, 16),
        (16, 16, 16),
        (32, 8, 8),
    ]
    assert b"".join(one for _, one, _ in whole.pieces()) == b"".join(whole.first.payload.blocks())
    assert b"".join(other for *_, other in whole.pieces()) == b"".join(whole.second.payload.blocks())


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize(
    "dtype", ["float64", "float32", "int16", "complex64", "complex128", "uint8", "bfloat16"]
)
def test_codes_are_those_that_were_written_in_either_order(dtype: str, big: bool) -> None:
    component = {"complex64": "float32", "complex128": "float64"}.get(dtype, dtype)
    written = [1, 2, (1 << kernel.width(component)) - 3, 0x7E]
    made = tensor(written, dtype, big)
    found = codes(b"".join(made.payload.blocks()), made)
    assert found.tolist() == written
    assert found.dtype.isnative
    assert found.dtype == array([1], component).dtype


def test_packed_elements_are_unpacked_low_bits_first() -> None:
    assert unpacked(np.array([0x21, 0x43], np.uint8), 4).tolist() == [1, 2, 3, 4]
    assert unpacked(np.array([0b11100100], np.uint8), 2).tolist() == [0, 1, 2, 3]
    assert codes(b"\x21\x03", Tensor("w", "int4", (3,), Span(Blob(b"\x21\x03"), 0, 2))).tolist() == [
        1,
        2,
        3,
        0,
    ]
    assert codes(b"ab", Tensor("w", "string", (1,), Span(Blob(b"ab"), 0, 2))).tolist() == [97, 98]
    assert unpacked(np.array([0x21], np.uint8), 4).dtype == np.uint8


def test_elements_are_codes_without_the_unused_ones_of_a_last_byte() -> None:
    three = Tensor("w", "int4", (3,), Span(Blob(b"\x21\x43"), 0, 2))
    assert elements(b"\x21\x43", three, 0).tolist() == [1, 2, 3]
    assert elements(b"\x43", three, 1).tolist() == [3]
    assert elements(b"ab", Tensor("w", "string", (1,), Span(Blob(b"ab"), 0, 2)), 0).tolist() == [97, 98]
    pair_of_floats = tensor([1, 2], "complex64")
    assert elements(b"".join(pair_of_floats.payload.blocks()), pair_of_floats, 0).tolist() == [1, 2]


@pytest.mark.parametrize("piece", [16, 48, 1 << 20])
def test_what_is_found_of_a_tensor_does_not_hang_on_its_pieces(piece: int) -> None:
    first = [ONE + at for at in range(101)]
    second = [code + (at % 7 == 3) * 5 for at, code in enumerate(first)]
    models = kernel.model(tensor(first, "float32")), kernel.model(tensor(second, "float32", big_endian=True))
    (found,) = compare(*models, "w ulp(4)", piece=piece).tensors
    assert found.worst is not None
    assert (found.differing, found.failing, found.worst.index, found.elements) == (14, 14, (3,), 101)


class Watched(Blob):
    """Notes how far into its page each byte is moved by being read, modulo a page."""

    def __init__(self, size: int) -> None:
        super().__init__(bytes(size))
        self.moved: list[int] = []

    def readinto(self, offset: int, buffer: memoryview) -> int:
        self.moved.append((np.frombuffer(buffer, np.uint8).ctypes.data - offset) % 4096)
        return super().readinto(offset, buffer)


@pytest.mark.parametrize("start", [0, 1, 8, 128, 2048, 4032, 4033, 4064, 4080, 4088, 4095])
def test_bytes_are_read_to_where_a_processor_copies_them_fast_and_finds_them_aligned(start: int) -> None:
    """It is slow where the place in the page is a few bytes after the one that they come from."""
    blob, desk = Watched(3 * PIECE), Desk()
    for side in (0, 1):
        for at in (start, start + PIECE):
            piece = desk.read(side, Place(blob, 0), at, PIECE)
            assert piece.size == PIECE
            assert piece.ctypes.data % 64 == 0
    assert len(blob.moved) == 4
    assert not [moved for moved in blob.moved if 0 < moved < 32]


class Lenient(Judge):
    """Lets all hold, as far as three representable values, and notes how many it is shown."""

    def __init__(self) -> None:
        super().__init__("float32")
        self.shown: list[int] = []

    def near(self, first: Any, second: Any) -> Any:
        return np.ones(first.shape, bool)

    def settles(self, stretch: Stretch) -> bool:
        return stretch.furthest <= 3

    def look(self, first: Any, second: Any) -> None:
        assert first.size == second.size
        self.shown.append(first.size)


@pytest.mark.parametrize(
    ("count", "odd", "furthest", "shown"),
    [
        (3 * CHUNK + 5, [], 2 * CHUNK + 3, []),
        (3 * CHUNK + 5, [CHUNK], CHUNK + 9, [CHUNK]),
        (3 * CHUNK + 5, [CHUNK - 1, 3 * CHUNK], 2 * CHUNK + 3, [CHUNK, 5]),
        (CHUNK, [7], 8, [CHUNK]),
        (9, [0], 1, [9]),
    ],
)
def test_of_a_piece_that_is_not_settled_only_the_runs_with_odd_elements_are_looked_at(
    count: int, odd: list[int], furthest: int, shown: list[int]
) -> None:
    second = np.full(count, ONE, np.uint32)
    first = second + np.uint32(1)
    first[furthest] += 1
    first[odd] = second[odd] = 0
    left, right = (
        Tensor("w", "float32", (count,), Span(Blob(side.tobytes()), 0, side.nbytes))
        for side in (first, second)
    )
    judge, meter = Lenient(), Window(FLOATS["float32"], 3)
    portion = Portion(Pair(left, right), [judge], [meter])
    scratch = np.empty(first.nbytes, np.uint8)
    portion.compare(0, first.view(np.uint8), second.view(np.uint8), scratch, shortcut=True)
    assert judge.shown == shown
    assert portion.tally.differing == count - len(odd)
    assert portion.tally.failing == 0
    worst = portion.tally.worst()
    assert worst is not None
    assert (worst.ulp, worst.index) == (2, (furthest,))
    assert meter.bits() == pytest.approx((count - len(odd)) * math.log2(7) + len(odd) * math.log2(8))
