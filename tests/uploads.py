"""Makes uploads: a source package, the binary packages that a build made of it, and what lists them."""

import subprocess
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from tests.building import write_tree

CONTROL = (
    "Source: tinynet\nSection: misc\nMaintainer: A. Author <a@example.org>\nStandards-Version: 4.6.2\n\n"
    "Package: tinynet-data\nArchitecture: all\nDescription: a network\n"
)
CHANGELOG = (
    "tinynet (1.0) unstable; urgency=medium\n\n  * A build.\n\n"
    " -- A. Author <a@example.org>  Mon, 01 Jun 2026 12:00:00 +0000\n"
)
INSTALLED = "usr/share/tinynet/net.safetensors"
EPOCH = "1780315200"

Files = Mapping[str, str | bytes]


def source(folder: Path, files: Files) -> Path:
    """Build a native source package from a tree of these files; return its .dsc."""
    tree = write_tree(
        folder / "tinynet-1.0",
        files={
            "debian/control": CONTROL,
            "debian/changelog": CHANGELOG,
            "debian/source/format": "3.0 (native)\n",
            **files,
        },
    )
    subprocess.run(["dpkg-source", "-b", tree.name], cwd=folder, check=True, capture_output=True)
    return folder / "tinynet_1.0.dsc"


def binary(folder: Path, files: Files, package: str = "tinynet-data", architecture: str = "all") -> Path:
    """Build a binary package that installs these files; return the .deb."""
    root = folder / f"root-{package}"
    control = (
        f"Package: {package}\nSource: tinynet\nVersion: 1.0\nArchitecture: {architecture}\n"
        "Maintainer: A. Author <a@example.org>\nSection: misc\nPriority: optional\nDescription: a network\n"
    )
    for path, content in {"DEBIAN/control": control, **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content.encode() if isinstance(content, str) else content)
    deb = folder / f"{package}_1.0_{architecture}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", str(root), str(deb)]
    subprocess.run(
        command, check=True, capture_output=True, env={"PATH": "/usr/bin:/bin", "SOURCE_DATE_EPOCH": EPOCH}
    )
    return deb


def listed(paths: tuple[Path, ...]) -> str:
    """Return the rows of Checksums-Sha256."""
    rows = (f" {sha256(one.read_bytes()).hexdigest()} {one.stat().st_size} {one.name}\n" for one in paths)
    return "".join(rows)


def buildinfo(folder: Path, *paths: Path, path: str = "/build/tinynet", numpy: str = "1:1.24.2-1") -> Path:
    """Write what a build says of its environment."""
    place = folder / "tinynet_1.0_amd64.buildinfo"
    place.write_text(
        "Format: 1.0\nSource: tinynet\nBinary: tinynet-data\nArchitecture: all source\nVersion: 1.0\n"
        f"Checksums-Sha256:\n{listed(paths)}Build-Architecture: amd64\nBuild-Path: {path}\n"
        f"Installed-Build-Depends:\n libc6 (= 2.36-9),\n libopenblas0-pthread (= 0.3.21+ds-4),\n"
        f' python3-numpy (= {numpy})\nEnvironment:\n DEB_BUILD_OPTIONS="parallel=2"\n LANG="C.UTF-8"\n'
    )
    return place


def changes(folder: Path, *paths: Path) -> Path:
    """Write the .changes of an upload of these files."""
    place = folder / "tinynet_1.0_amd64.changes"
    files = "".join(f" {0:032x} {one.stat().st_size} misc optional {one.name}\n" for one in paths)
    place.write_text(
        "Format: 1.8\nDate: Mon, 01 Jun 2026 12:00:00 +0000\nSource: tinynet\nArchitecture: source all\n"
        "Version: 1.0\nDistribution: unstable\nUrgency: medium\nMaintainer: A. Author <a@example.org>\n"
        "Changes:\n tinynet (1.0) unstable; urgency=medium\n"
        f"Checksums-Sha256:\n{listed(paths)}Files:\n{files}"
    )
    return place


def upload(folder: Path, files: Files, installed: Files, **environment: str) -> Path:
    """Build source and binary package, and write what lists them; return the .changes."""
    folder.mkdir(parents=True, exist_ok=True)
    dsc = source(folder, files)
    made = (dsc, folder / "tinynet_1.0.tar.xz", binary(folder, installed))
    return changes(folder, *made, buildinfo(folder, *made, **environment))
