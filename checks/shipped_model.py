"""The package ships a trained model.

The note names the file and the format that it was recognised as. This is a fact about the package, not a
problem: it is where a review of models begins. Run with ``-v`` to see what is known of the model and how
the policy classifies it, and describe it in ``debian/models`` so that others know too.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample

TAG = Tag(Visibility.CLASSIFICATION, see_also=("ml-policy free-model", "debian-models(5)"))


def examples() -> Iterator[Example]:
    yield Flagged("a model in ONNX format", {"net.onnx": sample("linear.onnx")}, (Hint("net.onnx onnx"),))
    yield Clean("no model at all", {"main.c": "int main(void) { return 0; }\n"})


def check(case: Case) -> Iterator[Hint]:
    for model in case.models:
        if model.found:
            yield model.hint(model.found.format)
