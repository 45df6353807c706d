"""The license of a model cannot be told, or nobody has judged whether it is DFSG-free.

Either no stanza of ``debian/copyright`` covers the file, or its license is one that only a person can
judge. Add a ``Files`` stanza for the model with the license that its authors gave it: the license of the
program beside it does not hold for the weights unless they say so.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.policy import License
from lintian_ml.samples import copyright_file

TAG = Tag(Visibility.INFO, see_also=("debian-policy 12.5", "dfsg 1"))


def examples() -> Iterator[Example]:
    yield Flagged(
        "a license that nobody knows",
        {"net.onnx": sample("linear.onnx"), "debian/copyright": copyright_file("Frobozz-Magic-1.0")},
        (Hint("net.onnx", Pointer("debian/copyright", 5)),),
    )
    yield Clean(
        "a free license",
        {"net.onnx": sample("linear.onnx"), "debian/copyright": copyright_file("Apache-2.0")},
    )


def check(case: Case) -> Iterator[Hint]:
    for model in case.models:
        if case.is_source and model.facts.license is License.UNKNOWN:
            yield model.hint(pointer=model.pointer("license"))
