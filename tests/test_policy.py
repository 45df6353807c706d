"""Facts and classes: their words, what a class rests on, and how it is told."""

import enum

import pytest

from lintian_ml.error import ProfileError
from lintian_ml.model import Nature
from lintian_ml.policy import (
    KINDS,
    Areas,
    Assurance,
    BaseModel,
    Class,
    Condition,
    DataLicense,
    Facts,
    License,
    Row,
    Source,
    SourceKind,
    TrainingProgram,
    classify,
)

WORDS = {
    "license": "dfsg not-dfsg not-redistributable not-machine-readable unknown",
    "nature": "trained untrained undecided not-a-model allowlisted",
    "declared": "yes no unknown",
    "data-identified": "yes no unknown",
    "data-license": "dfsg not-dfsg not-stated unknown",
    "data-access": "anonymous restricted none unknown",
    "training-program": "absent partial claimed reproduced unknown",
    "training-environment": "main outside-main unknown",
    "base-model": "none free exempt toxic-candy non-free unknown",
    "trained-by": "upstream maintainer build unknown",
    "origin": "built shipped vendored downloaded-at-build downloaded-at-run unknown",
    "reproducibility": "bit-by-bit numerical performance none unverified",
    "data-information": "complete partial none unknown",
    "tuning-program": "absent partial claimed unknown",
    "preferred-form": "data weights unknown",
    "base-replaceable": "yes no unknown",
    "retraining": "feasible prohibitive unknown",
    "inputs-lawful": "yes no unknown",
    "input-notices": "complete incomplete unknown",
    "openness": "open-science open-tooling open-model none unknown",
}

FOUND = Source(SourceKind.FOUND, "debian/copyright", 7)
SAID = Source(SourceKind.DECLARED, "debian/models", 3)


def condition(fact: str, *values: enum.Enum) -> Condition:
    """Return the condition that ``fact`` has one of ``values``."""
    return Condition(fact, frozenset(values))


TABLE = (
    Row(Class.NON_FREE, (condition("license", License.NOT_DFSG),), Areas(frozenset({"non-free"}))),
    Row(Class.FREE, (condition("nature", Nature.UNTRAINED),), Areas(frozenset({"main"}))),
    Row(Class.TOXIC_CANDY, (condition("training-program", TrainingProgram.ABSENT),), Areas()),
    Row(Class.UNPROVEN, (condition("data-license", DataLicense.UNKNOWN),), Areas(open=True)),
    Row(Class.FREE, (), Areas(frozenset({"main"}))),
)


def told(facts: Facts) -> str:
    """Return how the judgement of these facts is told."""
    return classify(facts, TABLE).text


def test_the_words_of_the_facts_are_those_of_the_policy() -> None:
    assert {name: " ".join(member.value for member in kind) for name, kind in KINDS.items()} == WORDS


def test_nobody_having_said_anything_every_fact_is_unknown() -> None:
    assert {value.value for _, value, _ in Facts()} == {"unknown", "undecided", "unverified"}


def test_facts_are_told_with_their_sources() -> None:
    facts = Facts(license=License.DFSG, sources={"license": FOUND})
    assert next(iter(facts)) == ("license", License.DFSG, FOUND)
    assert facts.value("training-program") is TrainingProgram.UNKNOWN
    with pytest.raises(KeyError):
        facts.value("sources")


def test_the_first_row_that_applies_wins() -> None:
    facts = Facts(license=License.NOT_DFSG, training_program=TrainingProgram.ABSENT)
    assert classify(facts, TABLE).row is TABLE[0]


def test_a_table_that_leaves_a_model_without_a_class_is_an_error() -> None:
    with pytest.raises(ProfileError, match="no class row applies"):
        classify(Facts(), TABLE[:2])


def test_a_bad_class_rests_on_the_facts_of_its_row() -> None:
    bad = License.NOT_DFSG
    assert told(Facts(license=bad, sources={"license": FOUND})) == "non-free (found)"
    assert told(Facts(license=bad, sources={"license": SAID})) == "non-free (claimed)"
    assert told(Facts(license=bad)) == "non-free (claimed)"


def test_a_good_class_rests_on_all_that_could_have_spoken_against_it() -> None:
    sources = {"license": FOUND, "nature": FOUND}
    untrained = Facts(nature=Nature.UNTRAINED, sources=sources)
    assert told(untrained) == "free (found)"
    trained = Facts(data_license=DataLicense.DFSG, sources={**sources, "data-license": SAID})
    assert told(trained) == "free (claimed)"


def test_a_model_that_was_trained_again_is_free_by_its_certificate() -> None:
    certificate = Source(SourceKind.FOUND, note="certificate 9f86d0")
    facts = Facts(
        license=License.NOT_MACHINE_READABLE,
        training_program=TrainingProgram.REPRODUCED,
        data_license=DataLicense.DFSG,
        sources={"training-program": certificate},
    )
    assert classify(facts, TABLE).assurance is Assurance.REPRODUCED
    assert told(facts) == "free (reproduced, certificate 9f86d0, license presumed)"


def test_a_class_that_says_only_what_is_not_known_has_no_assurance() -> None:
    assert told(Facts()) == "unproven"


def test_what_a_model_is_made_from_is_unknown_unless_its_class_is_proven() -> None:
    assert [(class_.value, class_.as_base) for class_ in Class] == [
        ("exempt", BaseModel.EXEMPT),
        ("free", BaseModel.FREE),
        ("unproven", BaseModel.UNKNOWN),
        ("undeclared", BaseModel.UNKNOWN),
        ("toxic-candy", BaseModel.TOXIC_CANDY),
        ("non-free", BaseModel.NON_FREE),
    ]


@pytest.mark.parametrize(
    ("areas", "permitted"),
    [
        (Areas(frozenset({"main"})), (True, True, True, True)),
        (Areas(frozenset({"non-free"}), frozenset({"contrib"})), (False, None, True, True)),
        (Areas(), (False, False, False, False)),
        (Areas(open=True), (None, None, None, None)),
    ],
)
def test_what_may_be_in_one_area_may_be_in_every_area_that_asks_for_no_more(
    areas: Areas, permitted: tuple[bool | None, ...]
) -> None:
    assert tuple(map(areas.permits, ("main", "contrib", "non-free", "non-free-firmware"))) == permitted


def test_a_row_is_told_as_a_profile_writes_it() -> None:
    assert str(TABLE[0]) == "license=not-dfsg"
    assert str(TABLE[-1]) == "(rest)"
    assert str(condition("declared", *KINDS["declared"])) == "declared=yes|no|unknown"
