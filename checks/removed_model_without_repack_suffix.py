"""Models are removed from upstream's tarball, and the version does not tell.

``Files-Excluded`` names files that look like models. The draft ML-Policy asks that the version of such a
package ends with ``+dfsg``, or ``+ds`` where their license was free. Add the suffix at the next upstream
release (``repacksuffix`` in ``debian/watch`` does it).
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.detection import names_model
from lintian_ml.license import read_copyright
from lintian_ml.samples import copyright_file
from lintian_ml.versions import is_repacked

TAG = Tag(Visibility.INFO, see_also=("ml-policy 9", "developer-reference 6.7.8"))

COPYRIGHT = "debian/copyright"
CHANGELOG = (
    "example ({}) unstable; urgency=medium\n\n  * Example.\n\n"
    " -- A. Author <a@example.org>  Mon, 01 Jun 2026 12:00:00 +0000\n"
)


def examples() -> Iterator[Example]:
    excluded = copyright_file("Expat", "*").replace("\n\n", "\nFiles-Excluded: nets/*.onnx\n\n", 1)
    files = {"main.c": "", COPYRIGHT: excluded}
    yield Flagged(
        "a version like upstream's",
        {**files, "debian/changelog": CHANGELOG.format("2.0-1")},
        (Hint("nets/*.onnx", Pointer(COPYRIGHT)),),
    )
    yield Clean("one with a suffix", {**files, "debian/changelog": CHANGELOG.format("2.0+dfsg-1")})
    yield Clean(
        "pictures",
        {
            "main.c": "",
            COPYRIGHT: excluded.replace("*.onnx", "*.png"),
            "debian/changelog": CHANGELOG.format("2.0-1"),
        },
    )


def check(case: Case) -> Iterator[Hint]:
    text = case.package.debian.get(COPYRIGHT, b"")
    if b"files-excluded" not in text.lower() or is_repacked(case.package.version):
        return
    for glob in read_copyright(text).excluded:
        if names_model(glob.text):
            yield Hint(glob.text, Pointer(COPYRIGHT))
