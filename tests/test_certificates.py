"""Certificates: what they hold, that they come out again, and that no edit of one goes unnoticed."""

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lintian_ml import __version__
from lintian_ml.equality import Comparison, certificate, compare_files
from lintian_ml.equality.certificate import Context
from lintian_ml.equality.digests import Digests
from lintian_ml.error import DeclarationError
from lintian_ml.samples import nudged, sample
from lintian_ml.verification.builds import read_build
from lintian_ml.verification.certifying import context
from tests.building import run_command
from tests.uploads import buildinfo

SAMPLE = "linear.safetensors"
Files = tuple[Path, Path, Path, Path]
"""A shipped and a rebuilt file, and the .buildinfo of both."""

WORD_OF_THE_SIGNER = {"builder", "machine", "selfTest", "versions", "sourceDateEpoch"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """A shipped and a rebuilt file, and what both builds say of themselves."""
    folder = tmp_path_factory.mktemp("certified")
    (folder / "shipped.safetensors").write_bytes(sample(SAMPLE))
    (folder / "rebuilt.safetensors").write_bytes(nudged(SAMPLE))
    for name in "ab":
        (folder / name).mkdir()
    first = buildinfo(folder / "a")
    second = buildinfo(folder / "b", path="/build/2", numpy="2:9")
    text = second.read_text().replace("0.3.21+ds-4", "0.3.26+ds-1").replace("parallel=2", "parallel=8")
    second.write_text(text)
    return folder / "shipped.safetensors", folder / "rebuilt.safetensors", first, second


@pytest.fixture(scope="module")
def whole(files: Files) -> dict[str, Any]:
    """A certificate with all that one can hold, as it is read back."""
    path = files[0].parent / "certificate.json"
    words = ("--predicate", "ulp(4)", "--certificate", path, "--builder", "https://rebuild.example.org/7")
    builds = ("--buildinfo", files[2], "--rebuilt-buildinfo", files[3])
    ran = run_command("compare", *words, *builds, "--self-test", *files[:2], SOURCE_DATE_EPOCH="1780315200")
    assert ran.returncode == 0, ran.stderr
    return json.loads(path.read_text())  # type: ignore[no-any-return]


def verified(folder: Path, told: object, files: Files, *, builds: bool) -> tuple[int, str]:
    """Return the exit status of the command on an edited certificate, and what it prints."""
    path = folder / "edited.json"
    path.write_text(json.dumps(told))
    words = ("--buildinfo", files[2], "--rebuilt-buildinfo", files[3]) if builds else ()
    ran = run_command("verify-certificate", path, *files[:2], *words)
    assert "Traceback" not in ran.stderr
    return ran.returncode, ran.stdout + ran.stderr


def test_it_holds_what_the_comparison_rests_on(whole: dict[str, Any], files: Files) -> None:
    body = whole["predicate"]
    assert [one["name"] for one in whole["subject"]] == ["shipped.safetensors"]
    assert body["rebuilt"]["digest"]["sha256"] == Digests(files[1]).of(files[1])
    assert (body["predicate"], body["verdict"], body["level"]) == ("ulp(4)", "met", "numerical")
    assert body["slackBits"] > 0
    (weight,) = [one for one in body["tensors"] if one["name"] == "dense.weight"]
    assert weight["worst"]["ulp"] == 1
    assert weight["control"].startswith("one element just inside")
    assert body["builds"]["shipped"]["buildinfo"]["digest"]["sha256"] == read_build(files[2]).sha256
    assert body["builds"]["rebuilt"]["buildinfo"]["digest"]["sha256"] == read_build(files[3]).sha256
    assert body["builder"] == "https://rebuild.example.org/7"
    assert body["sourceDateEpoch"] == "1780315200"
    assert body["versions"]["lintian-ml"] == __version__
    assert body["machine"]["architecture"]


def test_it_tells_the_environments_apart(whole: dict[str, Any]) -> None:
    apart = whole["predicate"]["differences"]
    assert apart["Build-Path"] == [{"name": "", "shipped": "/build/tinynet", "rebuilt": "/build/2"}]
    packages = [one["name"] for one in apart["Installed-Build-Depends"]]
    assert packages == ["libopenblas0-pthread", "python3-numpy"]
    assert [one["name"] for one in apart["blas"]] == ["libopenblas0-pthread"]
    assert [one["name"] for one in apart["Environment"]] == ["DEB_BUILD_OPTIONS"]
    assert apart["cpuFlags"] is None, "no .buildinfo tells them"


def test_the_self_test_was_run(whole: dict[str, Any]) -> None:
    told = whole["predicate"]["selfTest"]
    assert (told["wrong"], told["version"], told["seed"]) == (0, __version__, 0)
    assert all(one["cases"] and not one["wrong"] for one in told["checks"].values())


def test_it_comes_out_again(tmp_path: Path, whole: dict[str, Any], files: Files) -> None:
    status, said = verified(tmp_path, whole, files, builds=True)
    assert status == 0
    assert "as certified: met ulp(4)" in said
    assert (
        "not verified: the names of both files, builder, machine, selfTest, sourceDateEpoch, versions" in said
    )
    status, said = verified(tmp_path, whole, files, builds=False)
    assert status == 0
    assert "builds, differences" in said


def leaves(value: object, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each value that holds no others, and to each empty one."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*way, key))
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value[:3]):
            yield from leaves(inner, (*way, number))
    else:
        yield way


def edited(told: dict[str, Any], way: tuple[Any, ...], new: object) -> dict[str, Any]:
    """Return a certificate with one value changed."""
    copy = deepcopy(told)
    inner: Any = copy
    for step in way[:-1]:
        inner = inner[step]
    inner[way[-1]] = new
    return copy


def other(told: dict[str, Any], way: tuple[Any, ...]) -> object:
    """Return another value of the kind of that at the end of a way."""
    value: Any = told
    for step in way:
        value = value[step]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value}0" if isinstance(value, str) else "something"


@cache
def compared(files: Files, asked: str) -> Comparison | None:
    """Compare the two files; None where the command says that this is no predicate, and exits with 3."""
    try:
        return compare_files(files[0], files[1], asked)
    except DeclarationError:
        return None


def noticed(told: dict[str, Any], files: Files, way: tuple[Any, ...]) -> bool:
    """Whether an edit is noticed, or stands in a field that is named as not verified: by the functions that
    the command calls, since there are hundreds of edits.
    """
    if told.get("_type") != certificate.STATEMENT or told.get("predicateType") != certificate.PREDICATE:
        return True
    about = context(read_build(files[2]), read_build(files[3]))
    asked = certificate.asked(told)
    comparison = compared(files, asked)
    if comparison is None:
        return True
    computed = certificate.statement(comparison, *files[:2], Digests(*files[:2]), about)
    if certificate.differences(told, computed):
        return True
    named = {*certificate.unverified(told, computed)}
    return bool({*way} & named) or (way[-1] == "name" and way[-2] in (0, "rebuilt"))


def test_every_edit_is_noticed_or_named(whole: dict[str, Any], files: Files) -> None:
    missed = [way for way in leaves(whole) if not noticed(edited(whole, way, other(whole, way)), files, way)]
    assert not missed
    assert len(list(leaves(whole))) > 60


@pytest.mark.parametrize(
    "way", [("subject",), ("predicate", "rebuilt"), ("predicate",), ("extra",), ("predicate", "extra")]
)
@pytest.mark.parametrize("new", [None, [], {}, "x", 3, [{"digest": {}}]], ids=repr)
def test_a_field_of_another_kind_is_noticed_or_named(
    tmp_path: Path, whole: dict[str, Any], files: Files, way: tuple[str, ...], new: object
) -> None:
    status, said = verified(tmp_path, edited(whole, way, new), files, builds=True)
    if way[-1] == "extra":
        assert "extra" in said.partition("not verified")[2]
    else:
        assert status in (1, 3)


def test_a_field_that_was_taken_out_is_noticed(whole: dict[str, Any], files: Files) -> None:
    for name in whole["predicate"]:
        copy = deepcopy(whole)
        del copy["predicate"][name]
        if name != "sourceDateEpoch" and name != "predicate":
            assert noticed(copy, files, ("predicate", name)), name


def test_an_added_subject_or_digest_is_noticed(tmp_path: Path, whole: dict[str, Any], files: Files) -> None:
    copy = deepcopy(whole)
    copy["subject"].append(copy["subject"][0])
    assert verified(tmp_path, copy, files, builds=True)[0] == 1
    copy = deepcopy(whole)
    copy["subject"][0]["digest"]["sha512"] = "0"
    assert verified(tmp_path, copy, files, builds=True)[0] == 1


def test_a_true_certificate_on_other_builds_is_noticed(
    tmp_path: Path, whole: dict[str, Any], files: Files
) -> None:
    swapped = (*files[:2], files[3], files[2])
    status, said = verified(tmp_path, whole, swapped, builds=True)
    assert (status, "builds, differences" in said) == (1, True)


def test_it_is_the_same_whenever_it_is_made(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    comparison = compare_files(*files[:2], "ulp(4)")
    made = {
        certificate.written(certificate.statement(comparison, *files[:2], Digests(*files[:2]), Context()))
        for _ in range(2)
    }
    assert len(made) == 1
    assert "sourceDateEpoch" not in made.pop()


def test_one_buildinfo_alone_is_refused(tmp_path: Path, whole: dict[str, Any], files: Files) -> None:
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(whole))
    assert run_command("verify-certificate", path, *files[:2], "--buildinfo", files[2]).returncode == 3
