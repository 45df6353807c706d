"""What docs/integration.md tells to paste does what it says, where the tool is there to be asked.

Not tried here: sbuild and pbuilder, which need a chroot, Salsa itself, and pre-commit, which needs a network.
"""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.example import write_source
from tests.integration.page import ROOT, pasted, sections, shown

HINT = "E: face source: non-free-model-in-main face.onnx [debian/copyright:9]"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with the command on the path, and the example's source in it."""
    command = tmp_path / "bin" / "lintian-ml"
    command.parent.mkdir()
    path = os.pathsep.join(entry for entry in sys.path if entry)
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH={path} exec {sys.executable} -m lintian_ml --allow-root "$@"\n'
    )
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    write_source(tmp_path)
    return tmp_path


def need(*programs: str) -> None:
    """Skip the test where a program is missing."""
    for program in programs:
        if not shutil.which(program):
            pytest.skip(f"{program} is not there")


def run(*words: str, home: Path, cwd: Path | None = None, said: str = "") -> tuple[int, str]:
    """Run a program with that home; return its status and all that it printed."""
    kept = {name: os.environ[name] for name in ("LANG",) if name in os.environ}
    settings = {**kept, "HOME": str(home), "PATH": f"{home}/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
    done = subprocess.run(
        words,
        cwd=cwd or home / "face-1.0",
        env=settings,
        input=said,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def assert_shown(title: str, printed: str) -> None:
    """Assert that every line which a section shows was printed."""
    lines = [line.strip() for line in printed.splitlines()]
    assert [line for line in shown(title) if not any(line in told for told in lines)] == []


def make_repository(home: Path) -> None:
    """Put the example under git."""
    for command in (
        "init --quiet --initial-branch=master",
        "config user.email author@example.org",
        "config user.name A",
        "add --all",
        "commit --quiet --message=Example",
    ):
        status, told = run("git", *command.split(), home=home)
        assert status == 0, told


def test_dpkg_buildpackage_stops(home: Path) -> None:
    need("dpkg-buildpackage")
    target = home / ".config/dpkg/buildpackage.conf"
    target.parent.mkdir(parents=True)
    target.write_text(pasted("dpkg-buildpackage"))
    status, told = run("dpkg-buildpackage", "--no-sign", "--build=source", "--no-check-builddeps", home=home)
    assert status == 2
    assert_shown("dpkg-buildpackage", told)


def test_debuild_stops_before_signing(home: Path) -> None:
    need("debuild")
    (home / ".devscripts").write_text(
        pasted("debuild").replace("'lintian-ml", f"'{home}/bin/lintian-ml")  # debuild forgets the path
    )
    status, told = run("debuild", "--no-lintian", "-us", "-uc", "-S", "-d", home=home)
    assert status == 29
    assert HINT in told
    assert "Running signing-hook" in told


@pytest.mark.parametrize(("answer", "uploaded"), [("n", False), ("y", True)])
def test_dput_asks_before_the_upload(answer: str, uploaded: bool, home: Path) -> None:
    need("dput", "dpkg-buildpackage")
    if not Path("/usr/share/dput-ng").is_dir():
        pytest.skip("dput-ng is not there")
    run("dpkg-buildpackage", "--no-sign", "--build=source", "--no-check-builddeps", home=home)
    incoming = home / "incoming"
    incoming.mkdir()
    hooks = json.loads(pasted("dput-ng"))["+hooks"]
    profile = {"method": "local", "incoming": str(incoming), "fqdn": "localhost", "meta": "", "hooks": hooks}
    for path, content in {
        "profiles/here.json": json.dumps(profile | {"allow_unsigned_uploads": True}),
        "hooks/lintian-ml.json": (ROOT / "debian/dput-ng/lintian-ml.json").read_text(),
    }.items():
        target = home / ".dput.d" / path
        target.parent.mkdir(parents=True)
        target.write_text(content)
    module = home / "modules" / "lintian_ml"  # only the hook, as the interpreter is the system's
    module.mkdir(parents=True)
    (module / "__init__.py").touch()
    shutil.copy(ROOT / "lintian_ml/dput_hook.py", module)
    command = ["env", f"PYTHONPATH={module.parent}", "dput", "here", "face_1.0_source.changes"]
    status, told = run(*command, home=home, cwd=home, said=f"{answer}\n")
    assert any(incoming.iterdir()) is uploaded, told
    assert (status == 0) is uploaded
    assert HINT in told
    if not uploaded:
        assert_shown("dput-ng", told)


def test_gbp_fails_after_the_build(home: Path) -> None:
    need("gbp", "debuild", "git")
    make_repository(home)
    path = home / "bin/lintian-ml"
    (home / ".gbp.conf").write_text(pasted("gbp"))
    builder = "dpkg-buildpackage -S -us -uc -d"
    status, told = run("gbp", "buildpackage", f"--git-builder={builder}", home=home)
    assert path.exists()
    assert status == 1
    assert_shown("gbp", told)


def test_the_push_of_a_tag_is_stopped_and_that_of_a_branch_is_not(home: Path) -> None:
    need("git")
    make_repository(home)
    hook = home / "face-1.0/.git/hooks/pre-push"
    hook.write_text(pasted("git-debpush"))
    hook.chmod(0o755)
    run("git", "init", "--quiet", "--bare", str(home / "remote.git"), home=home)
    run("git", "remote", "add", "origin", str(home / "remote.git"), home=home)
    assert run("git", "push", "origin", "master", home=home)[0] == 0
    run("git", "tag", "debian/1.0", home=home)
    status, told = run("git", "push", "origin", "debian/1.0", home=home)
    assert status == 1
    assert HINT in told
    assert "debian/1.0" not in run("git", "ls-remote", "origin", home=home)[1]


def test_the_script_of_salsa_writes_both_reports_and_fails(home: Path) -> None:
    need("dpkg-buildpackage")
    run("dpkg-buildpackage", "--no-sign", "--no-check-builddeps", home=home)
    job = pasted("Salsa CI")
    commands = job.split("  script:\n")[1].split("  artifacts:")[0]
    script = "".join(f"{line.removeprefix('    - ')}\n" for line in commands.splitlines())
    status, told = run("env", f"WORKING_DIR={home}", "sh", "-e", "-c", script, home=home)
    assert status == 2
    assert_shown("Salsa CI", told)
    assert "non-free-model-in-main" in (home / "lintian-ml.xml").read_text()
    listed = json.loads((home / "lintian-ml.json").read_text())
    assert "non-free-model-in-main" in {one["check_name"] for one in listed}


def test_the_hook_of_pre_commit_is_one_that_is_offered() -> None:
    offered = (ROOT / ".pre-commit-hooks.yaml").read_text()
    assert "- id: lintian-ml\n" in pasted("pre-commit")
    assert "- id: lintian-ml\n" in offered


@pytest.mark.parametrize("title", sections())
def test_each_section_has_lines_to_paste_and_shows_what_was_printed(title: str) -> None:
    assert pasted(title)
    assert any(HINT in line or "non-free-model-in-main" in line for line in shown(title))
