"""Makes one model of the files that one model spans: what a reader names as a part is no second model.

While a package streams past, each file is looked at alone. When all have passed, the parts that each model
names are looked for: those that are there belong to it, with all that was found in them, and those that are
not there are told. Which files are parts is known to the formats alone.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from lintian_ml.detection.finding import FoundModel
from lintian_ml.formats import listed
from lintian_ml.model import Certainty, Nature
from lintian_ml.recognition import RANK

There = Callable[[str], bool | None]
"""Whether the package has a file at a path; None where nobody can tell, as within an archive."""

WORD = re.compile(r"[^\s'\"]+")

MOST_BELOW = 100_000
"""Parts of parts that are followed in one package; beyond, a model has those only that it names itself."""

STRONGEST = (Nature.TRAINED, Nature.UNDECIDED, Nature.UNTRAINED, Nature.NOT_A_MODEL, Nature.ALLOWLISTED)
"""What several files of a model count as: the first of these that one of them is."""


def joined(models: Iterable[FoundModel], there: There) -> tuple[FoundModel, ...]:
    """Return the models, each with its parts, in their order; a model that is a part of another is left out.

    Two models may share a part. Of models that name each other the first counts as the whole.
    """
    found = tuple(models)
    if not any(model.parts or model.format in _companions() for model in found):
        return found
    joining = _Joining(found, there)
    joining.claim_all()
    return tuple(joining.whole(model) for model in found if not joining.is_part(model))


@dataclass(slots=True)
class _Below:
    """What belongs to one model: names that lead from its folder to files, and the models among those."""

    present: list[str]
    missing: list[str]
    models: list[FoundModel]


class _Joining:
    """The models of a package by path, and which of them belong to which."""

    def __init__(self, models: Iterable[FoundModel], there: There) -> None:
        self._models: dict[str, FoundModel] = {}
        for model in models:
            self._models.setdefault(model.path, model)
        self._companions: dict[str, list[str]] = {}
        for model in self._models.values():
            if (main := _main(model)) in self._models:
                self._companions.setdefault(main, []).append(model.path)
        self._there = there
        self._below: dict[str, _Below] = {}
        self._owned: set[str] = set()
        self._left = MOST_BELOW

    def claim_all(self) -> None:
        """Let every model claim its parts: first those that no other names, so that they reach the most."""
        every = self._models.values()
        named = {path for model in every for path in self._parts(model) if path != model.path}
        for model in sorted(every, key=lambda model: model.path in named):
            if self._parts(model) and model.path not in self._owned:
                below = self._below[model.path] = self._gather(model)
                self._owned.update(part.path for part in below.models)

    def is_part(self, model: FoundModel) -> bool:
        """Whether a model belongs to another."""
        return model.path in self._owned

    def whole(self, model: FoundModel) -> FoundModel:
        """Return a model with all that belongs to it."""
        below = self._below.get(model.path)
        return model if below is None else _merged(model, below)

    def _gather(self, model: FoundModel) -> _Below:
        """Follow the parts of a model, and theirs."""
        below = _Below([], [], [])
        folder = model.path[: model.path.rfind("/") + 1]
        seen = {model.path}
        waiting = list(reversed(self._parts(model)))
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            part = self._models.get(path)
            if part is None and self._there(path) is False:
                below.missing.append(path.removeprefix(folder))
                continue
            below.present.append(path.removeprefix(folder))
            if part is not None:
                below.models.append(part)
                waiting += reversed(tuple(self._allowed(self._parts(part))))
        return below

    def _parts(self, model: FoundModel) -> tuple[str, ...]:
        """Return the parts that a model names, and those that belong to it by their format."""
        return (*model.part_paths, *self._companions.get(model.path, ()))

    def _allowed(self, paths: tuple[str, ...]) -> Iterator[str]:
        """Yield as many of the paths as may still be followed."""
        taken = paths[: self._left]
        self._left -= len(taken)
        yield from taken


@cache
def _companions() -> dict[str, str]:
    """Return the formats whose files belong to another file, with the name of that."""
    return {entry.format.name: entry.format.beside for entry in listed() if entry.format.beside}


def _main(model: FoundModel) -> str:
    """Return the path of the file to which a model belongs by its format; empty where there is none."""
    beside = _companions().get(model.format, "")
    return model.path[: model.path.rfind("/") + 1] + beside if beside else ""


def _merged(model: FoundModel, below: _Below) -> FoundModel:
    """Return what a model is together with its parts."""
    surely = [part for part in below.models if part.certainty is not Certainty.POSSIBLE]
    metadata = {key: value for part in reversed(below.models) for key, value in part.metadata.items()}
    return replace(
        model,
        certainty=max((one.certainty for one in (model, *below.models)), key=RANK.__getitem__),
        nature=_nature(model, below),
        tensors=_sum(one.tensors for one in (model, *surely)),
        parameters=_most(model.parameters, _sum(part.parameters for part in surely)),
        parts=tuple(below.present),
        missing=tuple(below.missing),
        metadata={**metadata, **model.metadata},
        remarks=tuple(_remarks(model, below)),
    )


def _nature(model: FoundModel, below: _Below) -> Nature:
    """Return the nature of the whole; undecided where all numbers lie in parts that nobody looked at."""
    unseen = not model.tensors and not below.models
    fixture = model.nature is Nature.UNTRAINED and model.parameters
    if unseen and not fixture and not (model.parameters and below.present):
        return Nature.UNDECIDED
    return min((one.nature for one in (model, *below.models)), key=STRONGEST.index)


def _sum(counts: Iterable[int | None]) -> int | None:
    """Return the sum of the counts that are known; None where none is."""
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _most(told: int | None, found: int | None) -> int | None:
    """Return the larger count: a main file may count what lies in its parts, or know nothing of it."""
    return max((count for count in (told, found) if count is not None), default=None)


def _remarks(model: FoundModel, below: _Below) -> Iterator[str]:
    """Yield the remarks of the whole, with the parts that are missing.

    What a reader says of a part by its name, it says because each file streams past alone: that is left out.
    """
    for one in (model, *below.models):
        named = frozenset(one.parts)
        yield from (remark for remark in one.remarks if named.isdisjoint(WORD.findall(remark)))
    yield from (f"its part {name} is not in the package" for name in below.missing)
