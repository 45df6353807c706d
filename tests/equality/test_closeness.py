"""What a suggestion may be called, and what is written of it."""

import json
import time
from pathlib import Path

import numpy as np
import pytest

from lintian_ml.blob import Blob
from lintian_ml.equality import Comparison, Level, Verdict, compare, parse_predicate
from lintian_ml.equality.closeness import TOO_WEAK, to_hold
from lintian_ml.equality.manner import alive
from lintian_ml.equality.report import lines
from lintian_ml.equality.told import as_object, written
from lintian_ml.model import Model, Span, Tensor

BASE = np.linspace(0.5, 1.0, 64, dtype=np.float32)


def model(**arrays: np.ndarray) -> Model:
    tensors = []
    for name, array in arrays.items():
        data = Blob(array.tobytes())
        tensors.append(Tensor(name, array.dtype.name, array.shape, Span(data, 0, data.size)))
    return Model("made", tuple(tensors), structure={}, complete=True)


def suggested(first: np.ndarray, second: np.ndarray) -> Comparison:
    return compare(model(w=first), model(w=second))


@pytest.mark.parametrize(
    ("predicate", "what"),
    [
        ("same", None),
        ("ulp(4)", None),
        ("scaled(1e-6)", None),
        ("steps(1)", None),
        ("ulp(5)", "scaled(1/1000) and norm(1/1000)"),
        ("scaled(2e-6)", "scaled(1/1000) and norm(1/1000)"),
        ("a ulp(4)\nb ulp(5)", "a  ulp(4)\nb  scaled(1/1000) and norm(1/1000)"),
    ],
)
def test_what_no_preset_implies_must_hold_by_the_weakest(predicate: str, what: str | None) -> None:
    asked = to_hold(parse_predicate(predicate))
    assert (asked and str(asked)) == (what and str(parse_predicate(what)))


def test_a_suggestion_that_is_near_enough_is_numerical() -> None:
    for far in (1, 100, 8000):
        found = suggested(BASE, (BASE.view(np.uint32) + np.uint32(far)).view(np.float32))
        assert (found.verdict, found.level) == (Verdict.MET, Level.NUMERICAL)
        assert "for debian/models" in "\n".join(lines(found))


def test_a_suggestion_weaker_than_the_weakest_preset_is_not_called_numerical() -> None:
    found = suggested(BASE, BASE[::-1].copy())
    assert (found.verdict, found.level) == (Verdict.MET, Level.NONE)
    assert found.notes[0] == TOO_WEAK
    text = "\n".join(lines(found))
    assert "which leaves too much open to be declared" in text
    assert "for debian/models" not in text


@pytest.mark.parametrize(("step", "level"), [(1, Level.NUMERICAL), (2, Level.NONE)])
def test_integers_are_numerical_where_they_are_one_step_apart(step: int, level: Level) -> None:
    codes = np.arange(100, dtype=np.int8)
    assert suggested(codes, codes + np.int8(step)).level is level


def test_both_kinds_together_are_as_weak_as_the_weaker() -> None:
    codes = np.arange(100, dtype=np.int8)
    near = (BASE.view(np.uint32) + np.uint32(1)).view(np.float32)
    for far, level in ((1, Level.NUMERICAL), (9, Level.NONE)):
        found = compare(model(w=BASE, c=codes), model(w=near, c=codes + np.int8(far)))
        assert found.level is level


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_json_in_pieces_is_json_of_the_whole(count: int) -> None:
    arrays = {f"t{at}": BASE + np.float32(at) for at in range(count)}
    found = compare(model(**arrays), model(**arrays), "ulp(1)")
    text = "".join(written(found, {"path": "a"}, {"more": [1.5]}))
    assert json.loads(text) == {"path": "a", **as_object(found), "more": [1.5]}


def test_a_name_that_is_no_text_is_written_as_one() -> None:
    found = compare(model(**{"a\udc80": BASE}), model(**{"a\udc80": BASE}), "same")
    "".join(written(found, {}, {})).encode()


def test_a_sign_of_life_is_given_while_something_else_is_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lintian_ml.equality.manner.EVERY", 0.001)
    told: list[int] = []
    with alive(told.append):
        end = time.monotonic() + 5
        while len(told) < 2 and time.monotonic() < end:
            time.sleep(0.001)
    assert len(told) >= 2
    assert set(told) == {0}


def test_measurements_tell_of_their_progress(tmp_path: Path) -> None:
    from lintian_ml.equality.evaluation import measure_files
    from lintian_ml.equality.manner import Manner

    first, second = tmp_path / "a.npz", tmp_path / "b.npz"
    for path, array in ((first, BASE), (second, BASE + 1)):
        np.savez(path, w=array)
    told: list[int] = []
    asked = parse_predicate("ulp(1) and performs(accuracy, a.json, b.json, within=0.1)")
    measure_files(first, second, asked, Manner(advance=told.append), folder=tmp_path)
    assert sum(told) > 0


@pytest.mark.parametrize(
    ("predicate", "level"),
    [
        ("scaled(0.5)", Level.NONE),
        ("scaled(1e-3)", Level.NUMERICAL),
        ("scaled(0.5) and norm(0.5)", Level.NONE),
        ("scaled(0.5) and ulp(4)", Level.NUMERICAL),
        ("close(0.1, 0)", Level.NONE),
        ("close(0, 1)", Level.NONE),
        ("close(1e-5, 1e-8)", Level.NUMERICAL),
        ("* scaled(1e-6)\nw scaled(0.5)", Level.NONE),
        ("same", Level.BIT_BY_BIT),
    ],
)
def test_what_is_declared_too_weak_is_not_called_numerical(predicate: str, level: Level) -> None:
    found = compare(model(w=BASE, v=BASE), model(w=BASE, v=BASE), predicate)
    assert (found.verdict, found.level) == (Verdict.MET, level)
    assert (TOO_WEAK in found.notes) is (level is Level.NONE)
