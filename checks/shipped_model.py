"""The package ships a model.

The note names the file and the format that it was recognised as. This is a fact about the package, not a
problem: it is where a review of models begins. Run with ``-v`` to see what is known of the model and how
the policy classifies it, and describe it in ``debian/models`` so that others know too. Models that look
untrained, as the operator tests of a library do, are told together where there are many.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample
from lintian_ml.facts import hints_on_kinds
from lintian_ml.model import Nature

TAG = Tag(Visibility.CLASSIFICATION, see_also=("ml-policy free-model", "debian-models(5)"))


def examples() -> Iterator[Example]:
    net = sample("linear.onnx")
    yield Flagged("a model in ONNX format", {"net.onnx": net}, (Hint("net.onnx onnx"),))
    yield Flagged(
        "a test of one operator", {"tests/relu.onnx": net}, (Hint("tests/relu.onnx onnx untrained"),)
    )
    yield Flagged(
        "tests of many operators",
        {f"tests/{name}/net.onnx": net for name in ("add", "mul", "relu", "tanh")},
        (Hint("tests/ onnx untrained (4 files, lintian-ml list shows them)"),),
    )
    yield Clean("no model at all", {"main.c": "int main(void) { return 0; }\n"})


def check(case: Case) -> Iterator[Hint]:
    untrained = [model for model in case.models if model.facts.nature is Nature.UNTRAINED]
    for model in case.models:
        if model.found and model.facts.nature is not Nature.UNTRAINED:
            yield model.hint(model.found.format)
    yield from hints_on_kinds(untrained, "untrained")
