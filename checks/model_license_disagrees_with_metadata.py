"""A model says of itself that it is under another license than ``debian/copyright`` says.

The note has what the model says. Its authors wrote it there, so ``debian/copyright`` may be wrong: ask them
which of the two holds, and correct the stanza. This is a warning where the model's own license does not meet
the DFSG, and information where both are free.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.detection import Subject
from lintian_ml.license import disagree
from lintian_ml.policy import License
from lintian_ml.samples import copyright_file

TAG = Tag(Visibility.WARNING, see_also=("debian-policy 12.5", "debian-policy 2.3"))


def examples() -> Iterator[Example]:
    net = sample("linear.gguf")
    yield Flagged(
        "MIT inside, Apache outside",
        {"net.gguf": net, "debian/copyright": copyright_file("Apache-2.0", "net.gguf")},
        (Hint("net.gguf says MIT", Pointer("debian/copyright", 5)),),
    )
    yield Clean(
        "two names of one license",
        {"net.gguf": net, "debian/copyright": copyright_file("Expat", "net.gguf")},
    )
    yield Clean(
        "one of two licenses",
        {"net.gguf": net, "debian/copyright": copyright_file("Expat or GPL-2+", "net.gguf")},
    )


def check(case: Case) -> Iterator[Hint]:
    for model in case.models:
        for statement in model.found.statements if model.found and model.grant.license else ():
            said = " ".join(statement.value.split())
            if statement.subject is Subject.LICENSE and (own := disagree(said, model.grant.license)):
                bad = own.license in (License.NOT_DFSG, License.NOT_REDISTRIBUTABLE)
                worse = bad and model.facts.license is License.DFSG
                loudest = Visibility.WARNING if worse else Visibility.INFO
                yield model.hint(f"says {said[:100]}", model.grant.pointer, loudest)
                break
