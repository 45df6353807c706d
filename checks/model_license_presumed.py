"""The license of a model is presumed to be free because the package is in the archive.

``debian/copyright`` is not machine-readable, so it cannot be told which license covers the model; for a
package in main or contrib the DFSG were checked when it was accepted, and the model counts as free. Write
``debian/copyright`` in the machine-readable format with a stanza of its own for the model, and nothing has
to be presumed.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.policy import License
from lintian_ml.samples import copyright_file

TAG = Tag(Visibility.CLASSIFICATION, see_also=("debian-policy 12.5",))


def examples() -> Iterator[Example]:
    yield Flagged(
        "a copyright file in prose",
        {"net.onnx": sample("linear.onnx"), "debian/copyright": "This package is free software.\n"},
        (Hint(pointer=Pointer("debian/copyright")),),
    )
    yield Clean(
        "a machine-readable one",
        {"net.onnx": sample("linear.onnx"), "debian/copyright": copyright_file("Expat")},
    )


def check(case: Case) -> Iterator[Hint]:
    if any(model.facts.license is License.NOT_MACHINE_READABLE for model in case.models):
        yield Hint(pointer=Pointer("debian/copyright"))
