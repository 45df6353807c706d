"""A model lies in the ``debian`` folder.

It is no part of what upstream released: it was added by the packaging, which then is its source for
everybody. This is a fact for who reviews the package. Where upstream's build needs the model, an additional
upstream tarball is the better place.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample

TAG = Tag(Visibility.CLASSIFICATION, see_also=("debian-policy 4.14", "debian-policy 4.16"))

ELSEWHERE = ("debian/missing-sources/", "debian/tests/")


def examples() -> Iterator[Example]:
    net = sample("linear.onnx")
    yield Flagged("a model of the packaging", {"debian/net.onnx": net}, (Hint("debian/net.onnx"),))
    yield Clean("a test's", {"debian/tests/net.onnx": net})
    yield Clean("upstream's", {"net.onnx": net})


def check(case: Case) -> Iterator[Hint]:
    for model in case.models:
        if model.found and model.path.startswith("debian/") and not model.path.startswith(ELSEWHERE):
            yield model.hint()
