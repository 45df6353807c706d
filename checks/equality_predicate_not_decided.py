"""Whether a rebuilt model satisfies the declared equality predicate could not be decided.

The note has the predicate, and the reason in brackets: the rebuilt file is truncated or of another format,
the predicate does not fit the models, or it asks for a measurement, and the linter never runs a model. For
that, run ``lintian-ml compare --evaluate --predicate`` with the declared predicate. Otherwise give a file
that can be read, or correct the predicate.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.samples import nudged, trained

TAG = Tag(Visibility.INFO, see_also=("ml-policy equality", "lintian-ml-compare(1)"))

NET = "net.safetensors"


def examples() -> Iterator[Example]:
    where = Pointer("debian/models", 12)
    cut = {"again.safetensors": sample("linear.safetensors")[:150]}
    yield Flagged(
        "a truncated file",
        trained({"Rebuilt-Files": "again.safetensors"}) | cut,
        (Hint(f"{NET} ulp(4) (again.safetensors: no model format is recognised in it)", where),),
    )
    yield Flagged(
        "a predicate that selects nothing",
        trained({"Equality": "other ulp(4)"}),
        (Hint(f"{NET} other ulp(4) (the predicate does not fit: other selects no tensor)", where),),
        rebuilt={NET: nudged("linear.safetensors")},
    )
    yield Clean("a rebuilt file that can be read", trained(), rebuilt={NET: nudged("linear.safetensors")})


def check(case: Case) -> Iterator[Hint]:
    for model, found in case.compared:
        if found.undecided and (model.predicate or found.predicate):
            yield model.hint(f"{found.predicate} ({found.reason})".lstrip(), model.field("Equality"))
