"""A rebuilt model does not satisfy the equality predicate that ``debian/models`` declares.

Two trainings were compared, and they are not the same model by the package's own words. Make the training
deterministic, ship the rebuilt file, or declare what really holds: ``lintian-ml compare SHIPPED REBUILT``
proposes the strongest predicate, and shows where the two are furthest apart.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.samples import nudged, trained

TAG = Tag(Visibility.WARNING, see_also=("ml-policy equality", "lintian-ml-compare(1)"))

NET = "net.safetensors"


def examples() -> Iterator[Example]:
    again = {NET: nudged("linear.safetensors", 4)}
    yield Flagged(
        "sixteen steps apart where four are allowed",
        trained(),
        (
            Hint(
                f"{NET} ulp(4) (tensors: dense.weight: 1 of 6 elements do not hold)",
                Pointer("debian/models", 12),
            ),
        ),
        rebuilt=again,
    )
    yield Clean("one step apart", trained(), rebuilt={NET: nudged("linear.safetensors")})
    yield Clean("nothing to compare with", trained())


def check(case: Case) -> Iterator[Hint]:
    for model, found in case.compared:
        if found.refuted:
            yield model.hint(f"{found.predicate} ({found.reason})", model.field("Equality"))
