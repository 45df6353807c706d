"""Whether the packages that a training needs are installed in the system that it will see."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from lintian_ml.declaration import ModelStanza
from lintian_ml.reproduce.folders import is_within
from lintian_ml.reproduce.source import Source

BUILD = "@builddeps@"
"""What stands for the package's own build dependencies, as in debian/tests/control."""

CHECKER = "dpkg-checkbuilddeps"

SECONDS = 60.0


def unmet(source: Source, stanza: ModelStanza, root: Path) -> Iterator[str]:
    """Yield what is not installed below ``root``, in the words of dpkg-checkbuilddeps.

    Where ``Training-Depends`` says nothing, the build dependencies are needed. Without that program nothing
    is known to be missing.
    """
    if shutil.which(CHECKER) is None:
        return
    said = stanza.training_depends or BUILD
    relations = [one.strip() for one in said.split(",")]
    named = ", ".join(one for one in (*relations, *_of_data(source, stanza)) if one and one != BUILD)
    control = source.root / "debian" / "control"
    if not is_within(source.root, "debian/control"):
        return
    if BUILD in relations:
        yield from _missing(root, control, *(["-I"] if not stanza.training_depends else []))
    if named:
        yield from _missing(root, control, "-I", "-d", named)


def _of_data(source: Source, stanza: ModelStanza) -> Iterator[str]:
    """Yield the packages that hold its data sets, and the models that it is made from."""
    data = (source.declaration.data(name) for name in stanza.training_data or ())
    yield from (one.package for one in data if one and one.package)
    yield from (base.name for base in stanza.base_model or () if base.kind == "package")


def _missing(root: Path, control: Path, *words: str) -> Iterator[str]:
    """Yield what the program says is missing; a control file that it cannot read is one reason."""
    database = root / "var" / "lib" / "dpkg"
    command = [CHECKER, f"--admindir={database}", *words, str(control)]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        yield f"{CHECKER} did not answer: {error}"
        return
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["nothing"]
        yield lines[-1].removeprefix(f"{CHECKER}: error: ")
