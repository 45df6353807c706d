"""A model is shipped that ``debian/models`` does not describe.

Without a declaration nobody can tell whether the model is Free: what it was trained on, by which program,
under which licenses. Describe it in ``debian/models``; ``lintian-ml list`` shows what was found. If the
file is no model, name it in a ``Not-A-Model`` stanza and say in its ``Comment`` what it is.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample
from lintian_ml.policy import Declared
from lintian_ml.samples import declaration

TAG = Tag(Visibility.PEDANTIC, see_also=("ml-policy free-model", "debian-models(5)"))


def examples() -> Iterator[Example]:
    yield Flagged("a model alone", {"net.onnx": sample("linear.onnx")}, (Hint("net.onnx"),))
    yield Clean("a declared model", {"net.onnx": sample("linear.onnx"), "debian/models": declaration()})
    yield Clean(
        "a file declared to be no model",
        {
            "net.onnx": sample("linear.onnx"),
            "debian/models": "Format: 1.0\n\nNot-A-Model: test\nFiles: net.onnx\nComment: a test\n",
        },
    )


def check(case: Case) -> Iterator[Hint]:
    for model in case.trained:
        if model.facts.declared is Declared.NO:
            yield model.hint()
