"""A model's training needs what is not in main.

Those who want to change the model with what Debian has cannot train it. Whether such a model may be in main
is disputed; some hold that it belongs into contrib. Let ``Training-Depends`` name what is in main, if the
training works with that. What other packages are is known only with ``--suite-index``.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.policy import TrainingEnvironment
from lintian_ml.samples import declared

MAIL = "https://lists.debian.org/debian-devel/2019/05/msg00391.html"
TAG = Tag(Visibility.INFO, see_also=("debian-policy 2.2.1", MAIL))


def examples() -> Iterator[Example]:
    yield Flagged(
        "a training that says so",
        declared({"Training-Depends": "python3-numpy", "Training-Restrictions": "needs-nonfree"}),
        (Hint("net.onnx needs-nonfree", Pointer("debian/models", 13)),),
    )
    yield Flagged(
        "a package in non-free",
        declared({"Training-Depends": "nvidia-cudnn, python3-numpy"}),
        (Hint("net.onnx not in main: nvidia-cudnn", Pointer("debian/models", 9)),),
        {"nvidia-cudnn": "non-free", "python3-numpy": "main"},
    )
    yield Clean("packages in main", declared(), {"python3-numpy": "main"})
    yield Clean("nobody knows", declared({"Training-Depends": "nvidia-cudnn"}))


def check(case: Case) -> Iterator[Hint]:
    for model in case.trained:
        if model.facts.training_environment is TrainingEnvironment.OUTSIDE_MAIN:
            source = model.facts.sources["training-environment"]
            yield model.hint(source.note, model.pointer("training-environment"))
