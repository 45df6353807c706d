"""The words that reports and certificates have for what a predicate is, and how strong."""

from fractions import Fraction

import pytest

from lintian_ml.equality.predicate import Kind, Level, Predicate, predicate_named, predicates, written
from lintian_ml.equality.predicates.same import Same
from lintian_ml.equality.predicates.ulp import Ulp
from lintian_ml.equality.verdict import Part, Verdict


def test_each_kind_level_verdict_and_part_has_its_word() -> None:
    assert [kind.value for kind in Kind] == ["equivalence", "ball", "measurement"]
    assert [level.value for level in Level] == ["bit-by-bit", "numerical", "performance", "none"]
    assert [level.rank for level in Level] == [0, 1, 2, 3]
    assert [verdict.value for verdict in Verdict] == ["met", "not met", "not decided"]
    assert [part.value for part in Part] == ["tensors", "structure", "metadata", "residue"]


def test_a_predicate_is_found_by_the_name_of_its_module() -> None:
    names = set(predicates())
    assert {"same", "ulp", "steps", "close", "scaled", "grid", "norm"} <= names
    assert names >= {"identical", "behaves", "decides", "performs"}
    for name, kind in predicates().items():
        assert kind is predicate_named(name)
        assert kind.__module__ == f"lintian_ml.equality.predicates.{name}"
    assert predicate_named("nothing") is None
    assert predicate_named("") is None
    assert (predicate_named("same"), predicate_named("ulp")) == (Same, Ulp)


@pytest.mark.parametrize(("value", "told"), [
    (3, "3"), (Fraction(1, 3), "1/3"), ("a", "a"),
    ((Ulp(1), Same()), "ulp(1) and same"), ("two words", '"two words"'),
])  # fmt: skip
def test_parameters_are_written_as_the_language_has_them(value: object, told: str) -> None:
    assert written(value) == told


def test_what_a_predicate_says_of_itself_unless_it_says_otherwise() -> None:
    assert (Predicate.elementwise, Predicate.uniform, Predicate.leaves) == (True, False, "")
    assert Same().undecided() == ""
    assert str(Same()) == "same"
