"""A model says that it was made from another one, but ``debian/models`` does not say so.

A model is no freer than what it was made from. Name that model in ``Base-Model``: a ``Model`` stanza, a
package, or an address. The note has what the model says. If the statement is a leftover of a program that
wrote the file, say so in a ``Comment`` and override this.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.detection import Subject
from lintian_ml.samples import declared

TAG = Tag(Visibility.INFO, see_also=("ml-policy free-model", "debian-models(5)"))


def examples() -> Iterator[Example]:
    net = {"net.gguf": sample("linear.gguf")}
    yield Flagged(
        "declared to be made from none",
        {**declared({"Files": "net.gguf"}), **net},
        (Hint("net.gguf says Base", Pointer("debian/models", 10)),),
    )
    other = {"Files": "net.gguf", "Base-Model": "https://example.org/base"}
    yield Clean("declared", {**declared(other), **net})
    yield Clean("not declared at all", net)


def check(case: Case) -> Iterator[Hint]:
    for model in case.trained:
        if not model.found or not model.stanza or model.stanza.base_model:
            continue
        for statement in model.found.statements:
            if statement.subject is Subject.BASE_MODEL:
                said = " ".join(statement.value.split())
                yield model.hint(f"says {said[:100]}", model.field("Base-Model"))
                break
