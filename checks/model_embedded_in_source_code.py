"""A trained model stands as arrays of numbers in program source.

The array is not what anybody would edit to change the model: it was written by a program, from a training
run. Say in ``debian/models`` where it came from, and ship the program that trained it and the one that
wrote it out as source code, so that the array can be made again. Many below one folder are told together.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample
from lintian_ml.facts import hints_on_folders

TAG = Tag(Visibility.INFO, see_also=("debian-policy 4.16", "ml-policy 5"))


def examples() -> Iterator[Example]:
    yield Flagged("weights in C", {"src/net_data.c": sample("weights.c")}, (Hint("src/net_data.c"),))
    yield Clean("weights in a model file", {"net.onnx": sample("linear.onnx")})


def check(case: Case) -> Iterator[Hint]:
    yield from hints_on_folders(model for model in case.trained if model.found and model.found.embedded)
