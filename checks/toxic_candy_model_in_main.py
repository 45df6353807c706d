"""A model in main is a ToxicCandy: its license is free, but it cannot be trained again from free data.

The draft ML-Policy keeps ToxicCandy models out of main. This is said only where a fact is known to be bad;
the note names the fact. Ask upstream for what is missing, or move the package to non-free (whether contrib
would do is disputed). The draft is not binding, so nothing forces you to act.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.policy import Class
from lintian_ml.samples import declared

TAG = Tag(Visibility.INFO, see_also=("ml-policy 1", "ml-policy free-model"))


def examples() -> Iterator[Example]:
    yield Flagged(
        "data that nobody can get",
        declared(dataset={"Access": "private"}),
        (Hint("net.onnx data-access=none", Pointer("debian/models", 17)),),
    )
    yield Clean("a Free model", declared())
    yield Clean("a model of which nothing is known", {"net.onnx": sample("linear.onnx")})


def check(case: Case) -> Iterator[Hint]:
    if case.package.area != "main":
        return
    for model in case.models:
        judgement = case.judgement(model)
        if judgement.class_ is Class.TOXIC_CANDY and judgement.row.when:
            fact = judgement.row.when[0].fact
            yield model.hint(f"{fact}={model.facts.value(fact).value}", model.pointer(fact))
