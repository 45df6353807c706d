"""Two builds of a package: which models are the same, by which predicate, and what else was not the same."""

import json
import shutil
from pathlib import Path

import pytest

from lintian_ml.samples import declaration, nudged, sample
from lintian_ml.verification.builds import Build, differences, find_build, read_build
from tests.building import run_command
from tests.uploads import INSTALLED, binary, buildinfo, changes, upload

pytestmark = pytest.mark.skipif(not shutil.which("dpkg-source"), reason="dpkg-dev is not there")

SAMPLE = "linear.safetensors"
BUILT = {
    "Files": None,
    "Built-Files": "build/net.safetensors",
    "Installed-Files": f"tinynet-data: {INSTALLED}",
}
SOURCE = {"train.py": "import numpy\n", "debian/models": declaration(BUILT)}


def two(
    folder: Path, second: bytes, source: dict[str, str] = SOURCE, **environment: str
) -> tuple[Path, Path]:
    """Build the package twice; the second build makes ``second``."""
    first = upload(folder / "a", source, {INSTALLED: sample(SAMPLE)})
    return first, upload(folder / "b", source, {INSTALLED: second}, **environment)


class TestWords:
    def test_reproducible(self, tmp_path: Path) -> None:
        ran = run_command("compare", *two(tmp_path, sample(SAMPLE)))
        assert ran.returncode == 0
        assert f"{INSTALLED}: reproducible (bit for bit)\n" in ran.stdout
        assert (
            "1 model: 1 reproducible (bit for bit)\nenvironments: the same, by both .buildinfo\n"
            in ran.stdout
        )

    def test_model_equal(self, tmp_path: Path) -> None:
        ran = run_command("compare", *two(tmp_path, nudged(SAMPLE)))
        assert ran.returncode == 0
        assert f"{INSTALLED}: model-equal under ulp(4) (not bit-for-bit)\n" in ran.stdout
        assert "  predicate: as declared of net\n" in ran.stdout
        assert "1 model: 1 model-equal (not bit-for-bit)\n" in ran.stdout

    def test_not_equal(self, tmp_path: Path) -> None:
        ran = run_command("compare", *two(tmp_path, nudged(SAMPLE, 20)))
        assert (ran.returncode, "1 model: 1 not equal\n" in ran.stdout) == (1, True)

    def test_not_decided(self, tmp_path: Path) -> None:
        source = {
            **SOURCE,
            "debian/models": declaration({**BUILT, "Equality": "decides(held-out, margin=1)"}),
        }
        ran = run_command("compare", *two(tmp_path, nudged(SAMPLE), source))
        assert (ran.returncode, "1 model: 1 not decided\n" in ran.stdout) == (2, True)

    def test_a_copy_of_the_sources_own_file_is_called_one(self, tmp_path: Path) -> None:
        source = {**SOURCE, "net.safetensors": sample(SAMPLE)}
        ran = run_command("compare", *two(tmp_path, sample(SAMPLE), source))  # type: ignore[arg-type]
        assert "reproducible (bit for bit), a copy of net.safetensors\n" in ran.stdout
        assert "1 model:" in ran.stdout, "what both sources hold is no result of a build"


class TestInputs:
    def test_build_infos_with_their_files_beside(self, tmp_path: Path) -> None:
        first, second = (one.with_suffix(".buildinfo") for one in two(tmp_path, nudged(SAMPLE)))
        ran = run_command("compare", first, second)
        assert "model-equal under ulp(4)" in ran.stdout

    def test_binary_packages_with_the_source_given(self, tmp_path: Path) -> None:
        first, second = (one.with_name("tinynet-data_1.0_all.deb") for one in two(tmp_path, nudged(SAMPLE)))
        ran = run_command("compare", first, second, "--source", tmp_path / "a" / "tinynet_1.0.dsc")
        assert "model-equal under ulp(4)" in ran.stdout
        assert "environments: the same" in ran.stdout, "the .buildinfo beside them list them"
        without = run_command("compare", first, second)
        assert "model-equal under dense.weight ulp(1)" in without.stdout, "nothing is declared"

    def test_an_option_outweighs_what_is_declared(self, tmp_path: Path) -> None:
        ran = run_command("compare", "--predicate", "same", *two(tmp_path, nudged(SAMPLE)))
        assert (ran.returncode, "as declared" in ran.stdout) == (1, False)

    def test_the_same_place_on_two_architectures(self, tmp_path: Path) -> None:
        fields = {**BUILT, "Installed-Files": "tinynet-data: usr/lib/*/net.safetensors"}
        source = {**SOURCE, "debian/models": declaration(fields)}
        first = upload(tmp_path / "a", source, {"usr/lib/x86_64-linux-gnu/net.safetensors": sample(SAMPLE)})
        second = upload(tmp_path / "b", source, {"usr/lib/aarch64-linux-gnu/net.safetensors": sample(SAMPLE)})
        ran = run_command("compare", first, second)
        assert "1 model: 1 reproducible" in ran.stdout

    def test_a_model_within_a_program(self, tmp_path: Path) -> None:
        fields = {**BUILT, "Installed-Files": None, "Compiled-Into": "tinynet-data: usr/bin/tiny"}
        source = {**SOURCE, "debian/models": declaration(fields)}
        made = [
            upload(tmp_path / name, source, {"usr/bin/tiny": text}) for name, text in (("a", "1"), ("b", "2"))
        ]
        ran = run_command("compare", *made)
        assert (ran.returncode, "a model is compiled into it" in ran.stdout) == (2, True)
        ran = run_command("compare", made[0], made[0])
        assert "1 model: 1 reproducible" in ran.stdout

    def test_a_source_without_a_declaration_is_the_users_mistake(self, tmp_path: Path) -> None:
        first, second = two(tmp_path, sample(SAMPLE), {"README": "nothing\n"})
        ran = run_command("compare", first, second, "--source", tmp_path / "a" / "tinynet_1.0.dsc")
        assert (ran.returncode, "has no debian/models" in ran.stderr) == (3, True)

    def test_a_truncated_package_is_trouble(self, tmp_path: Path) -> None:
        first, second = two(tmp_path, sample(SAMPLE))
        package = second.with_name("tinynet-data_1.0_all.deb")
        package.write_bytes(package.read_bytes()[:300])
        ran = run_command("compare", first, second)
        assert (ran.returncode, "truncated" in ran.stderr) == (3, True)
        assert "Traceback" not in ran.stderr

    def test_lines_of_json(self, tmp_path: Path) -> None:
        ran = run_command("compare", "--format", "json", *two(tmp_path, nudged(SAMPLE), path="/other"))
        model, around = map(json.loads, ran.stdout.splitlines())
        assert (model["package"], model["declared"]) == ("tinynet-data", "net")
        assert model["outcome"] == "model-equal under ulp(4) (not bit-for-bit)"
        assert around["environments"]["differences"] == [
            {"field": "Build-Path", "name": "", "first": "/build/tinynet", "second": "/other"}
        ]

    def test_a_certificate_for_each_model(self, tmp_path: Path) -> None:
        made = two(tmp_path, nudged(SAMPLE), numpy="9")
        folder = tmp_path / "certificates"
        run_command("compare", "--certificate", folder, "--builder", "me", *made)
        (path,) = folder.iterdir()
        body = json.loads(path.read_text())["predicate"]
        assert body["builds"]["rebuilt"]["package"] == "tinynet-data"
        assert [one["name"] for one in body["differences"]["Installed-Build-Depends"]] == ["python3-numpy"]
        for name, data in (("a.st", sample(SAMPLE)), ("b.st", nudged(SAMPLE))):
            (tmp_path / name).write_bytes(data)
        builds = ("--buildinfo", made[0].with_suffix(".buildinfo"))
        again = ("--rebuilt-buildinfo", made[1].with_suffix(".buildinfo"))
        ran = run_command("verify-certificate", path, tmp_path / "a.st", tmp_path / "b.st", *builds, *again)
        assert ran.returncode == 0, ran.stdout


class TestEnvironments:
    def test_what_differs_is_told_by_field(self, tmp_path: Path) -> None:
        ran = run_command("compare", *two(tmp_path, sample(SAMPLE), path="/b", numpy="2"))
        assert "environments: 2 differences, by both .buildinfo\n" in ran.stdout
        assert "  Build-Path: /build/tinynet / /b\n" in ran.stdout
        assert "  Installed-Build-Depends: python3-numpy: 1:1.24.2-1 / 2\n" in ran.stdout

    def test_what_only_one_has_differs(self) -> None:
        one, other = Build("a", "", installed={"gcc": "1"}), Build("b", "", environment={"LANG": "C"})
        assert [str(each) for each in differences(one, other)] == [
            "Environment: LANG: - / C",
            "Installed-Build-Depends: gcc: 1 / -",
        ]

    def test_a_build_that_is_not_there_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "a").mkdir()
        package = binary(tmp_path / "a", {INSTALLED: sample(SAMPLE)})
        ran = run_command("compare", package, changes(tmp_path / "a", package))
        assert "environments: not compared, as neither side has a .buildinfo\n" in ran.stdout

    def test_one_that_lists_another_file_is_not_that_of_a_package(self, tmp_path: Path) -> None:
        package = binary(tmp_path, {INSTALLED: sample(SAMPLE)})
        found = buildinfo(tmp_path, package)
        assert find_build(package) == read_build(found)
        package.write_bytes(package.read_bytes() + b"\n")
        assert find_build(package) is None

    def test_the_whole_of_a_real_one_is_read(self, tmp_path: Path) -> None:
        build = read_build(buildinfo(tmp_path))
        assert build.installed["libopenblas0-pthread"] == "0.3.21+ds-4"
        assert build.environment == {"DEB_BUILD_OPTIONS": "parallel=2", "LANG": "C.UTF-8"}
        assert (build.architecture, build.path) == ("amd64", "/build/tinynet")
