"""A model is known: it is that of another program, or of one that many use.

The note says what it is. Where it came from, and what is said of its license and its training, can be read at
its makers'; ``debian/copyright`` should name them. This is a fact, and a help for who reviews the package.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample
from lintian_ml.facts.renowned import renowned

TAG = Tag(Visibility.CLASSIFICATION, see_also=("debian-policy 12.5",))


def examples() -> Iterator[Example]:
    yield Flagged(
        "a sample of ours",
        {"filter.tza": sample("denoiser.tza")},
        (Hint("filter.tza (denoiser.tza: a sample of lintian-ml, made at random)"),),
    )
    yield Clean("an unknown model", {"net.onnx": sample("linear.onnx")})


def check(case: Case) -> Iterator[Hint]:
    for model in case.known:
        known = renowned().get(model.found.sha256) if model.found else None
        if known:
            renamed = "" if model.path.endswith(known.name) else f"{known.name}: "
            yield model.hint(f"({renamed}{known.title})")
