"""Whole reports, as they are printed. ``UPDATE_GOLDEN=1 pytest tests/test_golden.py`` writes them anew."""

import os
from pathlib import Path

import pytest

from lintian_ml import __version__
from lintian_ml.samples import copyright_file, declared
from tests.building import run_command, write_tree

GOLDEN = Path(__file__).parent / "golden"
TINYNET = Path(__file__).parent / "packages" / "tinynet_1.0-1.dsc"

EVERYTHING = ("-EvIL", "+>=classification", "--show-overrides")

REPORTS = {
    "tinynet.txt": ("tinynet", EVERYTHING),
    "tinynet.json": ("tinynet", ("--format", "json")),
    "tinynet-explained.txt": ("tinynet", ("--pedantic", "--info")),
    "tinynet-strict.txt": ("tinynet", ("--profile", "strict", "-v")),
    "free.txt": ("free", EVERYTHING),
    "toxic-candy.txt": ("toxic-candy", EVERYTHING),
    "toxic-candy.json": ("toxic-candy", ("--format", "json")),
    "non-free.txt": ("non-free", EVERYTHING),
    "mistakes.txt": ("mistakes", EVERYTHING),
}
"""Each golden file: the package and the options that make it."""


def package(name: str, folder: Path) -> Path:
    """Return the package of that name, made in ``folder`` unless it is a committed one."""
    if name == "tinynet":
        return TINYNET
    files = {
        "free": declared(),
        "toxic-candy": declared({"Training-Program": "lost.py"}, {"Access": "registration"}),
        "non-free": {**declared(), "debian/copyright": copyright_file("CC-BY-NC-4.0")},
        "mistakes": {
            **declared(
                {"Training-Programm": "x", "Files": "old.onnx", "Equality": "ulp(1"}, {"License": "FIXME"}
            ),
            "debian/source.lintian-ml-overrides": "# why\nundeclared-model net.onnx\nno-such-tag\n",
        },
    }[name]
    return write_tree(folder / name, files=files)


@pytest.mark.parametrize("golden", REPORTS)
def test_report(golden: str, tmp_path: Path) -> None:
    name, options = REPORTS[golden]
    done = run_command("--allow-root", *options, package(name, tmp_path))
    assert done.returncode in (0, 2), done.stderr
    printed = done.stdout.replace(f'"{__version__}"', '"VERSION"')
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / golden).write_text(printed)
    assert printed == (GOLDEN / golden).read_text()
