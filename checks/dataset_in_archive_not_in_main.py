"""A model in main was trained on a package that is not in main.

The data that a Free Model is trained on meets the DFSG, so its package could be in main; from outside of it,
nobody can train the model with Debian alone. The note has the area, or says that there is no such package.
Only ``--suite-index`` tells where packages are.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.declaration import Access
from lintian_ml.samples import declared
from lintian_ml.suite import package_of

TAG = Tag(Visibility.INFO, see_also=("debian-policy 2.2.1", "ml-policy free-model"))


def examples() -> Iterator[Example]:
    data = {"Access": "in-archive", "Package": "digits-data (>= 2)"}
    yield Flagged(
        "data in non-free",
        declared(dataset=data),
        (Hint("digits: digits-data is in non-free", Pointer("debian/models", 19)),),
        {"digits-data": "non-free"},
    )
    yield Flagged(
        "data that was removed",
        declared(dataset=data),
        (Hint("digits: digits-data is nowhere", Pointer("debian/models", 19)),),
        {"python3-numpy": "main"},
    )
    yield Clean("data in main", declared(dataset=data), {"digits-data": "main"})
    yield Clean("nobody knows", declared(dataset=data))


def check(case: Case) -> Iterator[Hint]:
    if case.suite is None or case.declaration is None or case.package.area != "main":
        return
    for data in (*case.declaration.datasets, *case.declaration.simulators):
        name = package_of(data.package) if data.access is Access.IN_ARCHIVE else ""
        area = case.suite.area(name)
        if name and area != "main":
            where = Pointer(case.declaration.name, data.line_of("Package"))
            yield Hint(f"{data.name}: {name} is {f'in {area}' if area else 'nowhere'}", where)
