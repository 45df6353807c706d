"""The license of training data is stated nowhere.

Condition 2 of a Free Model asks for data that is explicitly licensed. What has no license may be used by
nobody, however public it is. Ask those who publish the data for a license; until there is one, the model is a
ToxicCandy.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.samples import declared

TAG = Tag(Visibility.INFO, see_also=("ml-policy free-model", "dfsg 1"))


def examples() -> Iterator[Example]:
    yield Flagged(
        "upstream states none",
        declared(dataset={"License": "not-stated"}),
        (Hint("digits", Pointer("debian/models", 15)),),
    )
    yield Clean("a license", declared())


def check(case: Case) -> Iterator[Hint]:
    declaration = case.declaration
    for data in (*declaration.datasets, *declaration.simulators) if declaration else ():
        if data.license == "not-stated":
            yield Hint(data.name, Pointer("debian/models", data.line_of("License")))
