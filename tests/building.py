"""Makes source trees, and runs the command on them as a user does."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from lintian_ml.samples import sample

CONTROL = (
    "Source: example\nSection: misc\nMaintainer: A. Author <a@example.org>\n\n"
    "Package: example\nArchitecture: all\n"
)
CHANGELOG = (
    "example (1.0-1) unstable; urgency=medium\n\n  * Example.\n\n"
    " -- A. Author <a@example.org>  Mon, 01 Jun 2026 12:00:00 +0000\n"
)
COPYRIGHT = (
    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
    "Files: *\nCopyright: 2026 A. Author\nLicense: Expat\n"
)


def write_tree(folder: Path, samples: Mapping[str, str] = {}, files: Mapping[str, str | bytes] = {}) -> Path:
    """Write a source tree with debian/: ``samples`` maps paths to committed samples, ``files`` paths to
    contents.
    """
    contents: dict[str, str | bytes] = {
        "debian/control": CONTROL,
        "debian/changelog": CHANGELOG,
        "debian/copyright": COPYRIGHT,
        **{path: sample(name) for path, name in samples.items()},
        **files,
    }
    for path, content in contents.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def run_command(
    *words: str | Path, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, without the user's configuration."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("LINTIAN_ML_", "XDG_"))}
    return subprocess.run(
        [sys.executable, "-m", "lintian_ml", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**keep, "HOME": "/nonexistent", **environment},
        timeout=120,
    )


def lint_text(samples: Mapping[str, str], *options: str) -> list[str]:
    """Return the lines of standard output for a tree with those samples."""
    with TemporaryDirectory() as folder:
        tree = write_tree(Path(folder), samples)
        done = run_command("--allow-root", *options, tree)
    assert done.returncode in (0, 2), done.stderr
    return done.stdout.splitlines()
