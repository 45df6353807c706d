"""A much stronger equality predicate than the declared one holds too.

Of the declared predicate the note has what it leaves open, and it has a predicate which leaves half of that
open or less and holds for this rebuilt model. What one pair of trainings satisfies the next may not: train
a few times, on other machines too, and then declare the strongest predicate that holds for all.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.samples import nudged, trained

TAG = Tag(Visibility.PEDANTIC, see_also=("ml-policy equality", "lintian-ml-compare(1)"))

NET = "net.safetensors"
LONGEST = 200


def examples() -> Iterator[Example]:
    again = {NET: nudged("linear.safetensors")}
    yield Flagged(
        "one step apart where a million are allowed",
        trained({"Equality": "ulp(1000000)"}),
        (Hint(f"{NET} ulp(1e6) allows 24 bytes, dense.weight ulp(1) 1", Pointer("debian/models", 12)),),
        rebuilt=again,
    )
    yield Clean("just as weak as need be", trained({"Equality": "ulp(1)"}), rebuilt=again)


def check(case: Case) -> Iterator[Hint]:
    for model, found in case.compared:
        least, slack = found.least, found.slack
        if found.met and found.tightest and slack and least is not None and 2 * least <= slack:
            short = found.tightest if len(found.tightest) <= LONGEST else f"{found.tightest[:LONGEST]}..."
            allows = f"allows {slack / 8:,.0f} bytes, {short} {least / 8:,.0f}"
            yield model.hint(f"{found.predicate} {allows}", model.field("Equality"))
