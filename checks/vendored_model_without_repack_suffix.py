"""The packaging put a model into the upstream tarball, and the version does not tell.

A script in ``debian/`` fetches the model that lies in the tarball, so the tarball is not the one that
upstream released. Let the version say so (``+ds``), that nobody takes one for the other, and let
``debian/README.source`` tell how the tarball is made.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.package import Role
from lintian_ml.versions import is_repacked

TAG = Tag(Visibility.INFO, see_also=("ml-policy 9", "developer-reference 6.7.8"))

SCRIPT = {"debian/repack.sh": "#!/bin/sh\nwget https://example.org/nets/net.onnx\n"}
CHANGELOG = (
    "example ({}) unstable; urgency=medium\n\n  * Example.\n\n"
    " -- A. Author <a@example.org>  Mon, 01 Jun 2026 12:00:00 +0000\n"
)


def examples() -> Iterator[Example]:
    net: dict[str, bytes | str] = {"net.onnx": sample("linear.onnx"), **SCRIPT}
    yield Flagged(
        "a net that a script of the packaging fetches",
        {**net, "debian/changelog": CHANGELOG.format("17-1")},
        (Hint("net.onnx", Pointer("debian/repack.sh", 2)),),
    )
    yield Clean("a version that tells", {**net, "debian/changelog": CHANGELOG.format("17+ds-1")})
    yield Clean("another net", {"other.onnx": net["net.onnx"], **SCRIPT})


def check(case: Case) -> Iterator[Hint]:
    native = any(tarball.role is Role.NATIVE for tarball in case.package.tarballs)
    if native or "-" not in case.package.version or is_repacked(case.package.version):
        return
    fetched = {
        hook.target.rpartition("/")[2]: hook
        for hook in case.package.hooks
        if hook.path.startswith("debian/") and not hook.required
    }
    for model in case.models:
        hook = fetched.get(model.path.rpartition("/")[2])
        if hook and model.found and not model.path.startswith("debian/"):
            yield model.hint(pointer=Pointer(hook.path, hook.line))
