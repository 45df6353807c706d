"""The examples of CONTRIBUTING.md are written into a copy of the source, and the commands behind them run."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")

FILES = re.findall(r"(?ms)^`([\w/.-]+)`:\n\n```\w*\n(.*?)^```$", PAGE)
BLOCKS = re.findall(r"(?ms)^```console\n(.*?)^```$", PAGE)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source with all examples in it, which finds its own checks and profiles."""
    folder = tmp_path_factory.mktemp("copy")
    unwanted = shutil.ignore_patterns("__pycache__", "checks", "profiles")
    for name in ("lintian_ml", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=unwanted)
    for name in ("checks", "profiles"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "lintian_ml" / name).symlink_to(folder / name)
    for path, text in FILES:
        assert not (folder / path).exists(), f"{path} is taken: the page needs another example"
        (folder / path).write_text(text)
    return folder


def commands() -> Iterator[tuple[str, list[str]]]:
    """Yield each command of the page with the lines that it must print."""
    for block in BLOCKS:
        for part in re.split(r"(?m)^\$ ", block)[1:]:
            command, *printed = part.splitlines()
            yield command, printed


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in the copy, with this Python."""
    python = folder / "bin"
    python.mkdir(exist_ok=True)
    for name, words in {"python": sys.executable, "pytest": f"{sys.executable} -m pytest"}.items():
        (python / name).write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        (python / name).chmod(0o755)
    settings = {**os.environ, "PATH": f"{python}:{os.environ['PATH']}", "PYTHONPATH": str(folder)}
    settings |= {"HOME": str(folder), "PYTEST_ADDOPTS": "-p no:cacheprovider"}
    return subprocess.run(
        command, shell=True, cwd=folder, env=settings, capture_output=True, text=True, timeout=240
    )


def test_each_part_has_a_file_and_commands() -> None:
    assert [path.split("/")[-2] for path, _ in FILES] == ["checks", "formats", "predicates", "profiles"]
    assert len(BLOCKS) == len(FILES)


def test_every_command_prints_what_the_page_shows(copy: Path) -> None:
    for command, printed in commands():
        done = run(command, copy)
        assert done.returncode in (0, 2), (command, done.stdout[-3000:], done.stderr[-3000:])
        missing = [line for line in printed if line.strip() not in map(str.strip, done.stdout.splitlines())]
        assert missing == [], (command, done.stdout[-3000:], done.stderr[-3000:])


def test_the_examples_keep_the_form_that_all_others_keep(copy: Path) -> None:
    form = "(test_checks and blank and not test_example) or (test_profiles and games) or exnet or signs"
    done = run(
        f"pytest -q tests/test_checks.py tests/test_floors.py tests/test_profiles.py -k '{form}'", copy
    )
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("tool", ["mypy --strict", "ruff check", "ruff format --check"])
def test_the_examples_are_clean(tool: str, copy: Path) -> None:
    program, *options = tool.split()
    if not shutil.which(program):
        pytest.skip(f"{program} is not there")
    shutil.copy(ROOT / "setup.cfg", copy)
    shutil.copy(ROOT / "pyproject.toml", copy)
    files = " ".join(path for path, _ in FILES if path.endswith(".py"))
    done = run(f"{shutil.which(program)} {' '.join(options)} {files}", copy)
    assert done.returncode == 0, done.stdout + done.stderr
