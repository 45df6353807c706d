"""A package carries a copy of a model that another package has.

When that model is corrected or found to be not free, this copy stays as it is. Use the other package's file
if the program can, and leave the copy out of the binary packages. The note has the package; with
``--suite-index`` this is said only if the suite has it.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample
from lintian_ml.facts.renowned import renowned

TAG = Tag(Visibility.PEDANTIC, see_also=("debian-policy 4.13",))


def examples() -> Iterator[Example]:
    copied = {"filter.tza": sample("denoiser.tza")}
    yield Flagged("a copy", copied, (Hint("filter.tza (lintian-ml)"),))
    yield Clean("a copy of what the suite lacks", copied, {"python3": "main"})
    own = "Source: lintian-ml\nSection: misc\n\nPackage: lintian-ml\nArchitecture: all\n"
    yield Clean("the package itself", {**copied, "debian/control": own})
    yield Clean("a model of its own", {"net.onnx": sample("linear.onnx")})


def check(case: Case) -> Iterator[Hint]:
    own = {case.package.name, *(stanza["Package"] for stanza in case.package.control.binaries)}
    for model in case.known:
        known = renowned().get(model.found.sha256) if model.found else None
        if (
            known
            and known.package not in {"", *own}
            and (case.suite is None or case.suite.has(known.package))
        ):
            yield model.hint(f"({known.package})")
