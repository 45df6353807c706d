"""A model is shipped that ``debian/models`` does not describe.

Without a declaration nobody can tell whether the model is Free: what it was trained on, by which program,
under which licenses. Describe it in ``debian/models``; ``lintian-ml list`` shows what was found, and
``lintian-ml declare`` writes a first version. If the file is no model, name it in a ``Not-A-Model`` stanza
and say in its ``Comment`` what it is. Many below one folder are told together.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample
from lintian_ml.facts import hints_on_folders
from lintian_ml.policy import Declared
from lintian_ml.samples import declaration

TAG = Tag(Visibility.PEDANTIC, see_also=("ml-policy free-model", "debian-models(5)"))


def examples() -> Iterator[Example]:
    yield Flagged("a model alone", {"net.onnx": sample("linear.onnx")}, (Hint("net.onnx"),))
    yield Flagged(
        "the files of one acoustic model",
        {f"model/{number}/net.onnx": sample("linear.onnx") for number in range(5)},
        (Hint("model/ (5 files, lintian-ml list shows them)"),),
    )
    yield Clean("a declared model", {"net.onnx": sample("linear.onnx"), "debian/models": declaration()})
    yield Clean(
        "a file declared to be no model",
        {
            "net.onnx": sample("linear.onnx"),
            "debian/models": "Format: 1.0\n\nNot-A-Model: test\nFiles: net.onnx\nComment: a test\n",
        },
    )


def check(case: Case) -> Iterator[Hint]:
    yield from hints_on_folders(model for model in case.trained if model.facts.declared is Declared.NO)
