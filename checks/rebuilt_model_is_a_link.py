"""What was given as a rebuilt model is the shipped model itself, or a link.

A file that is compared with itself is always equal, and proves nothing. Give a file that an independent
training wrote, as a regular file of its own; the note says what was found in its place.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.samples import trained

TAG = Tag(Visibility.WARNING, see_also=("debian-models(5)", "lintian-ml(1)"))

NET = "net.safetensors"


def examples() -> Iterator[Example]:
    again = "tests/again.safetensors"
    yield Flagged(
        "the same file twice",
        trained({"Rebuilt-Files": NET}),
        (Hint(f"{NET} (Files and Rebuilt-Files name the same file)", Pointer("debian/models", 13)),),
    )
    yield Clean(
        "a file of its own",
        trained({"Rebuilt-Files": again}) | {again: sample("linear.safetensors")},
    )


def check(case: Case) -> Iterator[Hint]:
    for model in case.models:
        if model.verification and model.verification.link:
            where = model.field("Rebuilt-Files") if model.stanza and model.stanza.rebuilt_files else None
            yield model.hint(f"({model.verification.link})", where)
