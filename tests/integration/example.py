"""A source package with a model whose license is not free, which every hook must stop."""

from pathlib import Path

from lintian_ml.samples import sample

CONTROL = """\
Source: face
Section: misc
Priority: optional
Maintainer: A. Author <author@example.org>
Standards-Version: 4.7.2
Rules-Requires-Root: no

Package: face
Architecture: all
Depends: ${misc:Depends}
Description: finds faces
 A model that finds faces.
"""

CHANGELOG = """\
face (1.0) unstable; urgency=medium

  * Example.

 -- A. Author <author@example.org>  Mon, 01 Jun 2026 12:00:00 +0000
"""

COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2026 A. Author
License: Expat

Files: face.onnx
Copyright: 2026 A. Author
License: CC-BY-NC-4.0
"""

RULES = """\
#!/usr/bin/make -f
clean:
\trm -rf debian/face debian/files
build build-arch build-indep binary-arch:
binary binary-indep:
\trm -rf debian/face
\tinstall -D face.onnx debian/face/usr/share/face/face.onnx
\tinstall -d debian/face/DEBIAN
\tdpkg-gencontrol -pface -Pdebian/face
\tdpkg-deb --root-owner-group --build debian/face ..
\trm -rf debian/face
"""


def write_source(folder: Path) -> Path:
    """Write the source tree into a folder of its own; return it."""
    files: dict[str, str | bytes] = {
        "face.onnx": sample("linear.onnx"),
        "debian/control": CONTROL,
        "debian/changelog": CHANGELOG,
        "debian/copyright": COPYRIGHT,
        "debian/rules": RULES,
        "debian/source/format": "3.0 (native)\n",
    }
    tree = folder / "face-1.0"
    for path, content in files.items():
        target = tree / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    (tree / "debian/rules").chmod(0o755)
    return tree
