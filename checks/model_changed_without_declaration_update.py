"""A model is not that of the previous version, but what ``debian/models`` says of it is.

New weights come from another training: with other data, by another program, from another release. Look at
each field of its stanza, and bring ``Source``, ``Training-Data`` and ``Checksums-Sha256`` up to date. If it
has digests, it cannot be forgotten. The previous version is given with ``--previous``.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.facts.told import is_same_statement
from lintian_ml.samples import nudged, trained

TAG = Tag(Visibility.INFO, see_also=("debian-models(5)",))

NET = "net.safetensors"


def examples() -> Iterator[Example]:
    new = {NET: nudged("linear.safetensors")}
    yield Flagged(
        "new weights under the old words",
        trained() | new,
        (Hint(NET, Pointer("debian/models", 3)),),
        before=trained(),
    )
    newer: dict[str, str | None] = {"Source": "https://example.org/net-2.tar"}
    yield Clean("new words too", trained(newer) | new, before=trained())
    yield Clean("the same weights", trained(), before=trained())
    yield Clean("nothing to compare with", trained() | new)


def check(case: Case) -> Iterator[Hint]:
    for model in case.models:
        old = case.before.get(model.path)
        if not (old and old.found and model.found and old.stanza and model.stanza):
            continue
        if old.found.sha256 != model.found.sha256 and is_same_statement(old.stanza, model.stanza):
            yield model.hint(pointer=model.field("Model"))
