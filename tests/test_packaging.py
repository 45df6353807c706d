"""What debian/ and setup.cfg say holds together, and dh_lintian_ml installs overrides."""

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from debian.changelog import Changelog
from debian.deb822 import Deb822

import lintian_ml
from lintian_ml.completion import shell_names
from lintian_ml.package import BINARY_OVERRIDES

ROOT = Path(__file__).parent.parent
DEBIAN = ROOT / "debian"

CONTROL = list(Deb822.iter_paragraphs((DEBIAN / "control").read_text("utf-8")))
PACKAGES = {stanza["Package"]: stanza for stanza in CONTROL[1:]}


def names(text: str) -> set[str]:
    """Return the names of packages in a field with relations."""
    return set(re.findall(r"(?:^|,)\s*([a-z][a-z0-9.+-]+)", text))


def test_the_version_is_that_of_the_changelog() -> None:
    newest = Changelog((DEBIAN / "changelog").read_text("utf-8"))
    assert str(newest.version) == lintian_ml.__version__


def test_there_are_the_commands_the_modules_the_manual_and_the_sequence() -> None:
    assert set(PACKAGES) == {"lintian-ml", "python3-lintian-ml", "lintian-ml-doc", "dh-lintian-ml"}
    assert PACKAGES["dh-lintian-ml"]["Provides"].strip(" ,\n") == "dh-sequence-lintian-ml"


def test_what_is_optional_is_recommended_or_suggested() -> None:
    weak = names(",".join(stanza.get(kind, "") for stanza in PACKAGES.values()
                          for kind in ("Recommends", "Suggests")))  # fmt: skip
    assert {"bubblewrap", "python3-distributed", "python3-matplotlib", "python3-onnxruntime"} <= weak


def test_every_file_of_the_source_that_is_installed_exists() -> None:
    lists = [path for path in DEBIAN.iterdir() if path.suffix in (".install", ".docs", ".manpages")]
    listed = [line.split()[0] for path in lists for line in path.read_text().splitlines()]
    sources = [line for line in listed if not line.startswith(("usr/", "debian/tmp/"))]
    assert sources
    assert [line for line in sources if not list(ROOT.glob(line))] == []


@pytest.mark.parametrize("shell", shell_names())
def test_the_build_installs_the_completion_of_every_shell(shell: str) -> None:
    assert f"completion {shell} > $(share)/{shell}" in (DEBIAN / "rules").read_text()
    assert f"usr/share/{shell}" in (DEBIAN / "lintian-ml.install").read_text()


def test_tests_of_the_build_find_every_file_that_they_read() -> None:
    copied = (DEBIAN / "pybuild.testfiles").read_text().split()
    assert [path for path in copied if not (ROOT / path).exists()] == []
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py"))
    read = {first for first in re.findall(r'ROOT / "([\w.-]+)', source) if first != "lintian_ml"}
    assert read - {*copied} == set()


def test_every_extra_that_is_promised_can_be_asked_for() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    extras = set(config["options.extras_require"])
    promised = set(re.findall(r"`\.\[(\w+)\]`", (ROOT / "README.md").read_text("utf-8")))
    assert promised
    assert promised | {"dev"} <= extras


def test_overrides_are_installed_where_the_linter_looks_for_them(tmp_path: Path) -> None:
    if not Path("/usr/share/perl5/Debian/Debhelper/Dh_Lib.pm").exists():
        pytest.skip("debhelper is not there")
    folder = tmp_path / "debian"
    folder.mkdir()
    control = "Source: net\nBuild-Depends: debhelper-compat (= 13)\n\nPackage: net\nArchitecture: all\n"
    (folder / "control").write_text(control)
    (folder / "net.lintian-ml-overrides").write_text("net: shipped-model *\n")
    (folder / "source.lintian-ml-overrides").write_text("net source: undeclared-model *\n")
    perl = shutil.which("perl", path="/usr/bin:/bin") or "perl"
    settings = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": os.environ.get("HOME", "/")}
    done = subprocess.run(
        [perl, DEBIAN / "dh/dh_lintian_ml"], cwd=tmp_path, env=settings, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    installed = folder / "net" / BINARY_OVERRIDES
    assert [path.name for path in installed.iterdir()] == ["net"]
    assert (installed / "net").read_text() == "net: shipped-model *\n"
