"""A model is shipped without the program that trained it.

Someone who wants to change the model must be able to train it again. Condition 3 of a Free Model asks for a
training program that is present and complete, and Debian Policy for the source of what a package ships.
Ship the program (under ``debian/missing-sources`` if upstream's tarball lacks it) and name it in
``Training-Program``, or name the package that provides it as ``package:NAME``.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.policy import TrainingProgram
from lintian_ml.samples import declared

TAG = Tag(Visibility.INFO, see_also=("ml-policy 5", "ml-policy free-model", "debian-policy 4.16"))


def examples() -> Iterator[Example]:
    yield Flagged(
        "the declared program is not there",
        declared({"Training-Program": "lost.py"}),
        (Hint("net.onnx", Pointer("debian/models", 8)),),
    )
    yield Clean("free data that anyone can fetch", declared())


def check(case: Case) -> Iterator[Hint]:
    for model in case.trained:
        if model.facts.training_program in (TrainingProgram.ABSENT, TrainingProgram.PARTIAL):
            yield model.hint(pointer=model.pointer("training-program"))
