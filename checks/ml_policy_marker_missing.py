"""A package has a model that is not free, and ``debian/copyright`` does not mark it.

The draft ML-Policy proposes that such packages say ``ML-Policy`` in the ``Disclaimer`` field of
``debian/copyright``, so that a search of all sources finds them. Add the field to the header, and say there
what the model lacks.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.license import read_copyright
from lintian_ml.policy import Class
from lintian_ml.samples import copyright_file, declared

TAG = Tag(Visibility.PEDANTIC, see_also=("ml-policy 8", "debian-policy 12.5"))

COPYRIGHT = "debian/copyright"


def examples() -> Iterator[Example]:
    toxic = declared(dataset={"Access": "lost"})
    marked = copyright_file("Expat").replace("\n\n", "\nDisclaimer: ML-Policy: the data is lost\n\n", 1)
    yield Flagged(
        "a ToxicCandy", {**toxic, COPYRIGHT: copyright_file("Expat")}, (Hint(pointer=Pointer(COPYRIGHT)),)
    )
    yield Clean("a marked one", {**toxic, COPYRIGHT: marked})
    yield Clean("a Free Model", {**declared(), COPYRIGHT: copyright_file("Expat")})


def check(case: Case) -> Iterator[Hint]:
    bad = (Class.TOXIC_CANDY, Class.NON_FREE)
    if not case.is_source or not any(case.judgement(model).class_ in bad for model in case.models):
        return
    text = case.package.debian.get(COPYRIGHT, b"")
    if "ml-policy" not in read_copyright(text).disclaimer.lower():
        yield Hint(pointer=Pointer(COPYRIGHT))
