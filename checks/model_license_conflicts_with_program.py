"""A model that is compiled into a program is under a license that does not go with the program's.

The note has both. Whether weights and program make one work is for lawyers, not for this program; where they
do, both licenses hold for the whole, and these two cannot. Ask upstream, or ship the model as a file of its
own. This is a fact to be looked at.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.license import conflict
from lintian_ml.samples import copyright_file

TAG = Tag(Visibility.CLASSIFICATION, see_also=("debian-policy 2.3",))


def with_program(license_name: str) -> str:
    everything = "\nFiles: src/data.c\nCopyright: 2026 B. Author\nLicense: "
    return copyright_file("GPL-2", "*") + everything + f"{license_name}\n"


def examples() -> Iterator[Example]:
    weights = sample("weights.c")
    yield Flagged(
        "a model for non-commercial use in a program under the GPL",
        {"src/data.c": weights, "debian/copyright": with_program("CC-BY-NC-4.0")},
        (Hint("src/data.c CC-BY-NC-4.0 in GPL-2", Pointer("debian/copyright", 13)),),
    )
    yield Clean("goes with it", {"src/data.c": weights, "debian/copyright": with_program("BSD-3-clause")})


def check(case: Case) -> Iterator[Hint]:
    for model in case.trained:
        compiled = (model.found and model.found.embedded) or (model.stanza and model.stanza.compiled_into)
        grant = model.grant
        if compiled and not grant.general and conflict(grant.license, grant.program):
            yield model.hint(f"{grant.license} in {grant.program}", grant.pointer)
