"""A model is said to be more reproducible than its equality predicate can prove.

``bit-by-bit`` needs ``identical`` or ``same``; ``numerical`` needs a bound on every tensor, as ``ulp`` and
``scaled`` are, and neither a measurement nor an unchecked structure. The note has the level that is claimed
and the one that the predicate reaches: claim that one, or declare a stronger predicate.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.declaration import ModelStanza
from lintian_ml.error import DeclarationError
from lintian_ml.samples import trained

TAG = Tag(Visibility.INFO, see_also=("ml-policy reproducibility", "lintian-ml-compare(1)"))


def examples() -> Iterator[Example]:
    where = Pointer("debian/models", 12)
    yield Flagged(
        "a tolerance is not bit by bit",
        trained({"Reproducibility": "bit-by-bit"}),
        (Hint("net.safetensors claims bit-by-bit, ulp(4) reaches numerical", where),),
    )
    yield Flagged(
        "results are not numbers",
        trained({"Equality": "decides(held-out, margin=0.1)"}),
        (
            Hint(
                "net.safetensors claims numerical, decides(held-out, margin=0.1) reaches performance",
                where,
            ),
        ),
    )
    yield Clean("a tolerance is numerical", trained())
    yield Clean("bits are more than numbers", trained({"Equality": "same"}))


def check(case: Case) -> Iterator[Hint]:
    for model in case.models:
        if model.stanza and model.stanza.equality and (more := beyond(model.stanza)):
            yield model.hint(more, model.field("Equality"))


def beyond(stanza: ModelStanza) -> str:
    """Say how far a claim goes beyond its predicate; nothing where it does not."""
    from lintian_ml.verification.asked import LEVELS, level_of, predicate_of

    try:
        asked = predicate_of(stanza)
    except DeclarationError:
        return ""
    claimed = LEVELS.get(stanza.reproducibility) if stanza.reproducibility else None
    if not asked or not claimed or level_of(asked).rank <= claimed.rank:
        return ""
    told = f"claims {claimed.value}, {'; '.join(str(asked).splitlines())}"
    return f"{told} reaches {level_of(asked).value}"
