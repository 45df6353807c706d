"""``debian/models`` calls a file no model that beyond doubt is one.

Its format is one for models only, and it holds trained parameters. If it was not trained (a test of the
parser, constants), declare it as a ``Model`` with ``Training-Data: none``; that makes it free without data
or program. Otherwise declare it as what it is.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.model import Certainty

TAG = Tag(Visibility.WARNING, see_also=("debian-models(5)",))


def examples() -> Iterator[Example]:
    stanza = "Format: 1.0\n\nNot-A-Model: table\nFiles: {}\nComment: measured by hand\n"
    yield Flagged(
        "a network declared away",
        {"net.onnx": sample("linear.onnx"), "debian/models": stanza.format("net.onnx")},
        (Hint("net.onnx", Pointer("debian/models", 3)),),
    )
    yield Clean(
        "a table of numbers", {"table.npy": sample("linear.npy"), "debian/models": stanza.format("table.npy")}
    )


def check(case: Case) -> Iterator[Hint]:
    for model in case.known:
        if model.denial and model.found and model.found.certainty is Certainty.CERTAIN and model.was_trained:
            yield model.hint(pointer=model.field("Not-A-Model"))
