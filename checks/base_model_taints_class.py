"""A model would be free, but for the model that it was made from.

It can be no freer than what it is made of: who changes it has to begin from a base that cannot be trained
again, or is not free. Use a free base model, or train without one. What its base model counts as is in the
note.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.policy import Class
from lintian_ml.samples import declaration, declared

TAG = Tag(Visibility.INFO, see_also=("ml-policy free-model",))

BASE = "Model: base\nFiles: base.npy\nTraining-Data: none\nTraining-Program: none\nBase-Model: none\n"


def examples() -> Iterator[Example]:
    based: dict[str, bytes | str] = {
        "net.onnx": sample("linear.onnx"),
        "base.npy": sample("linear.npy"),
        "train.py": "import numpy\n",
        "debian/models": declaration({"Base-Model": "base"}, more=BASE),
    }
    yield Flagged(
        "a base without a training program",
        based,
        (Hint("net.onnx toxic-candy", Pointer("debian/models", 10)),),
    )
    yield Clean("a base that is free", {**based, "debian/models": based_on_free()})
    yield Clean("no base", declared())


def based_on_free() -> str:
    return declaration({"Base-Model": "base"}, more=BASE.replace("Program: none", "Program: train.py"))


def check(case: Case) -> Iterator[Hint]:
    for model in case.trained:
        judgement = case.judgement(model)
        decided = any(condition.fact == "base-model" for condition in judgement.row.when)
        if decided and judgement.class_ in (Class.TOXIC_CANDY, Class.NON_FREE):
            yield model.hint(model.facts.base_model.value, model.pointer("base-model"))
