"""Other readings of the policy: the facts that only they ask for, and their classes side by side."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from lintian_ml.declaration import parse_declaration
from lintian_ml.declaration.component import MODEL, SCIENCE, TOOLING
from lintian_ml.detection import Examiner
from lintian_ml.facts import KnownModel, know
from lintian_ml.facts.rot import is_python_2, needs_python_2
from lintian_ml.license import conflict, disagree
from lintian_ml.package import package_from_files
from lintian_ml.policy import DataInformation, Openness, TrainingEnvironment, TuningProgram
from lintian_ml.profile import parse_profile
from lintian_ml.registry import find_profile, profile_names
from lintian_ml.samples import copyright_file, declaration, declared
from lintian_ml.versions import is_repacked
from tests.building import CHANGELOG, CONTROL, run_command, write_tree


def model(changes: Mapping[str, str], profile: str = "debian", dataset: Mapping[str, str] = {}) -> KnownModel:
    """Return what is known of a model that is declared free, with some fields changed."""
    files = {
        **declared(changes, dataset),
        "debian/control": CONTROL,
        "debian/changelog": CHANGELOG,
        "debian/copyright": copyright_file("Expat", "*"),
        "doc/card.md": "# Data\n",
    }
    data = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    parsed = parse_declaration(declaration(changes, dataset).encode())
    (known,) = know(package_from_files(data, Examiner()), parsed, find_profile(profile))
    return known


def told(changes: Mapping[str, str], profile: str, dataset: Mapping[str, str] = {}) -> str:
    """Return the class by a reading, with the reading's own word."""
    judgement = model(changes, profile, dataset).judgement
    return f"{judgement.class_.value} {judgement.row.called}".rstrip()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("doc/card.md", DataInformation.COMPLETE),
        ("doc/card.md incomplete", DataInformation.PARTIAL),
        ("https://example.org/paper", DataInformation.COMPLETE),
        ("doc/lost.md", DataInformation.NONE),
        ("none", DataInformation.NONE),
        ("package:papers", DataInformation.UNKNOWN),
    ],
)
def test_data_information_is_there_or_not(value: str, expected: DataInformation) -> None:
    assert model({"Data-Information": value}).facts.data_information is expected


def test_a_tuning_program_is_a_claim_at_best() -> None:
    assert model({}).facts.tuning_program is TuningProgram.UNKNOWN
    assert model({"Tuning-Program": "train.py"}).facts.tuning_program is TuningProgram.CLAIMED
    assert model({"Tuning-Program": "none"}).facts.tuning_program is TuningProgram.ABSENT


def test_a_training_that_says_so_is_outside_of_main() -> None:
    facts = model({"Training-Restrictions": "long needs-nonfree"}).facts
    assert facts.training_environment is TrainingEnvironment.OUTSIDE_MAIN


def components(*names: str, license_name: str = "Expat") -> dict[str, str]:
    """Return the field that declares these components."""
    lines = [f"\n {name} https://example.org/{name} {license_name}" for name in names]
    return {"Components": "".join(lines)}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (MODEL, Openness.OPEN_MODEL),
        ((*MODEL, *TOOLING), Openness.OPEN_TOOLING),
        ((*MODEL, *TOOLING, *SCIENCE), Openness.OPEN_SCIENCE),
        ((*{*MODEL, *TOOLING, *SCIENCE} - {"technical-report"},), Openness.OPEN_SCIENCE),
        (MODEL[1:], Openness.NONE),
        ((*MODEL[1:], *TOOLING, *SCIENCE), Openness.NONE),
        ((), Openness.UNKNOWN),
    ],
)
def test_the_classes_of_openness_are_cumulative(names: tuple[str, ...], expected: Openness) -> None:
    changes = components(*names) if names else {}
    assert model(changes).facts.openness is expected


def test_a_component_under_a_license_that_nobody_knows_leaves_the_class_unknown() -> None:
    assert model(components(*MODEL, license_name="Frobozz-1")).facts.openness is Openness.UNKNOWN
    assert model(components(*MODEL, license_name="CC-BY-NC-4.0")).facts.openness is Openness.NONE


def test_a_component_in_the_source_has_the_license_of_debian_copyright() -> None:
    lines = [f"\n {name} doc/card.md" for name in MODEL]
    assert model({"Components": "".join(lines)}).facts.openness is Openness.OPEN_MODEL


@pytest.mark.parametrize(
    "line", ["model-cart doc/card.md", "model-card", "model-card https://example.org/", "model-card ../x"]
)
def test_a_component_that_is_not_understood_is_a_problem(line: str) -> None:
    parsed = parse_declaration(declaration({"Components": f"\n {line}"}).encode())
    assert [problem.message.partition(":")[0] for problem in parsed.problems] == ["Components"]


LOST = {"Access": "lost"}
TUNING = {"Tuning-Program": "train.py"}


@pytest.mark.parametrize(
    ("profile", "changes", "dataset", "expected"),
    [
        ("gr-2025-a", {}, {}, "free DFSG-compliant"),
        ("gr-2025-a", {}, {"License": "CC-BY-NC-4.0"}, "free DFSG-compliant"),
        ("gr-2025-a", {}, LOST, "toxic-candy not DFSG-compliant"),
        ("gr-2025-a", {}, {"Access": "registration"}, "unproven"),
        ("gr-2025-2", {}, {}, "free with its original data"),
        ("gr-2025-2", {}, LOST, "unproven"),
        ("gr-2025-2", {"Preferred-Form": "data"}, LOST, "toxic-candy no preferred form of modification"),
        ("gr-2025-2", {"Preferred-Form": "weights", **TUNING}, LOST, "free with the tools of its makers"),
        ("gr-2025-3", {}, {}, "unproven"),
        ("gr-2025-3", {"Data-Information": "train.py", **TUNING}, LOST, "free compatible with the DFSG"),
        ("gr-2025-3", {"Data-Information": "none"}, {}, "toxic-candy not compatible with the DFSG"),
        ("osaid", {"Data-Information": "train.py"}, LOST, "free Open Source AI"),
        ("gr-2025-glaser", {}, {}, "unproven"),
        ("gr-2025-glaser", {"Inputs-Lawful": "no"}, {}, "non-free not even non-free"),
        ("gr-2025-glaser", {"Input-Notices": "incomplete"}, {}, "toxic-candy not even non-free"),
        ("mof", components(*MODEL), LOST, "free class III, open model"),
        ("mof", {}, {}, "unproven"),
        ("fedora", {"Training-Program": "none"}, LOST, "free allowed content"),
        ("guix", {"Retraining": "feasible"}, {}, "free"),
        ("guix", {"Retraining": "prohibitive"}, {}, "toxic-candy cannot be included"),
        ("guix", {}, {}, "unproven"),
    ],
)
def test_each_reading_asks_its_own_questions(
    profile: str, changes: Mapping[str, str], dataset: Mapping[str, str], expected: str
) -> None:
    assert told(changes, profile, dataset) == expected


def test_a_table_of_its_own_takes_the_place_of_the_extended_one() -> None:
    text = "Profile: mine\nExtends: debian\n\nClass: free\nCalled: fine\nAreas: main, not non-free-firmware\n"
    mine = parse_profile(text, "mine.profile", find_profile)
    assert [row.called for row in mine.rows] == ["fine"]
    assert mine.tag_rows == find_profile("debian").tag_rows
    areas = mine.rows[0].areas
    assert [areas.permits(area) for area in ("main", "non-free", "non-free-firmware")] == [True, True, False]


def test_every_reading_says_where_its_text_stands() -> None:
    for name in profile_names():
        profile = find_profile(name)
        assert profile.source
        assert profile.status


def test_all_profiles_are_shown_side_by_side(tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "example", {"a.onnx": "linear.onnx", "b.onnx": "linear.onnx"})
    lines = run_command("--allow-root", "--all-profiles", tree).stdout.splitlines()
    assert lines[0] == "N: a.onnx, b.onnx:"
    assert [line.split()[1] for line in lines[1 : len(profile_names()) + 1]] == list(profile_names())
    assert "N:   fedora          free: allowed content (found)" in lines


def test_the_json_report_has_all_readings(tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "example", {"net.onnx": "linear.onnx"})
    done = run_command("--allow-root", "--all-profiles", "--format", "json", tree)
    (found,) = json.loads(done.stdout)["models"]
    assert sorted(found["readings"]) == sorted(profile_names())
    assert found["readings"]["fedora"]["called"] == "allowed content"
    assert found["readings"]["debian"]["class"] == found["class"] == "undeclared"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('print "done"\n', True),
        ("import os\ntry:\n    os.nice(1)\nexcept OSError, error:\n    pass\n", True),
        ("import os\ntry:\n    os.nice(1)\nexcept OSError, ValueError:\n    pass\n", False),
        ("import urllib2\nprint('x')\n", False),
        ('def f():\n    """\n    print the sum,\n    """\n    print("x")\n', False),
        ("print the sum, please\n", False),
        ("(" * 9999, False),
        ("print " + "-" * 200_000, False),
    ],
)
def test_python_2_is_told_by_what_only_it_allows(text: str, expected: bool) -> None:
    assert is_python_2(text) is expected


def test_packages_of_python_2_are_known_by_their_names() -> None:
    text = "python, python2.7, python-numpy (>= 1), python3-numpy, python-apt-common, python-is-python3"
    assert list(needs_python_2(text)) == ["python", "python2.7", "python-numpy"]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.0-1", False),
        ("1.0+dfsg-1", True),
        ("1.0+ds1-1", True),
        ("1.2.dfsg-3", True),
        ("1.0~ds+~2-1", True),
    ],
)
def test_a_repacked_tarball_shows_in_the_version(version: str, expected: bool) -> None:
    assert is_repacked(version) is expected


@pytest.mark.parametrize(
    ("said", "written", "expected"),
    [
        ("MIT", "Expat", False),
        ("MIT", "Apache-2.0", True),
        ("apache-2.0", "Apache-2", False),
        ("GPL-3", "GPL-2+", False),
        ("CC-BY-NC-4.0", "Expat or GPL-2", True),
        ("see LICENSE", "Expat", False),
        ("other", "Expat", False),
        ("BSD", "BSD-3-clause", False),
    ],
)
def test_licenses_disagree_only_beyond_doubt(said: str, written: str, expected: bool) -> None:
    assert (disagree(said, written) is not None) is expected


@pytest.mark.parametrize(
    ("weights", "program", "expected"),
    [
        ("CC-BY-NC-4.0", "GPL-3+", True),
        ("CC-BY-SA-3.0", "GPL-2+", True),
        ("Apache-2.0", "GPL-2", True),
        ("Apache-2.0", "GPL-2+", False),
        ("CC-BY-SA-4.0", "GPL-3", False),
        ("CC-BY-NC-4.0", "Expat", False),
        ("CC-BY-NC-4.0 or Expat", "GPL-3", False),
    ],
)
def test_licenses_conflict_only_beyond_doubt(weights: str, program: str, expected: bool) -> None:
    assert conflict(weights, program) is expected
