"""Three source packages, built with dpkg-source and judged by every reading: Free, ToxicCandy, Non-free.

``UPDATE_GOLDEN=1 pytest tests/test_whole.py`` writes the reports anew.
"""

import os
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from lintian_ml.samples import sample
from tests.building import CHANGELOG, CONTROL, COPYRIGHT, run_command

GOLDEN = Path(__file__).parent / "golden"

pytestmark = pytest.mark.skipif(not shutil.which("dpkg-source"), reason="dpkg-source is not there")

EXPAT = "\nLicense: Expat\n Permission is hereby granted, free of charge, to any person.\n"
DATA = b"4,2\n5,3\n"

DECLARATION = """Format: 1.0

Model: net
Files: net.safetensors
Rebuilt-Files: tests/again.safetensors
Model-Class: free
Trained-By: upstream
Training-Data: rows
Training-Program: train.py
Training-Depends: python3-numpy
Tuning-Program: train.py
Preferred-Form: data
Retraining: feasible
Base-Model: none
Data-Information: data/README.md
Inputs-Lawful: yes
Input-Notices: complete
Components:
 model-architecture train.py
 model-card README.md
 data-card data/README.md
 technical-report README.md
 evaluation-results README.md
Reproducibility: numerical
Equality: ulp(4)

Dataset: rows
Access: in-source
Files: data/rows.csv
"""
"""What the Free one says of itself; the other two differ in few fields."""

TOXIC = DECLARATION.replace(
    "Access: in-source\nFiles: data/rows.csv", "License: Expat\nAccess: lost"
).replace("Model-Class: free", "Model-Class: toxic-candy")


def upstream() -> dict[str, bytes]:
    """Return the files of the upstream tarball."""
    net = sample("linear.safetensors")
    return {
        "net.safetensors": net,
        "tests/again.safetensors": net,
        "train.py": b"import numpy\n",
        "README.md": b"# net\n",
        "data/README.md": b"# rows\n",
        "data/rows.csv": DATA,
    }


def packaging(declaration: str, license_name: str) -> dict[str, bytes]:
    """Return the files below debian/."""
    files = "\nFiles: net.safetensors tests/again.safetensors\nCopyright: 2026 B. Author\n"
    stanza = f"{files}License: {license_name}\n"
    texts = {
        "control": CONTROL,
        "changelog": CHANGELOG,
        "copyright": COPYRIGHT + stanza + EXPAT,
        "models": declaration,
        "rules": "#!/usr/bin/make -f\n%:\n\tdh $@\n",
        "source/format": "3.0 (quilt)\n",
    }
    return {f"debian/{path}": text.encode() for path, text in texts.items()}


PACKAGES: Mapping[str, tuple[str, str]] = {
    "free": (DECLARATION, "Expat"),
    "toxic-candy": (TOXIC, "Expat"),
    "non-free": (DECLARATION, "CC-BY-NC-4.0"),
}
"""What each package declares, and the license of its model."""


def built(folder: Path, declaration: str, license_name: str) -> Path:
    """Build the package with dpkg-source; return its .dsc."""
    tree = folder / "example-1.0"
    write(tree, upstream())
    with tarfile.open(folder / "example_1.0.orig.tar.gz", "w:gz") as tarball:
        tarball.add(tree, "example-1.0")
    write(tree, packaging(declaration, license_name))
    subprocess.run(["dpkg-source", "-b", tree.name], cwd=folder, check=True, capture_output=True)
    return folder / "example_1.0-1.dsc"


def write(tree: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a tree."""
    for path, data in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(data)


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_is_judged_by_every_reading(name: str, tmp_path: Path) -> None:
    dsc = built(tmp_path, *PACKAGES[name])
    done = run_command("--allow-root", "--all-profiles", "-v", "-IL", "+=pedantic", dsc)
    assert done.returncode in (0, 2), done.stderr
    golden = GOLDEN / f"whole-{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(done.stdout)
    assert done.stdout == golden.read_text()


def test_what_was_built_is_what_was_read(tmp_path: Path) -> None:
    dsc = built(tmp_path, *PACKAGES["free"])
    report = run_command("--allow-root", "--format", "json", dsc).stdout
    assert sha256(upstream()["net.safetensors"]).hexdigest() in report
