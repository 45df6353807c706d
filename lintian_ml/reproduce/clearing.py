"""Takes the models out of the copy that is trained in, so that nothing can come out that was shipped."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from lintian_ml.declaration import ModelStanza
from lintian_ml.reproduce.source import Source

EARLIER = (".pc", "debian/patches")
"""Where earlier states of a patched tree lie, and what made it: a model could be put together from these."""


def clear(source: Source, stanza: ModelStanza, copy: Path) -> tuple[str, ...]:
    """Remove from ``copy`` what is not the training's to read; return the paths, sorted.

    Those are all files that any Model stanza covers (Files and Rebuilt-Files), with their parts; every other
    file with the digest of one of them; and every archive or compressed file in which one was found. The
    models that this one is declared to be made from stay, unless they are the same bytes. Patches that are
    applied are gone too.
    """
    declared = frozenset(_declared(source, stanza))
    digests = {source.digests[path] for path in declared}
    twins = (path for path, digest in source.digests.items() if digest in digests)
    wrapped = (model.path.partition("//")[0] for model in source.models if model.sha256 in digests)
    gone = sorted(declared.union(twins, wrapped) & source.digests.keys())
    for path in gone:
        (copy / path).unlink()
    for folder in EARLIER:
        if (copy / folder).resolve().is_relative_to(copy.resolve()):
            shutil.rmtree(copy / folder, ignore_errors=True)
    return tuple(gone)


def _declared(source: Source, stanza: ModelStanza) -> Iterator[str]:
    """Yield the files of the declared models but those that the training may start from."""
    allowed = _origins(source, stanza)
    for other in source.declaration.models:
        if other.name in allowed and other is not stanza:
            continue
        for path in source.covered(other):
            yield path
            yield from source.parts(path) & source.digests.keys()


def _origins(source: Source, stanza: ModelStanza) -> frozenset[str]:
    """Return the names of the models that this one, or its training data, is declared to be made from."""
    data = (source.declaration.data(name) for name in stanza.training_data or ())
    makers = [reference for found in data if found for reference in found.generated_by or ()]
    references = (*(stanza.base_model or ()), *makers)
    return frozenset(reference.name for reference in references if reference.kind == "model")
