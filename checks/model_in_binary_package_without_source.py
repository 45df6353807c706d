"""A binary package holds a model, and its source package was not looked at with it.

What a binary package holds can be listed, but where its models come from, how they were trained and what
``debian/models`` says of them stands in the source. Give the ``.dsc`` to ``lintian-ml`` for an answer; this
is no fault of the package.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample

TAG = Tag(Visibility.CLASSIFICATION, see_also=("debian-policy 4.16", "lintian-ml(1)"))


def examples() -> Iterator[Example]:
    net = {"usr/share/example/net.onnx": sample("linear.onnx")}
    yield Flagged("a binary package alone", net, (Hint("usr/share/example/net.onnx onnx"),), is_binary=True)
    yield Clean("a source package", net)
    yield Clean("a binary package without models", {"usr/bin/example": "#!/bin/sh\n"}, is_binary=True)


def check(case: Case) -> Iterator[Hint]:
    for model in case.models:
        if model.found and not model.origin and not case.is_source:
            yield model.hint(model.found.format)
