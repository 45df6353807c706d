"""A package with models says nowhere how they came to be.

There is neither a ``debian/models`` nor a ``debian/README.source``. Who reviews the package wants to know
where each model comes from and its digest, how the tarball is made, on what the model was trained, and where
the training program is. ``lintian-ml declare`` writes a first ``debian/models``.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample
from lintian_ml.facts import README
from lintian_ml.model import Nature
from lintian_ml.samples import declared

TAG = Tag(Visibility.PEDANTIC, see_also=("debian-policy 4.14", "debian-models(5)"))


def examples() -> Iterator[Example]:
    net = {"net.onnx": sample("linear.onnx")}
    yield Flagged("no word", net, (Hint(),))
    yield Clean("prose", {**net, README[0]: "The net is trained by train.py.\n"})
    yield Clean("a declaration", declared())
    yield Clean("a test", {"tests/net.onnx": net["net.onnx"]})


def check(case: Case) -> Iterator[Hint]:
    told = case.declaration is not None or any(path in case.package.texts for path in README)
    if case.is_source and not told and any(model.facts.nature is Nature.TRAINED for model in case.models):
        yield Hint()
