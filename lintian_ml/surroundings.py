"""The files around a model that may tell how it came to be, guessed from their names and places."""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import takewhile
from typing import Self

from lintian_ml.detection import names_model
from lintian_ml.package import Kind, Package

TRAINER = re.compile(
    r"(^|[_-])(re|pre)?train(ing|er)?([_-][^.]*)?\.(py|sh|pl|R|jl|lua|ipynb|c|cc|cpp|rs|mk)$", re.IGNORECASE
)
CARD = re.compile(r"^(model[-_]?card|readme)[^/]*\.(md|txt|rst)$", re.IGNORECASE)

MOST_GUESSES = 3


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The files of the package, and those of them that may be training programs or cards of models."""

    files: Container[str]
    programs: Sequence[str]
    cards: Sequence[str]

    @classmethod
    def of(cls, package: Package) -> Self:
        """Return the surroundings of the models of a package."""
        return cls(package.files, _named(TRAINER, package), _named(CARD, package))

    def cards_above(self, path: str) -> list[str]:
        """Return the cards in the folder of ``path`` or in one that it lies in, the nearest first."""
        return nearest(path, (card for card in self.cards if path.startswith(card[: card.rfind("/") + 1])))


def nearest(path: str, others: Iterable[str]) -> list[str]:
    """Return the few of the ``others`` that share most folders with ``path``, the nearest first."""
    folder = path.split("/")[:-1]

    def distance(other: str) -> tuple[int, str]:
        pairs = zip(folder, other.split("/")[:-1], strict=False)
        return -len(list(takewhile(lambda pair: pair[0] == pair[1], pairs))), other

    return nsmallest(MOST_GUESSES, others, key=distance)


def removes_models(package: Package) -> bool:
    """Whether the header of debian/copyright names files that look like models as removed from the source."""
    header = package.debian.get("debian/copyright", b"").lstrip().partition(b"\n\n")[0]
    if b"files-excluded" not in header.lower():
        return False
    return any(names_model(word) for word in header.decode("utf-8", "replace").split())


def _named(pattern: re.Pattern[str], package: Package) -> list[str]:
    """Return the paths of the files whose name fits."""
    files = (path for path, entry in package.files.items() if entry.kind is Kind.FILE)
    return [path for path in files if pattern.search(path.rpartition("/")[2])]
