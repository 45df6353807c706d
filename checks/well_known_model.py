"""A model is known: it is that of another program, or of one that many use.

The note says what it is. Where it came from, and what is said of its license and its training, can be read at
its makers'; ``debian/copyright`` should name them. This is a fact, and a help for who reviews the package.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample
from lintian_ml.facts import KnownModel, hints_on_folders
from lintian_ml.facts.renowned import renowned

TAG = Tag(Visibility.CLASSIFICATION, see_also=("debian-policy 12.5",))


def examples() -> Iterator[Example]:
    yield Flagged(
        "a sample of ours",
        {"filter.tza": sample("denoiser.tza")},
        (Hint("filter.tza (denoiser.tza: a sample of lintian-ml, made at random)"),),
    )
    yield Flagged(
        "several files of one model",
        {f"data/{number}/denoiser.tza": sample("denoiser.tza") for number in range(4)},
        (Hint("data/ (a sample of lintian-ml, made at random) (4 files, lintian-ml list shows them)"),),
    )
    yield Clean("an unknown model", {"net.onnx": sample("linear.onnx")})


def check(case: Case) -> Iterator[Hint]:
    titles: dict[str, list[KnownModel]] = {}
    for model in case.known:
        if model.found and (known := renowned().get(model.found.sha256)):
            renamed = "" if model.path.endswith(known.name) else f"{known.name}: "
            titles.setdefault(f"({renamed}{known.title})", []).append(model)
    for title, models in titles.items():
        yield from hints_on_folders(models, title)
