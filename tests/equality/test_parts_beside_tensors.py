"""What two models hold beside their tensors; and how verdicts on parts make one on the whole."""

import math
import threading
from typing import Any

import pytest

from lintian_ml.equality import manner
from lintian_ml.equality.manner import PLAIN, Manner
from lintian_ml.equality.parts import (
    containers,
    listed,
    metadata,
    noise,
    residue,
    structure,
    unequal,
)
from lintian_ml.equality.predicate import Level
from lintian_ml.equality.verdict import (
    IMPOSSIBLE,
    SHARED,
    Comparison,
    Deviation,
    Part,
    PartResult,
    TensorResult,
    Verdict,
    together,
)
from lintian_ml.model import Model

MET, NOT_MET, NOT_DECIDED = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_DECIDED


def model(**parts: Any) -> Model:
    return Model("made", **parts)


def test_files_of_one_format_and_encoding_are_of_one_kind() -> None:
    assert containers(model(), model()) == ""
    assert containers(model(encoding="a"), model(encoding="a")) == ""
    assert containers(model(), Model("other")) == "the first is made, the second other"
    assert containers(model(encoding="a"), model()) == "the first is made in a, the second made"


def test_structures_are_held_against_each_other_as_plain_data() -> None:
    one, same, other = model(structure={"a": 1}), model(structure={"a": 1}), model(structure={"a": 1.0})
    assert structure(one, same) == PartResult(Part.STRUCTURE, MET, "", 0.0)
    assert structure(one, other) == PartResult(Part.STRUCTURE, NOT_MET, "1 and 1.0 at .a")
    assert structure(one, other, unchecked=True) == PartResult(
        Part.STRUCTURE, MET, "the structure was left unchecked", slack=None
    )
    what = "the first is made, the second other"
    assert structure(one, Model("other", structure={"a": 1})) == PartResult(Part.STRUCTURE, NOT_DECIDED, what)
    odd = structure(model(structure={1, 2}), one)
    assert odd == PartResult(Part.STRUCTURE, NOT_DECIDED, "set is no plain data")


def test_texts_of_metadata_are_equal_or_ignored_at_the_price_of_their_bytes() -> None:
    one = model(metadata={"a": "1", "b": "2", "c": "3"})
    other = model(metadata={"a": "1", "b": "zwölf", "d": "4"})
    assert metadata(one, one, ()) == PartResult(Part.METADATA, MET, "", 0.0)
    assert metadata(one, other, ()) == PartResult(Part.METADATA, NOT_MET, "differs in b, c, d", 0.0)
    assert metadata(one, other, ["b"]) == PartResult(Part.METADATA, NOT_MET, "differs in c, d", 48.0)
    found = metadata(one, other, ["b", "c", "d", "d", "a"])
    assert found == PartResult(Part.METADATA, MET, "", 8.0 * (6 + 0 + 1 + 1))
    assert metadata(one, model(metadata={"\ud800": "\ud800"}), ["\ud800"]).slack == 24.0


def test_residues_are_equal_or_of_two_kinds_of_files() -> None:
    none, some, more = model(), model(residue={"tail": b"1"}), model(residue={"tail": b"2", "head": b""})
    other, other_some = Model("other"), Model("other", residue={"tail": b"1"})
    assert residue(some, some) == PartResult(Part.RESIDUE, MET)
    assert residue(some, more) == PartResult(Part.RESIDUE, NOT_MET, "differs in head, tail")
    assert residue(none, other) == PartResult(Part.RESIDUE, MET)
    what = "the first is made, the second other"
    for pair in ((some, other_some), (some, other), (none, other_some)):
        assert residue(*pair) == PartResult(Part.RESIDUE, NOT_DECIDED, what)


def test_noise_that_differs_is_told_at_what_it_could_carry() -> None:
    one, other = model(noise={"a": b"12", "b": b"1"}), model(noise={"a": b"345", "c": b"6"})
    assert noise(one, one) == ""
    assert noise(one, other) == "noise of 32 bits differs in a, b, c"


def test_a_list_of_names_is_cut_short() -> None:
    assert listed("in", []) == ""
    assert listed("in", list("abcde")) == "in a, b, c, d, e"
    assert listed("in", list("abcdefg")) == "in a, b, c, d, e and 2 more"
    assert listed("in", list("abc"), most=1) == "in a and 2 more"


def test_keys_are_unequal_that_one_lacks_or_that_have_two_values() -> None:
    assert unequal({"b": 1, "a": None, "c": 2}, {"c": 2, "b": 2}) == ["a", "b"]
    assert unequal({"c": 2}, {"c": 2, "b": None}) == ["b"]
    assert unequal({"b": 1, "a": 1}, {}) == ["a", "b"]


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        ([], MET),
        ([MET], MET),
        ([MET, NOT_DECIDED], NOT_DECIDED),
        ([NOT_DECIDED, NOT_MET, MET], NOT_MET),
        ([NOT_MET], NOT_MET),
    ],
)
def test_one_part_that_is_not_met_decides_and_one_not_decided_leaves_it_open(
    verdicts: list[Verdict], whole: Verdict
) -> None:
    assert together(verdicts) is whole


def of(tensors: list[float | None], parts: list[float | None]) -> float | None:
    """Return the slack of a comparison of tensors and parts of such slacks."""
    return Comparison(
        MET,
        "same",
        parts=tuple(PartResult(Part.METADATA, MET, slack=bits) for bits in parts),
        tensors=tuple(TensorResult("w", MET, "same", slack=bits) for bits in tensors),
    ).slack


def test_the_slack_of_the_whole_is_the_sum_or_not_known() -> None:
    assert of([], []) == 0
    assert of([1.0, 2.0], [4.0]) == 7.0
    assert of([1.0, None], [4.0]) is None
    assert of([1.0], [None]) is None
    assert of([math.inf], [1.0]) == math.inf


def test_a_field_has_its_only_line_beside_its_name_and_several_below_it() -> None:
    assert Comparison(MET, "ulp(4)").field == "Equality: ulp(4)\n"
    assert Comparison(MET, "w  same\nv  ulp(4)").field == "Equality:\n w  same\n v  ulp(4)\n"


def test_what_is_not_said_is_nothing() -> None:
    tensor = TensorResult("w", MET, "same")
    assert (tensor.reason, tensor.relaxed, tensor.elements, tensor.differing) == ("", False, 0, 0)
    assert (tensor.failing, tensor.zero_signs, tensor.worst, tensor.slack) == (0, 0, None, 0.0)
    assert (tensor.control, tensor.remarks, tensor.dtype, tensor.shape) == ("", (), "", ())
    whole = Comparison(MET, "same")
    assert (whole.level, whole.reason, whole.parts, whole.tensors) == (Level.NONE, "", (), ())
    assert (whole.notes, whole.suggested, whole.portraits) == ((), False, ())
    part = PartResult(Part.RESIDUE, MET)
    assert (part.reason, part.slack) == ("", 0.0)
    assert Deviation((0,), "1", "2", None, None).component == ""


def test_what_is_said_of_controls_begins_and_ends_as_readers_look_for_it() -> None:
    assert (IMPOSSIBLE, SHARED) == ("no control possible: ", "for all of its kind")


def test_the_words_of_verdicts_and_parts_are_those_that_are_printed() -> None:
    assert [verdict.value for verdict in Verdict] == ["met", "not met", "not decided"]
    assert [part.value for part in Part] == ["tensors", "structure", "metadata", "residue"]


def test_a_plain_manner_takes_all_cores_and_shortcuts_and_paints_nothing() -> None:
    assert (PLAIN.threads, PLAIN.shortcut, PLAIN.portraits) == (None, True, False)
    PLAIN.advance(7)
    assert Manner(threads=2).threads == 2


def test_work_that_tells_nothing_of_itself_gives_signs_of_life_until_it_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert manner.EVERY == 0.2
    monkeypatch.setattr(manner, "EVERY", 0.001)
    told: list[int] = []
    enough = threading.Event()

    def advance(count: int) -> None:
        assert threading.current_thread().daemon
        told.append(count)
        if len(told) == 3:
            enough.set()

    before = threading.active_count()
    with manner.alive(advance):
        assert enough.wait(20)
    assert (set(told), threading.active_count()) == ({0}, before)
