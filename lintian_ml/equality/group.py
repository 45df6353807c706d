"""Small tensors of one type of which one thing is asked: where they lie, and all their elements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, starmap
from typing import TYPE_CHECKING

from lintian_ml.equality.blocks import PIECE
from lintian_ml.equality.desk import Desk, Place
from lintian_ml.equality.elements import COMPLEX
from lintian_ml.equality.gathering import Run
from lintian_ml.equality.layout import SMALL, Layouts, length
from lintian_ml.equality.matching import Matching
from lintian_ml.model import BITS

if TYPE_CHECKING:
    from lintian_ml.blob import Blob
    from lintian_ml.equality.binding import Asked
    from lintian_ml.equality.elements import Codes, Indices

FULL = PIECE - SMALL
"""Bytes of either side from which on a run has enough."""

FEWEST = 8
"""Tensors that are compared together rather than one by one."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the payloads of one side lie: in which of ``blobs``, and from which byte on."""

    blobs: Sequence[Blob]
    blob: Indices
    start: Indices


@dataclass(frozen=True, slots=True)
class Group:
    """Pairs of one type of which one thing is asked.

    ``members`` are their places among the results, in the order in which the first payloads lie; ``sides``
    tell where both lie, and ``lengths`` how long they are, in bytes.
    """

    dtype: str
    asked: Asked
    members: Indices
    sides: tuple[Places, Places]
    lengths: Indices

    @property
    def width(self) -> int:
        """Bytes of one element, or of one component of complex numbers."""
        return BITS[self.dtype] // (16 if self.dtype in COMPLEX else 8)

    def parts(self) -> Iterator[slice]:
        """Yield runs of members of some FULL bytes; none is more than a desk can hold."""
        import numpy as np

        before = (self.lengths.cumsum() - self.lengths) // FULL
        ends = [*(np.flatnonzero(before[1:] != before[:-1]) + 1).tolist(), len(self.lengths)]
        yield from starmap(slice, pairwise([0, *ends]))

    def run(self, desk: Desk, part: slice) -> Run:
        """Return the elements of a run, which are overwritten when another is read."""
        first, second = (self._read(desk, side, part).view(f"<u{self.width}") for side in (0, 1))
        return Run(first, second, self.lengths[part] // self.width)

    def _read(self, desk: Desk, side: int, part: slice) -> Codes:
        """Return the payloads of one side, one after the other; neighbours are read together."""
        import numpy as np

        places, lengths = self.sides[side], self.lengths[part]
        blob, start = places.blob[part], places.start[part]
        apart = (start[1:] != (start + lengths)[:-1]) | (blob[1:] != blob[:-1])
        heads = np.append(0, np.flatnonzero(apart) + 1)
        sizes = np.add.reduceat(lengths, heads).tolist()
        rows = zip(blob[heads].tolist(), start[heads].tolist(), sizes, strict=True)
        pieces = (desk.read(side, Place(places.blobs[of], head), 0, size) for of, head, size in rows)
        if len(heads) == 1:
            return next(pieces)
        whole: Codes = np.empty(sum(sizes), dtype=np.uint8)
        at = 0
        for piece in pieces:
            whole[at : at + len(piece)] = piece
            at += len(piece)
        return whole


def groups(matching: Matching, asked: Mapping[str, Asked], places: Sequence[int]) -> Iterator[Group]:
    """Yield small tensors of one type of which one thing is asked; ``places`` are those of their names."""
    import numpy as np

    if len(places) < FEWEST:
        return
    layouts = Layouts()
    own, other = layouts.of(matching.first), layouts.of(matching.second)
    left, right = (np.array(side, np.intp)[places] for side in (matching.left, matching.right))
    kind = np.where(own.kind[left] == other.kind[right], own.kind[left], -1)
    wanted, numbers = _distinct([*map(asked.__getitem__, map(matching.names.__getitem__, places))])
    types = list(dict.fromkeys(dtype for dtype, _ in layouts.kinds))
    of_kind = np.array([types.index(dtype) for dtype, _ in layouts.kinds] or [0], np.intp)
    sizes = np.array([length(each) for each in layouts.kinds] or [0], np.intp)
    key = np.where(kind >= 0, numbers * len(types) + of_kind[kind], -1)
    order = np.lexsort((own.start[left], own.blob[left], key))
    for chosen in np.split(order, np.flatnonzero(np.diff(key[order])) + 1):
        number = int(key[chosen[0]])
        if number < 0 or len(chosen) < FEWEST:
            continue
        one, two = left[chosen], right[chosen]
        yield Group(
            types[number % len(types)],
            wanted[number // len(types)],
            np.array(places, np.intp)[chosen],
            (
                Places(layouts.blobs, own.blob[one], own.start[one]),
                Places(layouts.blobs, other.blob[two], other.start[two]),
            ),
            sizes[kind[chosen]],
        )


def _distinct(every: Sequence[Asked]) -> tuple[Sequence[Asked], Indices]:
    """Return what is asked without repetition, and which of it is asked each time."""
    import numpy as np

    ids = np.fromiter(map(id, every), np.uint64, len(every))
    _, places, which = np.unique(ids, return_index=True, return_inverse=True)
    distinct: dict[Asked, int] = {}
    numbers = [distinct.setdefault(every[at], len(distinct)) for at in places.tolist()]
    return list(distinct), np.array(numbers, np.intp)[which]
