"""A model is fetched from the net while the package is built.

Required targets of ``debian/rules`` must not access the net, so this is an error where every build of a
package in main does it. Elsewhere, and where a build file of upstream may do it, look whether the build
does: ship the model in the source package, or let the build leave out what needs it.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.detection import When

TAG = Tag(Visibility.ERROR, see_also=("debian-policy 4.9",))

NET = "https://example.org/net.onnx"
RULES = "#!/usr/bin/make -f\n{}:\n\twget {}\n"


def examples() -> Iterator[Example]:
    yield Flagged(
        "a download in a target that every build runs",
        {"debian/rules": RULES.format("override_dh_auto_configure", NET)},
        (Hint(NET, Pointer("debian/rules", 3)),),
    )
    yield Flagged(
        "a download in upstream's build files",
        {"CMakeLists.txt": f"file(DOWNLOAD {NET} net.onnx EXPECTED_HASH SHA256=${{HASH}})\n"},
        (Hint(NET, Pointer("CMakeLists.txt", 1)),),
    )
    yield Clean("no model", {"debian/rules": RULES.format("build", "https://example.org/logo.png")})
    yield Clean("a remark", {"debian/rules": f"#!/usr/bin/make -f\n# wget {NET}\n%:\n\tdh $@\n"})


def check(case: Case) -> Iterator[Hint]:
    for hook in case.package.hooks:
        if hook.when is When.BUILD:
            forbidden = hook.required and case.package.area == "main"
            loudest = Visibility.ERROR if forbidden else Visibility.INFO
            yield Hint(hook.target, Pointer(hook.path, hook.line), at_most=loudest)
