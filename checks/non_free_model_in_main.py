"""A model whose license is not DFSG-free is in a package in main.

Everything in main must comply with the Debian Free Software Guidelines, models as well as programs. Remove
the model from the source package (with ``Files-Excluded`` in ``debian/copyright`` and a ``+dfsg`` version),
or move the package to non-free. This is an error where a stanza of ``debian/copyright`` names the model's
path, and a warning where only ``Files: *`` covers it: then the stanza may be wrong, and needs one of its
own for the model.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.policy import License
from lintian_ml.samples import copyright_file

TAG = Tag(Visibility.ERROR, see_also=("debian-policy 2.2.1", "dfsg 1"))


def examples() -> Iterator[Example]:
    yield Flagged(
        "a license that forbids commercial use",
        {"net.onnx": sample("linear.onnx"), "debian/copyright": copyright_file("CC-BY-NC-4.0")},
        (Hint("net.onnx", Pointer("debian/copyright", 5)),),
    )
    yield Clean(
        "a free license", {"net.onnx": sample("linear.onnx"), "debian/copyright": copyright_file("CC-BY-4.0")}
    )


def check(case: Case) -> Iterator[Hint]:
    if case.package.area != "main":
        return
    for model in case.models:
        if model.facts.license is License.NOT_DFSG:
            loudest = Visibility.ERROR if model.has_own_license_stanza else Visibility.WARNING
            yield model.hint(pointer=model.pointer("license"), at_most=loudest)
