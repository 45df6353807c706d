"""How the deviations of a tensor are distributed, where they lie, and whether they look like noise.

A portrait is for people who look at a verdict; no verdict depends on it. Portraits are made in a pass of
their own through the tensors that differ, and only where they are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """Where in a tensor the deviations lie, as a matrix of ``rows`` by ``columns`` seen in few cells.

    The first ``split`` axes are the rows, the others the columns; both components of a complex number lie
    side by side. There are ``height`` by ``width`` cells; the cell of row r is ⌊r·height/rows⌋, and so for
    columns. Row by row, ``peaks`` has the octave of the furthest pair of each cell, as in ``Portrait``, and
    ``means`` the mean |a - b| of its pairs, of which those with an element that is no finite number count 0.
    """

    split: int
    rows: int
    columns: int
    height: int
    width: int
    peaks: tuple[int, ...]
    means: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """How many numbers are above zero, and how many are below."""

    above: int
    below: int

    @property
    def lean(self) -> float:
        """The difference as a share of both, from -1 to 1; 0 where there are none."""
        return (self.above - self.below) / ((self.above + self.below) or 1)

    @property
    def deviations(self) -> float:
        """The difference in standard deviations of as many throws of a coin."""
        return (self.above - self.below) / ((self.above + self.below) ** 0.5 or 1.0)


@dataclass(frozen=True, slots=True)
class Coherence:
    """Whether the differences d = a - b of a sample add up, as a change made on purpose does and noise not.

    ``signs`` is the balance of d, ``growth`` that of d·b. ``near`` is the share of pairs at 90 % or more of
    what the predicate allows, None where it bounds no element. ``length`` is ‖d‖₂ / (√n·median |d|): about
    1.5 for Gaussian noise, large where few elements carry the difference, None where the median is 0.
    ``spectral`` is the spectral norm of d as a matrix over what a matrix of independent noise of equal
    Frobenius norm tends to (Bai and Yin 1993): about 1 for noise, up to √(rows·columns) / (√rows + √columns)
    for a single direction; None where d is a vector. ``low_bits`` tells of both models how far the last bits
    of their elements are from uniform: χ² less its degrees of freedom, in its standard deviations.
    """

    sampled: int
    differing: int
    signs: Balance
    growth: Balance
    near: float | None
    length: float | None
    spectral: float | None
    low_bits: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Portrait:
    """The deviations of the tensor ``name``, which has ``pairs`` of elements (components, of complex types;
    bytes, of types without a fixed width).

    ``octaves`` counts finite pairs by how many representable values (of integers, steps) they are apart:
    first those that are not, then those that are 1, 2 or 3, 4 to 7, and so on by powers of two, as far as
    there are any. Of types that are no numbers, all that differ count as 1 apart. ``unordered`` counts pairs
    that differ and of which an element is no finite number. ``coherence`` is None for types that are no
    numbers.
    """

    name: str
    pairs: int
    octaves: tuple[int, ...]
    unordered: int
    field: Field
    coherence: Coherence | None

    def within(self, octave: int) -> float:
        """Return the share of all pairs that lie in an octave or in one before it."""
        return sum(self.octaves[: octave + 1]) / self.pairs
