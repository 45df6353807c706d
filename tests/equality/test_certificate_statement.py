"""Statements on comparisons, part by part: what they hold, how they are read, and what is told apart."""

import hashlib
import json
import platform
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

import lintian_ml
from lintian_ml.equality import certificate
from lintian_ml.equality.certificate import (
    CLAIMED,
    FROM_BUILDS,
    LARGEST,
    PREDICATE,
    RECOMPUTED,
    STATEMENT,
    UNKNOWN,
    Context,
    asked,
    differences,
    machine,
    pieces,
    read,
    rebuilt_digest,
    statement,
    subject_digest,
    unverified,
    written,
)
from lintian_ml.equality.digests import CHUNK, Digests
from lintian_ml.equality.predicate import Level
from lintian_ml.equality.verdict import Comparison, Part, PartResult, TensorResult, Verdict
from lintian_ml.error import UsageError

COMPARISON = Comparison(
    Verdict.MET,
    "ulp(4)",
    Level.NUMERICAL,
    "so it is",
    (PartResult(Part.TENSORS, Verdict.MET, slack=1.5),),
    (TensorResult("w", Verdict.MET, "ulp(4)", elements=3, slack=2.0),),
    ("a note",),
    suggested=True,
)
FULL = Context({"shipped": {"package": "p"}}, {"blas": []}, "https://example.org/", {"wrong": 0})


def files(folder: Path) -> tuple[Path, Path]:
    first, second = folder / "shipped.bin", folder / "rebuilt.bin"
    first.write_bytes(b"first")
    second.write_bytes(b"second")
    return first, second


def made(folder: Path, context: Context = UNKNOWN) -> dict[str, Any]:
    """Return a Statement on two files, as it is read back."""
    pair = files(folder)
    found = statement(COMPARISON, *pair, Digests(*pair), context)
    return json.loads(written(found))  # type: ignore[no-any-return]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_statement_is_on_the_shipped_file_and_says_what_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    whole = made(tmp_path, FULL)
    assert whole.keys() == {"_type", "subject", "predicateType", "predicate"}
    assert whole["_type"] == "https://in-toto.io/Statement/v1"
    assert whole["predicateType"] == "urn:x-lintian-ml:model-equality:2"
    assert whole["subject"] == [{"name": "shipped.bin", "digest": {"sha256": sha256(b"first")}}]
    body = whole["predicate"]
    assert set(body) == {*RECOMPUTED, *FROM_BUILDS, *CLAIMED}
    assert body["rebuilt"] == {"name": "rebuilt.bin", "digest": {"sha256": sha256(b"second")}}
    assert (body["predicate"], body["verdict"], body["level"]) == ("ulp(4)", "met", "numerical")
    assert (body["reason"], body["notes"], body["slackBits"]) == ("so it is", ["a note"], 3.5)
    assert [part["part"] for part in body["parts"]] == ["tensors"]
    assert [tensor["name"] for tensor in body["tensors"]] == ["w"]
    assert body["builds"] == {"shipped": {"package": "p"}}
    assert body["differences"] == {"blas": []}
    assert body["builder"] == "https://example.org/"
    assert body["selfTest"] == {"wrong": 0}
    assert body["versions"] == {
        "lintian-ml": lintian_ml.__version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
    }
    assert body["machine"] == machine()


def test_what_is_not_known_is_nothing(tmp_path: Path) -> None:
    body = made(tmp_path)["predicate"]
    assert Context() == UNKNOWN == Context(None, None, None, None)
    assert [body[name] for name in ("builds", "differences", "builder", "selfTest")] == [None] * 4


def test_it_has_no_time_but_that_of_the_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "12345")
    assert made(tmp_path)["predicate"]["sourceDateEpoch"] == "12345"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "")
    assert "sourceDateEpoch" not in made(tmp_path)["predicate"]


def test_it_is_written_sorted_in_ascii_line_by_line() -> None:
    assert written({"b": [1], "a": "ä"}) == '{\n "a": "\\u00e4",\n "b": [\n  1\n ]\n}\n'
    with pytest.raises(ValueError, match="float"):
        written({"a": float("inf")})


def test_digests_are_those_of_all_bytes(tmp_path: Path) -> None:
    assert CHUNK == 1 << 20
    paths = [tmp_path / name for name in "abc"]
    contents = [b"", bytes(CHUNK + 5), b"x" * (2 * CHUNK)]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    digests = Digests(*paths)
    assert [digests.of(path) for path in paths] == list(map(sha256, contents))


def test_a_file_that_cannot_be_read_has_no_digest(tmp_path: Path) -> None:
    path = tmp_path / "none"
    with pytest.raises(UsageError, match=f"^{path}: No such file or directory$"):
        Digests(path).of(path)


def test_what_takes_digests_ends_with_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[bool] = []

    class Noted(Thread):
        def start(self) -> None:
            """Note how it was made, and start."""
            told.append(self.daemon)
            super().start()

    monkeypatch.setattr("lintian_ml.equality.digests.Thread", Noted)
    digests = Digests(*files(tmp_path))
    assert digests.of(tmp_path / "shipped.bin") == sha256(b"first")
    assert told == [True, True]


# Reading.


def test_a_statement_is_read_back(tmp_path: Path) -> None:
    whole = made(tmp_path)
    path = tmp_path / "certificate.json"
    path.write_text(written(whole))
    assert read(path) == whole


def test_a_file_as_large_as_the_largest_is_read_and_no_larger_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LARGEST == 256 << 20
    path = tmp_path / "certificate.json"
    path.write_text(written(made(tmp_path)))
    monkeypatch.setattr(certificate, "LARGEST", path.stat().st_size)
    assert read(path)
    monkeypatch.setattr(certificate, "LARGEST", path.stat().st_size - 1)
    with pytest.raises(UsageError, match="is larger than 0 MiB, which no certificate is"):
        read(path)
    monkeypatch.setattr(certificate, "LARGEST", 3 << 20)
    path.write_bytes(bytes((3 << 20) + 1))
    with pytest.raises(UsageError, match="is larger than 3 MiB"):
        read(path)


BODY = {"_type": STATEMENT, "predicateType": PREDICATE, "predicate": {}}


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"{", "is not JSON: "),
        (b"\xff", "is not JSON: "),
        (b"[" * 100_000, "is not JSON: "),
        (b"[]", "is no in-toto Statement$"),
        (b"{}", "is no in-toto Statement$"),
        (json.dumps(BODY | {"_type": "x"}).encode(), "is no in-toto Statement$"),
        (json.dumps(BODY | {"predicateType": "x"}).encode(), "is a Statement, but not on the equality"),
        (json.dumps(BODY | {"predicate": []}).encode(), "is a Statement, but not on the equality"),
    ],
    ids=["open", "no text", "deep", "list", "nothing", "other", "on something else", "without body"],
)
def test_what_is_no_statement_of_ours_is_refused(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "certificate.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=f"^{path}: {what}"):
        read(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"^{tmp_path / 'x'}: No such file or directory$"):
        read(tmp_path / "x")


def test_what_it_is_on_is_empty_where_it_does_not_say() -> None:
    assert asked({"predicate": {"predicate": "same"}}) == "same"
    assert (
        asked({"predicate": {"predicate": 3}}) == asked({"predicate": []}) == asked({"predicate": {}}) == ""
    )
    good = {"name": "w", "digest": {"sha256": "ab"}}
    assert subject_digest({"subject": [good]}) == "ab"
    assert rebuilt_digest({"predicate": {"rebuilt": good}}) == "ab"
    assert rebuilt_digest({"predicate": []}) == subject_digest({}) == ""
    for subject in ([good, good], good, [], "ab"):
        assert subject_digest({"subject": subject}) == ""
    for odd in (
        good | {"size": 3},
        good | {"digest": {"sha256": "ab", "md5": "cd"}},
        good | {"digest": {"md5": "cd"}},
        good | {"digest": {"sha256": 3}},
        good | {"digest": "ab"},
        {"name": "w"},
        "ab",
        None,
    ):
        assert subject_digest({"subject": [odd]}) == rebuilt_digest({"predicate": {"rebuilt": odd}}) == ""
    assert subject_digest({"subject": [{"digest": {"sha256": "ab"}}]}) == "ab"


# Telling apart.


def changed(certificate: dict[str, Any], *way: Any, new: object = "other") -> dict[str, Any]:
    """Return a copy with one value changed, or taken out where ``new`` is Ellipsis."""
    copy = json.loads(json.dumps(certificate))
    inner = copy
    for step in way[:-1]:
        inner = inner[step]
    if new is ...:
        del inner[way[-1]]
    else:
        inner[way[-1]] = new
    return copy  # type: ignore[no-any-return]


def test_the_same_claims_come_out_again(tmp_path: Path) -> None:
    whole = made(tmp_path, FULL)
    assert differences(whole, whole) == []
    pair = files(tmp_path)
    assert differences(whole, statement(COMPARISON, *pair, Digests(*pair), FULL)) == []
    assert differences(changed(whole, "subject", 0, "name"), whole) == []
    assert differences(changed(whole, "predicate", "rebuilt", "name"), whole) == []
    for name in CLAIMED:
        assert differences(changed(whole, "predicate", name), whole) == []


@pytest.mark.parametrize("name", [*RECOMPUTED, *FROM_BUILDS])
def test_another_claim_is_a_difference_and_so_is_none(tmp_path: Path, name: str) -> None:
    whole = made(tmp_path, FULL)
    assert differences(changed(whole, "predicate", name), whole) == [name]
    assert differences(changed(whole, "predicate", name, new=...), whole) == [name]


def test_differences_come_in_a_fixed_order(tmp_path: Path) -> None:
    whole = made(tmp_path, FULL)
    other = changed(changed(whole, "predicate", "rebuilt"), "subject", new=[])
    for name in ("level", "builds"):
        other = changed(other, "predicate", name)
    for name in ("versions", "builder"):
        other = changed(other, "predicate", name, new=...)
    assert differences(other, whole) == [
        "subject", "level", "rebuilt", "builds", "builder is missing", "versions is missing"
    ]  # fmt: skip


def test_what_builds_say_is_held_against_them_only_where_they_are_given(tmp_path: Path) -> None:
    whole, bare = made(tmp_path, FULL), made(tmp_path)
    assert differences(whole, bare) == []
    assert differences(bare, whole) == ["builds", "differences"]
    assert differences(changed(bare, "predicate", "builds", new=...), bare) == ["builds is missing"]


def test_true_is_not_one_and_one_not_one_point_zero(tmp_path: Path) -> None:
    whole = made(tmp_path)
    at = ("predicate", "tensors", 0, "differing")
    for new in (0.0, False):
        assert differences(changed(whole, *at, new=new), whole) == ["tensors"]
    turned = changed(
        whole, "predicate", "parts", 0, new=dict(reversed(whole["predicate"]["parts"][0].items()))
    )
    assert differences(turned, whole) == []


def test_what_nobody_computed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    whole, bare = made(tmp_path, FULL), made(tmp_path)
    claims = ["builder", "machine", "selfTest", "versions"]
    assert list(unverified(whole, whole)) == ["the names of both files", *claims]
    assert list(unverified(bare, bare)) == [
        "the names of both files", *sorted([*claims, "builds", "differences"])
    ]  # fmt: skip
    more = changed(changed(whole, "zebra"), "apple") | {"predicate": whole["predicate"] | {"zoo": 1}}
    assert list(unverified(more, whole)) == ["the names of both files", *claims, "zoo", "apple", "zebra"]


# Where it was made.


def test_the_machine_tells_its_kind_and_what_its_processor_can_do() -> None:
    told = machine()
    assert told.keys() == {"architecture", "cpuFlags", "blas"}
    assert told["architecture"] == platform.machine()


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("model : 3\nflags\t\t: sse2 avx  abm\nflags : other\n", ["abm", "avx", "sse2"]),
        ("Features : fp asimd\n", ["asimd", "fp"]),
        ("bugs : none\n", []),
        ("", []),
        ("flags\n", []),
        ("flags : a:b\n", ["a:b"]),
    ],
)
def test_the_flags_of_the_processor_are_sorted(
    text: str, flags: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[tuple[object, ...]] = []

    def given(path: Path, *how: object) -> str:
        asked_for.append((str(path), *how))
        return text

    monkeypatch.setattr(Path, "read_text", given)
    assert machine()["cpuFlags"] == flags
    assert asked_for == [("/proc/cpuinfo", "ascii", "replace")]


def test_a_system_without_an_account_of_its_processor_tells_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(path: Path, *how: object) -> str:
        raise FileNotFoundError(path)

    monkeypatch.setattr(Path, "read_text", none)
    assert machine()["cpuFlags"] == []


def blas(told: object) -> Callable[..., object]:
    def show(mode: str) -> object:
        assert mode == "dicts"
        return told

    return show


def test_the_library_of_linear_algebra_is_told_where_numpy_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent() -> None:
        """Take no mode, as numpy before 1.26."""

    openblas = {"Build Dependencies": {"blas": {"name": "openblas", "version": "0.3", "found": True}}}
    for show, expected in (
        (blas(openblas), "openblas 0.3"),
        (blas({"Build Dependencies": {"blas": {"name": "x"}}}), "x"),
        (blas({"Build Dependencies": {"blas": {"version": "1"}}}), "1"),
        (blas({"Build Dependencies": {}}), ""),
        (blas({}), ""),
        (blas(None), ""),
        (silent, ""),
    ):
        monkeypatch.setattr(np, "show_config", show)
        assert machine()["blas"] == expected


def test_a_comparison_that_suggests_nothing_comes_out_alike(tmp_path: Path) -> None:
    pair = files(tmp_path)
    one, other = (
        statement(replace(COMPARISON, suggested=way), *pair, Digests(*pair)) for way in (True, False)
    )
    assert one == other


@pytest.mark.parametrize("count", [0, 1, 3])
def test_what_is_written_in_pieces_is_the_whole(count: int, tmp_path: Path) -> None:
    tensors = (TensorResult('w\n  "tensors": []', Verdict.MET, "ulp(4)", slack=2.0, shape=(2, 3)),) * count
    comparison = replace(COMPARISON, tensors=tensors, notes=('\n  "tensors": [],',))
    pair = files(tmp_path)
    digests = Digests(*pair)
    assert "".join(pieces(comparison, *pair, digests, FULL)) == written(
        statement(comparison, *pair, digests, FULL)
    )
