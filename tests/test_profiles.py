"""Profiles: their decision tables are total and honest, and their tag rows say what they are meant to say."""

import enum
import itertools
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import resources

import numpy as np
import pytest
from numpy.typing import NDArray

from lintian_ml.error import ProfileError
from lintian_ml.hint import Visibility
from lintian_ml.model import Nature
from lintian_ml.policy import KINDS, Class, Facts, Row, classify
from lintian_ml.profile import Profile, parse_profile

BADNESS: Mapping[str, tuple[str, ...]] = {
    "license": ("dfsg", "not-machine-readable", "unknown", "not-dfsg", "not-redistributable"),
    "nature": ("allowlisted", "not-a-model", "untrained", "undecided", "trained"),
    "declared": ("yes", "unknown", "no"),
    "data-identified": ("yes", "unknown", "no"),
    "data-license": ("dfsg", "unknown", "not-stated", "not-dfsg"),
    "data-access": ("anonymous", "unknown", "restricted", "none"),
    "training-program": ("reproduced", "claimed", "unknown", "partial", "absent"),
    "training-environment": ("main", "unknown", "outside-main"),
    "base-model": ("none", "free", "exempt", "unknown", "toxic-candy", "non-free"),
    "trained-by": ("build", "maintainer", "upstream", "unknown"),
    "origin": ("built", "shipped", "vendored", "unknown", "downloaded-at-build", "downloaded-at-run"),
    "reproducibility": ("bit-by-bit", "numerical", "performance", "unverified", "none"),
    "data-information": ("complete", "unknown", "partial", "none"),
    "tuning-program": ("claimed", "unknown", "partial", "absent"),
    "preferred-form": ("weights", "unknown", "data"),
    "base-replaceable": ("yes", "unknown", "no"),
    "retraining": ("feasible", "unknown", "prohibitive"),
    "inputs-lawful": ("yes", "unknown", "no"),
    "input-notices": ("complete", "unknown", "incomplete"),
    "openness": ("open-science", "open-tooling", "open-model", "unknown", "none"),
}
"""The values of each fact, the best first; the unknown stands between the known good and the known bad."""

RANK = {
    Class.EXEMPT: 0,
    Class.FREE: 1,
    Class.UNPROVEN: 2,
    Class.UNDECLARED: 2,
    Class.TOXIC_CANDY: 3,
    Class.NON_FREE: 4,
}
"""How bad a class is; of the two that say only what is not known neither is the worse."""


@cache
def shipped(name: str) -> Profile:
    """Return the profile of that name from the folder of profiles."""
    path = resources.files("lintian_ml.profiles") / f"{name}.profile"
    return parse_profile(path.read_text(encoding="utf-8"), f"profiles/{name}.profile", shipped)


def names() -> list[str]:
    """Return the names of all profiles."""
    files = resources.files("lintian_ml.profiles").iterdir()
    return sorted(file.name.removesuffix(".profile") for file in files if file.name.endswith(".profile"))


def facts(**values: enum.Enum) -> Facts:
    """Return facts with these values; the others are unknown."""
    return Facts(**values)  # type: ignore[arg-type]


@cache
def outcomes(rows: tuple[Row, ...]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the facts that a table mentions, and the number of the row that each combination reaches.

    The array has an axis for each fact, along which its values grow worse as in BADNESS. Millions of
    combinations are looked at together, from the last row to the first, which wins.
    """
    asked = {condition.fact for row in rows for condition in row.when}
    mentioned = tuple(name for name in KINDS if name in asked)
    axes = np.ix_(*(np.arange(len(BADNESS[name])) for name in mentioned))
    reached = np.full([len(BADNESS[name]) for name in mentioned], -1)
    for number, row in reversed(list(enumerate(rows))):
        applies = np.ones_like(reached, bool)
        for condition in row.when:
            axis = mentioned.index(condition.fact)
            good = np.array(
                [KINDS[condition.fact](word) in condition.values for word in BADNESS[condition.fact]]
            )
            applies &= good[axes[axis]]
        reached[applies] = number
    return mentioned, reached


def test_the_order_of_badness_knows_every_value_of_every_fact() -> None:
    assert {name: set(words) for name, words in BADNESS.items()} == {
        name: {member.value for member in kind} for name, kind in KINDS.items()
    }


@pytest.mark.parametrize("name", names())
def test_every_combination_of_facts_reaches_a_row_and_every_row_is_reached(name: str) -> None:
    rows = shipped(name).rows
    _, reached = outcomes(rows)
    assert set(np.unique(reached)) == set(range(len(rows)))


@pytest.mark.parametrize("name", names())
def test_a_model_is_judged_by_the_row_that_its_combination_reaches(name: str) -> None:
    rows = shipped(name).rows
    mentioned, reached = outcomes(rows)
    for place in np.random.default_rng(5).integers(0, reached.size, 500):
        where = np.unravel_index(place, reached.shape)
        words = {fact: BADNESS[fact][number] for fact, number in zip(mentioned, where, strict=True)}
        told = facts(**{fact.replace("-", "_"): KINDS[fact](word) for fact, word in words.items()})
        assert classify(told, rows).row is rows[reached[where]]


@pytest.mark.parametrize("name", names())
def test_worsening_one_fact_never_improves_the_class(name: str) -> None:
    rows = shipped(name).rows
    mentioned, reached = outcomes(rows)
    ranks = np.array([RANK[row.class_] for row in rows])[reached]
    improved = [fact for axis, fact in enumerate(mentioned) if (np.diff(ranks, axis=axis) < 0).any()]
    assert improved == []


@pytest.mark.parametrize("name", names())
def test_a_proven_class_says_where_the_model_may_be_and_every_row_says_why(name: str) -> None:
    for row in shipped(name).rows:
        assert row.because.endswith(".")
        assert row.areas.open is not row.class_.proven


@pytest.mark.parametrize("name", names())
def test_a_profile_has_the_name_of_its_file(name: str) -> None:
    assert shipped(name).name == name
    assert shipped(name).title


def test_a_license_that_is_not_known_does_not_hide_a_training_program_that_is_known_to_be_missing() -> None:
    nothing = Facts(training_program=KINDS["training-program"]("absent"))  # type: ignore[arg-type]
    assert classify(nothing, shipped("ml-policy").rows).class_ is Class.TOXIC_CANDY


def test_what_is_no_model_is_still_asked_for_its_license() -> None:
    judgement = classify(facts(nature=Nature.NOT_A_MODEL), shipped("debian").rows)
    assert judgement.class_ is Class.UNPROVEN


DRAFT = ("training-data-not-identified", "model-without-training-program", "toxic-candy-model-in-main")


@pytest.mark.parametrize("tag", DRAFT)
@pytest.mark.parametrize(
    ("name", "visibility"),
    [("debian", Visibility.INFO), ("ml-policy", Visibility.WARNING), ("strict", Visibility.ERROR)],
)
def test_what_only_the_draft_asks_for_grows_louder_from_profile_to_profile(
    tag: str, name: str, visibility: Visibility
) -> None:
    assert shipped(name).visibility(tag, Visibility.INFO) is visibility


def test_what_debian_policy_binds_keeps_its_own_visibility() -> None:
    for tag, own in (
        ("undistributable-model", Visibility.ERROR),
        ("model-license-unknown", Visibility.WARNING),
    ):
        assert shipped("debian").visibility(tag, own) is own
        assert shipped("ml-policy").visibility(tag, own) is own


def test_strict_raises_everything_but_classifications() -> None:
    for own in Visibility:
        raised = own if own is Visibility.CLASSIFICATION else Visibility.ERROR
        assert shipped("strict").visibility("some-tag", own) is raised


def test_debian_models_itself_is_pedantic_by_default() -> None:
    for tag in ("debian-models-syntax-error", "unknown-field-in-debian-models", "debian-models-fixme"):
        assert shipped("debian").visibility(tag, Visibility.WARNING) is Visibility.PEDANTIC


HEADER = "Profile: mine\n\n"
REST = "Class: free\nAreas: main\n"


def parse(text: str, load: Callable[[str], Profile] = shipped) -> Profile:
    """Parse a profile that is not in a file."""
    return parse_profile(text, "mine.profile", load)


def test_a_row_keeps_its_file_line_reason_and_remark() -> None:
    text = "Class: non-free\nWhen: license=not-dfsg, declared=yes|no\nAreas: contrib?, non-free\n"
    row = parse(HEADER + text + "Because: a\n b\nRemark: c\n\n" + REST).rows[0]
    assert (row.file, row.line, row.because, row.remark) == ("mine.profile", 3, "a b", "c")
    assert str(row) == "license=not-dfsg, declared=yes|no"
    assert [row.areas.permits(area) for area in ("main", "contrib", "non-free", "moon")] == [
        False,
        None,
        True,
        None,
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "mine.profile:1: no header"),
        ("Title: x\n", "mine.profile:1: no header"),
        (HEADER, "mine.profile:1: some model may get no class"),
        ("Profile: mine\nTitel: x\n\n" + REST, "mine.profile:2: unknown field Titel; did you mean 'Title'"),
        (HEADER + "Class: fre\nAreas: main\n", "mine.profile:3: 'fre' is no class; did you mean 'free'"),
        (HEADER + "Class: free\nAreas: mian\n", "mine.profile:4: there is no archive area 'mian'"),
        (HEADER + "Class: free\n", "mine.profile:3: no Areas field"),
        (HEADER + "Class: free\nWhen: licence=dfsg\nAreas: main\n", "did you mean 'license'"),
        (
            HEADER + "Class: free\nWhen: license=dfgs\nAreas: main\n",
            "mine.profile:4: 'dfgs' is no value of license",
        ),
        (HEADER + "Class: free\nWhen: license\nAreas: main\n", "mine.profile:4: 'license' is no condition"),
        (HEADER + REST + "\n" + REST, "mine.profile:3: no row after this one can apply"),
        (HEADER + REST + "\nVisibility: info\n", "mine.profile:6: a visibility of no tags"),
        (HEADER + REST + "\nTags: x\nVisibility: loud\n", "mine.profile:7: 'loud' is no visibility"),
        (HEADER + REST + "\nTags: x\n", "mine.profile:6: no row"),
        (HEADER + REST + "\nRaise: classification\nVisibility: error\n", "mine.profile:6: classifications"),
        (HEADER + REST + "\nnonsense\n", "mine.profile:6: neither a field"),
    ],
)
def test_a_malformed_profile_is_refused_with_file_and_line(text: str, message: str) -> None:
    with pytest.raises(ProfileError) as error:
        parse(text)
    assert message in str(error.value)


def test_own_class_rows_come_before_those_of_the_extended_profile_and_own_tag_rows_after() -> None:
    rows = "Class: exempt\nWhen: origin=built\nAreas: any\n\nDisable-Tags: t*y\n"
    mine = parse("Profile: mine\nExtends: ml-policy\n\n" + rows)
    assert mine.rows[1:] == shipped("ml-policy").rows
    assert mine.visibility("toxicity", Visibility.INFO) is None
    assert mine.visibility("toxic", Visibility.INFO) is Visibility.INFO


def test_tags_speak_only_if_enabled() -> None:
    assert parse(HEADER + REST).visibility("any-tag", Visibility.ERROR) is None


def test_the_tags_that_a_profile_names_outright_are_known() -> None:
    mine = parse(HEADER + REST + "\nEnable-Tags: * one\nDisable-Tags: two t*\n")
    assert mine.named_tags == {"one", "two"}


def test_profiles_that_extend_one_another_in_a_circle_are_refused() -> None:
    texts = {"a": "Profile: a\nExtends: b\n\n" + REST, "b": "Profile: b\nExtends: a\n\n" + REST}

    def load(name: str) -> Profile:
        return parse_profile(texts[name], f"{name}.profile", load)

    with pytest.raises(ProfileError, match=r"a\.profile -> b\.profile -> a\.profile"):
        load("a")
    assert parse(HEADER + REST).rows, "a refused circle leaves nothing behind"


def stanzas() -> Iterator[str]:
    """Yield a profile for each order of a row that enables and one that disables a tag."""
    rows = ("Enable-Tags: x\n", "Disable-Tags: x\n")
    yield from (HEADER + REST + "\n" + "\n".join(order) for order in itertools.permutations(rows))


def test_of_two_tag_rows_the_later_one_wins() -> None:
    assert [parse(text).visibility("x", Visibility.INFO) for text in stanzas()] == [None, Visibility.INFO]


class TestAllowances:
    TABLES = (
        "Allowlisted-Formats: libpinyin sunpinyin\nIn-Packages: ibus fcitx\nBecause: a table,\n no model\n"
    )

    def test_a_format_is_allowed_where_it_is_said_to_be(self) -> None:
        mine = parse(HEADER + self.TABLES + "\n" + REST)
        assert mine.allowance("sunpinyin", "fcitx") == "a table, no model"
        assert mine.allowance("sunpinyin", "other") == ""
        assert mine.allowance("onnx", "fcitx") == ""

    def test_without_packages_it_is_allowed_in_any(self) -> None:
        assert parse(f"{HEADER}Allowlisted-Formats: npy\n\n{REST}").allowance("npy", "any") == "allowlisted"

    @pytest.mark.parametrize("name", names())
    def test_only_the_drafts_own_readings_allow_the_tables_of_input_methods(self, name: str) -> None:
        allowed = bool(shipped(name).allowance("libpinyin", "libpinyin"))
        assert allowed == (shipped(name).rows[-1] in shipped("debian").rows)

    def test_an_allowance_has_no_other_fields(self) -> None:
        with pytest.raises(ProfileError, match="unknown field When"):
            parse(HEADER + self.TABLES + "When: license=dfsg\n\n" + REST)


class TestSlack:
    def test_a_profile_says_how_much_or_has_that_of_another(self) -> None:
        assert shipped("strict").most_slack == 65536
        assert shipped("ml-policy").most_slack == shipped("debian").most_slack == 1 << 20

    @pytest.mark.parametrize("value", ["0", "1 MiB", "-5", "many", "1e6", "9" * 40])
    def test_anything_but_a_number_of_bytes_is_refused(self, value: str) -> None:
        with pytest.raises(ProfileError, match=r"mine\.profile:2"):
            parse(f"Profile: mine\nMost-Slack: {value}\n\n{REST}")
