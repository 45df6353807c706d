"""Which tensor of one model is held against which of the other: those of one name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from lintian_ml.equality.blocks import PIECE, Pair
from lintian_ml.equality.verdict import Verdict
from lintian_ml.model import Model, Tensor
from lintian_ml.table import names


class Matching:
    """The tensors of two models by name, in the order of the first model, then of the second.

    ``left`` and ``right`` have the place of each name's tensor in either model, -1 where it has none; of
    several tensors of one name that of the last, and the name is among ``repeated``.
    """

    def __init__(self, first: Model, second: Model, piece: int = PIECE) -> None:
        self.first: Sequence[Tensor] = first.tensors
        self.second: Sequence[Tensor] = second.tensors
        self._piece = piece
        own, other = names(self.first), names(self.second)
        self._lefts = dict(zip(own, range(len(own)), strict=True))
        self._alike = own == other
        self._rights = self._lefts if self._alike else {name: at for at, name in enumerate(other)}
        self.names: Sequence[str] = list(self._lefts if self._alike else self._lefts | self._rights)
        self.repeated = frozenset(_repeated(own, self._lefts)) | frozenset(_repeated(other, self._rights))

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def left(self) -> Sequence[int]:
        """Where the tensors lie in the first model."""
        return self._places(self._lefts)

    @cached_property
    def right(self) -> Sequence[int]:
        """Where the tensors lie in the second model."""
        return self._places(self._rights)

    def pair(self, at: int) -> Pair:
        """Return both tensors of the ``at``-th name, which both models have."""
        name = self.names[at]
        left, right = self.first[self._lefts[name]], self.second[self._rights[name]]
        return Pair(left, right, self._piece, self._beside)

    def tensor(self, at: int) -> Tensor:
        """Return the tensor of the ``at``-th name, of the first model that has it."""
        name = self.names[at]
        return self.first[self._lefts[name]] if name in self._lefts else self.second[self._rights[name]]

    def common(self) -> Sequence[int]:
        """Return the places of the names that both models have."""
        if self._alike:
            return range(len(self.names))
        return [at for at, name in enumerate(self.names) if name in self._lefts and name in self._rights]

    def unmatched(self) -> Iterator[tuple[int, Verdict, str]]:
        """Yield the places of the names that not each model has once, the verdict on them, and why."""
        if self._alike and not self.repeated:
            return
        for at, name in enumerate(self.names):
            if name not in self._lefts or name not in self._rights:
                which = "first" if name in self._lefts else "second"
                yield at, Verdict.NOT_MET, f"only the {which} model has it"
            elif name in self.repeated:
                yield at, Verdict.NOT_DECIDED, "several tensors have this name"

    def _places(self, places: Mapping[str, int]) -> Sequence[int]:
        if self._alike:
            return list(places.values())
        return [places.get(name, -1) for name in self.names]

    def _beside(self, name: str) -> tuple[Tensor | None, Tensor | None]:
        left, right = self._lefts.get(name), self._rights.get(name)
        return (
            None if left is None else self.first[left],
            None if right is None else self.second[right],
        )


def _repeated(every: Sequence[str], places: Mapping[str, int]) -> Iterator[str]:
    """Yield the names that occur more than once."""
    if len(places) < len(every):
        yield from (name for at, name in enumerate(every) if places[name] != at)
