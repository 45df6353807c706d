"""A file may be a trained model; a person should look at it.

It is in a format that carries numbers of any kind, or only its beginning looks like a model. If it is a
model, declare it in ``debian/models``. If it is not, name it there in a ``Not-A-Model`` stanza with a
comment that says what it is, and nobody will have to look again. Many files of one kind are told together.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample
from lintian_ml.facts import hints_on_kinds

TAG = Tag(Visibility.CLASSIFICATION, see_also=("debian-models(5)",))


def examples() -> Iterator[Example]:
    yield Flagged(
        "an array of numbers", {"data/table.npy": sample("linear.npy")}, (Hint("data/table.npy npy"),)
    )
    yield Flagged(
        "many arrays",
        {f"data/{number}/table.npy": sample("linear.npy") for number in range(12)},
        (Hint("data/ npy (12 files, lintian-ml list shows them)"),),
    )
    yield Clean(
        "an array that is declared to be none",
        {"table.npy": sample("linear.npy"), "debian/models": "Format: 1.0\n\nNot-A-Model: t\nFiles: *.npy\n"},
    )
    yield Clean("a model, beyond doubt", {"net.onnx": sample("linear.onnx")})


def check(case: Case) -> Iterator[Hint]:
    yield from hints_on_kinds(case.possible)
