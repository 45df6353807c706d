"""A model is kept in a form that runs code when it is loaded.

Python's pickle calls whatever the file names. Who can change the file, in the archive or on the way to it,
can run programs as the user who loads it; and what the file holds cannot be read without trusting it. Ask
upstream for a form that only holds data (safetensors, ONNX, skops), or convert the model in the build.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample
from lintian_ml.facts import hints_on_kinds

TAG = Tag(Visibility.INFO, see_also=("https://docs.python.org/3/library/pickle.html",))

UNSAFE = ("pickle", "pytorch-legacy")


def examples() -> Iterator[Example]:
    yield Flagged("a pickle", {"net.joblib": sample("logistic.joblib")}, (Hint("net.joblib pickle"),))
    yield Clean("plain data", {"net.safetensors": sample("linear.safetensors")})
    yield Clean("weights alone", {"net.pt": sample("linear.pt")})


def check(case: Case) -> Iterator[Hint]:
    yield from hints_on_kinds(model for model in case.trained if model.found and model.found.format in UNSAFE)
