"""A package in main depends on a package with models that is not in main.

Packages in main must not require or recommend a package outside of main, a program's model as little as any
other. Suggest it, let the program work without it, or move the package to contrib. The note has relation,
package and area; only ``--suite-index`` tells where packages are, and the name tells that it has models.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.suite import names_models, relations

TAG = Tag(Visibility.ERROR, see_also=("debian-policy 2.2.1",))

CONTROL = "debian/control"
FIELDS = ("Pre-Depends", "Depends", "Recommends")


def examples() -> Iterator[Example]:
    control = "Source: example\nSection: misc\n\nPackage: example\nArchitecture: all\n"
    suite = {"tagger-models": "non-free", "tagger-models-free": "main", "tagger": "contrib"}
    yield Flagged(
        "models in non-free",
        {CONTROL: control + "Recommends: tagger-models (>= 2)\n"},
        (Hint("example Recommends: tagger-models in non-free", Pointer(CONTROL)),),
        suite,
    )
    yield Clean("models in main", {CONTROL: control + "Depends: tagger-models-free\n"}, suite)
    yield Clean("only suggested", {CONTROL: control + "Suggests: tagger-models\n"}, suite)
    either = "Depends: tagger-models-free | tagger-models\n"
    yield Clean("an alternative that is not the default", {CONTROL: control + either}, suite)


def check(case: Case) -> Iterator[Hint]:
    if case.suite is None or case.package.area != "main":
        return
    for binary in case.package.control.binaries:
        for field in FIELDS:
            for names in relations(binary.get(field, "")):
                area = case.suite.area(names[0])
                if area not in ("main", None) and names_models(names[0]):
                    where = Pointer(CONTROL) if case.is_source else None
                    yield Hint(f"{binary['Package']} {field}: {names[0]} in {area}", where)
