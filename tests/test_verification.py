"""The linter holds models against rebuilt ones: what it says, and that nothing in their place breaks it."""

import io
import json
import os
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lintian_ml.error import UsageError
from lintian_ml.policy import Assurance, Reproducibility, TrainingProgram
from lintian_ml.registry import find_profile
from lintian_ml.run import Report, Settings, lint
from lintian_ml.samples import declaration, nudged, sample, trained
from lintian_ml.verification import By
from tests.building import run_command, write_tree
from tests.uploads import INSTALLED, binary, changes, source, upload

NET = "net.safetensors"
SAMPLE = "linear.safetensors"
EXACT = {"Reproducibility": "bit-by-bit", "Equality": "identical"}
Changes = Mapping[str, str | None]

needs_dpkg = pytest.mark.skipif(not shutil.which("dpkg-source"), reason="dpkg-dev is not there")


def settings(**more: object) -> Settings:
    return replace(Settings(find_profile("debian")), **more)  # type: ignore[arg-type]


def tree(folder: Path, model: Changes | None = None, files: Mapping[str, bytes | str] = {}) -> Path:
    return write_tree(folder / "package", files={**trained(model), **files})


def rebuilt(folder: Path, data: bytes, path: str = NET) -> Path:
    """Write a rebuilder's folder with one file."""
    (folder / "rebuilt" / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / "rebuilt" / path).write_bytes(data)
    return folder / "rebuilt"


def against(package: Path, *given: Path) -> Report:
    (report,) = lint(package, settings(rebuilt=given))
    return report


def said(
    report: Report, prefix: tuple[str, ...] = ("equality", "reproducibility", "rebuilt", "bit")
) -> set[str]:
    """Return the tags of this room that a report has."""
    return {one.tag for one in report.hints if one.tag.startswith(prefix)}


class TestFolders:
    def test_a_rebuilt_file_is_found_at_the_path_of_the_shipped_one(self, tmp_path: Path) -> None:
        report = against(tree(tmp_path), rebuilt(tmp_path, nudged(SAMPLE)))
        (model,) = report.models
        assert model.verification and model.verification.met
        assert model.facts.reproducibility is Reproducibility.NUMERICAL
        assert model.facts.training_program is TrainingProgram.REPRODUCED
        assert model.judgement.assurance is Assurance.REPRODUCED
        assert "free (reproduced, rebuilt files)" in model.judgement.text

    @pytest.mark.parametrize("place", ["usr/share/net.st", "net-data/usr/share/net.st"])
    def test_or_where_it_is_installed(self, tmp_path: Path, place: str) -> None:
        package = tree(tmp_path, {"Installed-Files": "net-data: usr/share/net.st"})
        report = against(package, rebuilt(tmp_path, sample(SAMPLE), place))
        assert "reproducibility-claim-too-modest" in said(report)

    def test_the_level_is_no_higher_than_the_claim(self, tmp_path: Path) -> None:
        (model,) = against(tree(tmp_path), rebuilt(tmp_path, sample(SAMPLE))).models
        assert model.verification and model.verification.equal
        assert model.facts.reproducibility is Reproducibility.NUMERICAL

    def test_of_an_undeclared_model_only_bytes_are_compared(self, tmp_path: Path) -> None:
        package = write_tree(tmp_path / "package", {NET: SAMPLE})
        (model,) = against(package, rebuilt(tmp_path, sample(SAMPLE))).models
        assert model.facts.reproducibility is Reproducibility.BIT_BY_BIT
        (model,) = against(package, rebuilt(tmp_path, nudged(SAMPLE))).models
        assert model.facts.reproducibility is Reproducibility.UNVERIFIED

    def test_a_claim_that_fails_is_worth_nothing(self, tmp_path: Path) -> None:
        report = against(tree(tmp_path, EXACT), rebuilt(tmp_path, nudged(SAMPLE)))
        assert said(report) == {"equality-predicate-not-met"}
        assert report.models[0].facts.reproducibility is Reproducibility.NONE
        assert report.models[0].facts.training_program is TrainingProgram.CLAIMED

    @pytest.mark.parametrize("predicate", ["decides(p, margin=0.1)", "behaves(p, ulp(4))"])
    def test_a_measurement_is_never_taken(self, tmp_path: Path, predicate: str) -> None:
        package = tree(tmp_path, {"Reproducibility": "performance", "Equality": predicate})
        report = against(package, rebuilt(tmp_path, nudged(SAMPLE)))
        (hint,) = [one.hint for one in report.hints if one.tag == "equality-predicate-not-decided"]
        assert "needs evaluation" in hint.note

    def test_nothing_is_compared_where_nothing_is_given(self, tmp_path: Path) -> None:
        (report,) = lint(tree(tmp_path), settings())
        assert report.models[0].verification is None
        assert said(report) == {"reproducibility-unverified"}

    def test_a_folder_that_is_not_there_is_the_users_mistake(self, tmp_path: Path) -> None:
        ran = run_command("--allow-root", "--rebuilt", tmp_path / "no", tree(tmp_path))
        assert (ran.returncode, "no rebuilt files" in ran.stderr) == (1, True)


HOSTILE = {
    "empty": b"",
    "truncated": sample(SAMPLE)[:100],
    "noise": bytes(range(256)) * 40,
    "a header of four exbibytes": b"\xff\xff\xff\xff\xff\xff\xff\x3f{}",
    "another format": sample("linear.npz"),
    "a pickle": sample("logistic.pkl"),
    "a text": b"import os\n" * 100,
}


class TestBadInput:
    @pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
    def test_a_rebuilt_file_of_any_kind_gives_a_hint(self, tmp_path: Path, data: bytes) -> None:
        tags = said(against(tree(tmp_path), rebuilt(tmp_path, data)))
        assert len(tags & {"equality-predicate-not-decided", "equality-predicate-not-met"}) == 1

    @pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
    def test_so_does_one_in_the_source(self, tmp_path: Path, data: bytes) -> None:
        package = tree(tmp_path, {"Rebuilt-Files": "tests/again.bin"}, {"tests/again.bin": data})
        (report,) = lint(package, settings())
        tags = said(report)
        assert len(tags & {"equality-predicate-not-decided", "equality-predicate-not-met"}) == 1
        assert all(str(tmp_path) not in one.hint.note for one in report.hints), "notes are stable"

    @pytest.mark.parametrize("kind", ["symlink", "dangling", "pipe", "hard link", "package"])
    def test_what_is_no_file_of_its_own_proves_nothing(self, tmp_path: Path, kind: str) -> None:
        package, folder = tree(tmp_path), tmp_path / "rebuilt"
        folder.mkdir()
        if kind == "symlink":
            (folder / NET).symlink_to(package / NET)
        elif kind == "dangling":
            (folder / NET).symlink_to("nowhere")
        elif kind == "pipe":
            os.mkfifo(folder / NET)
        elif kind == "hard link":
            (folder / NET).hardlink_to(package / NET)
        else:
            folder = package
        assert said(against(package, folder)) == {"rebuilt-model-is-a-link"}

    def test_a_link_on_the_way_to_it_is_not_followed(self, tmp_path: Path) -> None:
        package = tree(tmp_path, {"Files": f"data/{NET}"}, {f"data/{NET}": sample(SAMPLE)})
        (tmp_path / "rebuilt").mkdir()
        (tmp_path / "rebuilt" / "data").symlink_to(package / "data")
        assert "rebuilt-model-is-a-link" in said(against(package, tmp_path / "rebuilt"))

    def test_a_hard_link_within_the_source_is_no_rebuilt_file(self, tmp_path: Path) -> None:
        package = tree(tmp_path, {"Rebuilt-Files": "again.safetensors"})
        (package / "again.safetensors").hardlink_to(package / NET)
        (report,) = lint(package, settings())
        assert "rebuilt-model-is-a-link" in said(report)

    def test_a_folder_in_the_place_of_the_file_is_none(self, tmp_path: Path) -> None:
        folder = tmp_path / "rebuilt"
        (folder / NET).mkdir(parents=True)
        report = against(tree(tmp_path), folder)
        assert said(report) == {"reproducibility-unverified"}

    def test_a_predicate_that_cannot_be_understood_is_no_crash(self, tmp_path: Path) -> None:
        report = against(tree(tmp_path, {"Equality": "ulp(("}), rebuilt(tmp_path, nudged(SAMPLE)))
        assert "equality-predicate-not-decided" in said(report)

    def test_rebuilt_files_of_several_names_are_not_guessed_at(self, tmp_path: Path) -> None:
        package = tree(tmp_path, {"Rebuilt-Files": "again/*"}, {"again/1.st": b"a", "again/2.st": b"b"})
        (report,) = lint(package, settings())
        (hint,) = [one.hint for one in report.hints if one.tag == "equality-predicate-not-decided"]
        assert "2 files are named" in hint.note


def npz(day: int) -> bytes:
    """Return an archive of one array, written on some day."""
    array, archive = io.BytesIO(), io.BytesIO()
    np.save(array, np.arange(6, dtype=np.float32))
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(zipfile.ZipInfo("w.npy", (2026, 1, day, 0, 0, 0)), array.getvalue())
    return archive.getvalue()


def test_a_time_in_the_container_is_what_breaks_equal_bits(tmp_path: Path) -> None:
    files = {"w.npz": npz(1)}
    package = tree(tmp_path, {**EXACT, "Files": "w.npz"}, files)
    report = against(package, rebuilt(tmp_path, npz(2), "w.npz"))
    assert said(report) == {"equality-predicate-not-met", "bit-level-breaker"}
    (hint,) = [one.hint for one in report.hints if one.tag == "bit-level-breaker"]
    assert "zip header of w.npy" in hint.note


class TestRebuiltFilesInTheSource:
    AGAIN = "tests/again.safetensors"

    def test_they_are_no_models_of_the_package(self, tmp_path: Path) -> None:
        package = tree(tmp_path, {"Rebuilt-Files": self.AGAIN}, {self.AGAIN: nudged(SAMPLE)})
        (report,) = lint(package, settings())
        assert [model.path for model in report.models] == [NET]

    def test_by_the_same_hand_they_prove_no_program(self, tmp_path: Path) -> None:
        package = tree(tmp_path, {"Rebuilt-Files": self.AGAIN}, {self.AGAIN: nudged(SAMPLE)})
        (report,) = lint(package, settings())
        (model,) = report.models
        assert model.verification and model.verification.by is By.SOURCE
        assert model.facts.reproducibility is Reproducibility.NUMERICAL
        assert model.facts.training_program is TrainingProgram.CLAIMED

    @needs_dpkg
    def test_they_are_found_in_tarballs_too(self, tmp_path: Path) -> None:
        dsc = source(tmp_path, {**trained({"Rebuilt-Files": self.AGAIN}), self.AGAIN: nudged(SAMPLE)})
        (report,) = lint(dsc, settings())
        assert "reproducibility-verified" in said(report)

    def test_what_comes_from_outside_counts_first(self, tmp_path: Path) -> None:
        package = tree(tmp_path, {"Rebuilt-Files": self.AGAIN}, {self.AGAIN: nudged(SAMPLE)})
        (model,) = against(package, rebuilt(tmp_path, sample(SAMPLE))).models
        assert model.verification and model.verification.by is By.REBUILT


BUILT = {
    "Files": None,
    "Built-Files": "build/net.safetensors",
    "Installed-Files": f"tinynet-data: {INSTALLED}",
}


@needs_dpkg
class TestBuilds:
    def source_files(self, **more: str | None) -> dict[str, bytes | str]:
        fields = {name.replace("_", "-"): value for name, value in more.items()}
        return {"train.py": "import numpy\n", "debian/models": declaration({**BUILT, **fields})}

    def test_two_builds_verify_a_model_that_the_build_trains(self, tmp_path: Path) -> None:
        first = upload(tmp_path / "a", self.source_files(), {INSTALLED: sample(SAMPLE)})
        second = upload(tmp_path / "b", self.source_files(), {INSTALLED: nudged(SAMPLE)})
        of_source, of_binary = lint(first, settings(rebuilt=(second,)))
        assert "reproducibility-verified" in said(of_source)
        assert said(of_binary) == set(), "the source has told it"
        (model,) = of_binary.models
        assert model.origin and model.origin.path == "build/net.safetensors"
        assert model.judgement.assurance is Assurance.REPRODUCED

    def test_a_folder_of_packages_is_a_build(self, tmp_path: Path) -> None:
        first = upload(tmp_path / "a", self.source_files(), {INSTALLED: sample(SAMPLE)})
        (tmp_path / "b").mkdir()
        binary(tmp_path / "b", {INSTALLED: nudged(SAMPLE, 20)})
        of_source, _ = lint(first, settings(rebuilt=(tmp_path / "b",)))
        assert "equality-predicate-not-met" in said(of_source)

    def test_the_copy_of_a_shipped_file_is_no_second_training(self, tmp_path: Path) -> None:
        files = trained({"Installed-Files": f"tinynet-data: {INSTALLED}"})
        first, second = (upload(tmp_path / name, files, {INSTALLED: sample(SAMPLE)}) for name in "ab")
        of_source, of_binary = lint(first, settings(rebuilt=(second,)))
        assert said(of_source) == {"reproducibility-unverified"}
        assert of_binary.models[0].origin is not None
        assert of_source.models[0].facts.training_program is TrainingProgram.CLAIMED

    def test_the_upload_itself_proves_nothing(self, tmp_path: Path) -> None:
        first = upload(tmp_path / "a", self.source_files(), {INSTALLED: sample(SAMPLE)})
        of_source, _ = lint(first, settings(rebuilt=(first,)))
        assert "rebuilt-model-is-a-link" in said(of_source)

    @pytest.mark.parametrize("keep", [200, 1], ids=["cut", "nearly nothing"])
    def test_a_truncated_package_gives_a_hint(self, tmp_path: Path, keep: int) -> None:
        first = upload(tmp_path / "a", self.source_files(), {INSTALLED: sample(SAMPLE)})
        (tmp_path / "b").mkdir()
        other = binary(tmp_path / "b", {INSTALLED: sample(SAMPLE)})
        other.write_bytes(other.read_bytes()[:keep])
        of_source, _ = lint(first, settings(rebuilt=(other,)))
        assert "equality-predicate-not-decided" in said(of_source)

    def test_a_model_that_came_out_unreadable_gives_a_hint(self, tmp_path: Path) -> None:
        first = upload(tmp_path / "a", self.source_files(), {INSTALLED: sample(SAMPLE)})
        second = upload(tmp_path / "b", self.source_files(), {INSTALLED: b"nothing"})
        of_source, _ = lint(first, settings(rebuilt=(second,)))
        (hint,) = [one.hint for one in of_source.hints if one.tag == "equality-predicate-not-decided"]
        assert "no model is recognised" in hint.note

    def test_binary_packages_alone_are_compared_by_their_bytes(self, tmp_path: Path) -> None:
        for name in "ab":
            (tmp_path / name).mkdir()
        one, other = (binary(tmp_path / name, {INSTALLED: sample(SAMPLE)}) for name in "ab")
        (model,) = against(one, other).models
        assert model.facts.reproducibility is Reproducibility.BIT_BY_BIT

    def test_a_model_within_a_program_is_known_by_its_declaration(self, tmp_path: Path) -> None:
        library = "usr/lib/x86_64-linux-gnu/libtiny.so.1"
        files = trained({"Compiled-Into": "tinynet-data: usr/lib/*/libtiny.so.1"})
        _, of_binary = lint(upload(tmp_path, files, {library: b"\x7fELF" + bytes(99)}), settings())
        (model,) = of_binary.models
        assert (model.path, model.found) == (f"{library}//net", None)
        assert model.judgement.class_.value == "free"

    def test_source_and_binary_are_joined_by_digest_without_a_declaration(self, tmp_path: Path) -> None:
        path = upload(tmp_path, {NET: sample(SAMPLE)}, {INSTALLED: sample(SAMPLE)})
        _, of_binary = lint(path, settings())
        assert of_binary.models[0].origin
        assert not [one for one in of_binary.hints if one.tag == "model-in-binary-package-without-source"]

    def test_what_only_the_binary_package_has_stays_unknown(self, tmp_path: Path) -> None:
        path = upload(tmp_path, {NET: sample(SAMPLE)}, {"usr/share/other.npz": sample("linear.npz")})
        _, of_binary = lint(path, settings())
        assert all(model.origin is None for model in of_binary.models)

    def test_every_profile_judges_the_installed_file_as_the_source(self, tmp_path: Path) -> None:
        readings = (find_profile("strict"), find_profile("guix"))
        made = upload(tmp_path, self.source_files(), {INSTALLED: sample(SAMPLE)})
        reports = list(lint(made, settings(readings=readings)))
        first, second = ({name: [one.class_ for one in judged] for name, judged in report.readings.items()}
                         for report in reports)  # fmt: skip
        assert first == second


def certificate(folder: Path, data: bytes, predicate: str = "ulp(4)") -> Path:
    """Write a certificate on the sample and a rebuilt file."""
    (folder / "shipped.safetensors").write_bytes(sample(SAMPLE))
    (folder / "other.safetensors").write_bytes(data)
    path = folder / "certificate.json"
    files = (folder / "shipped.safetensors", folder / "other.safetensors")
    run_command("compare", "--predicate", predicate, "--certificate", path, *files)
    return path


class TestCertificates:
    def held(self, folder: Path, path: Path, model: Changes | None = None) -> Report:
        (report,) = lint(tree(folder, model), settings(certificates=(path,)))
        return report

    def test_a_certificate_counts_for_the_file_with_its_digest(self, tmp_path: Path) -> None:
        report = self.held(tmp_path, certificate(tmp_path, nudged(SAMPLE)))
        assert said(report) == {"reproducibility-verified"}
        assert "reproduced, certificate" in report.models[0].judgement.text

    def test_what_was_certified_must_be_what_is_declared(self, tmp_path: Path) -> None:
        report = self.held(tmp_path, certificate(tmp_path, nudged(SAMPLE), "ulp(5)"))
        assert said(report) == {"equality-predicate-not-decided"}

    def test_equal_bytes_satisfy_any_predicate(self, tmp_path: Path) -> None:
        report = self.held(tmp_path, certificate(tmp_path, sample(SAMPLE), "ulp(5)"), EXACT)
        assert said(report) == {"reproducibility-verified"}

    def test_a_certificate_of_a_failure_is_one(self, tmp_path: Path) -> None:
        report = self.held(tmp_path, certificate(tmp_path, nudged(SAMPLE, 20)))
        assert said(report) == {"equality-predicate-not-met"}

    def test_one_on_another_file_says_nothing(self, tmp_path: Path) -> None:
        path = certificate(tmp_path, nudged(SAMPLE))
        told = json.loads(path.read_text())
        told["subject"][0]["digest"]["sha256"] = "0" * 64
        path.write_text(json.dumps(told))
        assert said(self.held(tmp_path, path)) == {"reproducibility-unverified"}

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("verdict", 7),
            ("predicate", None),
            ("slackBits", "many"),
            ("rebuilt", []),
            ("rebuilt", {"digest": 1}),
        ],
    )
    def test_fields_of_the_wrong_kind_are_no_crash(self, tmp_path: Path, key: str, value: object) -> None:
        path = certificate(tmp_path, nudged(SAMPLE))
        told = json.loads(path.read_text())
        told["predicate"][key] = value
        path.write_text(json.dumps(told))
        assert self.held(tmp_path, path).models

    def test_what_is_no_certificate_is_the_users_mistake(self, tmp_path: Path) -> None:
        (tmp_path / "no.json").write_text("{}")
        with pytest.raises(UsageError):
            self.held(tmp_path, tmp_path / "no.json")


class TestPreviousVersion:
    def test_the_command_tells_which_models_changed(self, tmp_path: Path) -> None:
        old = tree(tmp_path / "old")
        new = tree(tmp_path / "new", files={NET: nudged(SAMPLE)})
        ran = run_command("--allow-root", "-L", "+>=info", "--previous", old, new)
        assert "I: example source: model-changed-without-declaration-update net.safetensors" in ran.stdout


class TestTrainingPrograms:
    def test_the_declared_program_is_read_wherever_it_lies(self, tmp_path: Path) -> None:
        package = tree(
            tmp_path,
            {**EXACT, "Training-Program": "learn"},
            {"learn/go.py": "import random\nrandom.random()\n", "learn/data.txt": "1\n"},
        )
        (report,) = lint(package, settings())
        assert "bit-level-breaker" in said(report)

    @needs_dpkg
    def test_also_in_a_tarball(self, tmp_path: Path) -> None:
        files = trained({**EXACT, "Training-Program": "learn/go.py"})
        dsc = source(tmp_path, {**files, "learn/go.py": "import random\nrandom.random()\n"})
        (report,) = lint(dsc, settings())
        (hint,) = [one.hint for one in report.hints if one.tag == "bit-level-breaker"]
        assert str(hint.pointer) == "learn/go.py:2"

    @pytest.mark.parametrize("text", ["print 'two'\n", "(" * 5000, "\x00", "x = 1\n" * 99999])
    def test_a_program_that_cannot_be_parsed_is_passed_over(self, tmp_path: Path, text: str) -> None:
        (report,) = lint(tree(tmp_path, EXACT, {"train.py": text}), settings())
        assert "bit-level-breaker" not in said(report)


@needs_dpkg
def test_a_listing_of_only_a_source_has_nothing_built(tmp_path: Path) -> None:
    files = {"debian/models": declaration(BUILT)}
    made = changes(tmp_path, source(tmp_path, files), tmp_path / "tinynet_1.0.tar.xz")
    (tmp_path / "b").mkdir()
    other = binary(tmp_path / "b", {INSTALLED: sample(SAMPLE)})
    (report,) = lint(made, settings(rebuilt=(other,)))
    assert "reproducibility-unverified" in said(report)
