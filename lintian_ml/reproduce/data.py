"""The data sets of a training: whether they are at hand, and are what the declaration says they are."""

from collections.abc import Iterator
from pathlib import Path

from lintian_ml.declaration import Access, Checksum, DatasetStanza, ModelStanza
from lintian_ml.reproduce.folders import digest, is_within
from lintian_ml.reproduce.source import Source

AT_HAND = (Access.IN_SOURCE, Access.IN_ARCHIVE)
"""Data that need not be given: it lies in the tree, or is installed."""


def needed(source: Source, stanza: ModelStanza) -> Iterator[DatasetStanza]:
    """Yield the data sets that must be given for a training."""
    named = (source.declaration.data(name) for name in stanza.training_data or ())
    return (one for one in named if isinstance(one, DatasetStanza) and one.access not in AT_HAND)


def lacking(source: Source, stanza: ModelStanza, data: Path | None) -> Iterator[str]:
    """Yield why a data set is not at hand, one sentence each."""
    for dataset in needed(source, stanza):
        if data is None or not (data / dataset.name).is_dir():
            yield f"the data set {dataset.name} is not at hand (--data or --fetch-data give it)"
            continue
        troubles = (trouble(data / dataset.name, one) for one in dataset.checksums_sha256)
        yield from (
            f"the data set {dataset.name} is not what is declared: {said}" for said in troubles if said
        )


def trouble(folder: Path, checksum: Checksum) -> str:
    """Return what is wrong with one file of a data set; an empty string where it is what is declared."""
    if not is_within(folder, checksum.path):
        return f"{checksum.path} is not there"
    path = folder / checksum.path
    if path.stat().st_size != checksum.size:
        return f"{checksum.path} has {path.stat().st_size} bytes, not {checksum.size}"
    return "" if digest(path) == checksum.digest else f"{checksum.path} has another digest"
