"""The license of a model does not allow anyone to distribute it.

Debian may not carry it in any archive area, and the mirrors may not either. Remove it from the source
package (with ``Files-Excluded`` in ``debian/copyright`` and a ``+dfsg`` version), or ask its authors for a
license.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.policy import License
from lintian_ml.samples import copyright_file

TAG = Tag(Visibility.ERROR, see_also=("debian-policy 2.3", "dfsg 1"))


def examples() -> Iterator[Example]:
    yield Flagged(
        "all rights reserved",
        {"net.onnx": sample("linear.onnx"), "debian/copyright": copyright_file("all-rights-reserved")},
        (Hint("net.onnx", Pointer("debian/copyright", 5)),),
    )
    yield Clean(
        "a free license", {"net.onnx": sample("linear.onnx"), "debian/copyright": copyright_file("Expat")}
    )


def check(case: Case) -> Iterator[Hint]:
    for model in case.models:
        if model.facts.license is License.NOT_REDISTRIBUTABLE:
            yield model.hint(pointer=model.pointer("license"))
