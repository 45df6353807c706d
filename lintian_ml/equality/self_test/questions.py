"""Questions that both can answer: the comparator by a predicate, the oracle by the definition of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from lintian_ml.equality.language import Clause, Selector, Specification
from lintian_ml.equality.predicate import Predicate, predicates
from lintian_ml.equality.self_test import oracle
from lintian_ml.equality.self_test.oracle import Answers, Codes
from lintian_ml.equality.self_test.values import COMPONENTS, FLOATS, SCALE, rank, value, width

ALMOST = 1 - Fraction(1, 1 << 30)
"""The largest relative tolerance that is tried."""

_DECIMALS = "0 1e-400 1e-45 1e-12 1e-7 1/1024 1023/1048576 1e-3 1/3 49/100 1/2 2/3"
TOLERANCES = (*map(Fraction, _DECIMALS.split()), ALMOST)
"""Relative and absolute: zero, below every number, powers of two and their neighbours, almost one."""

BESIDE = (Fraction(0), Fraction(1, 10**60), Fraction(-1, 10**60))
"""Shares by which a tolerance misses the deviation of a pair."""


@dataclass(frozen=True, slots=True)
class Question:
    """A predicate of the language, by its name and its parameters in their order."""

    name: str
    parameters: tuple[object, ...] = ()

    @property
    def predicate(self) -> Predicate:
        """The predicate as the comparator has it."""
        return predicates()[self.name](*self.parameters)

    def answers(self, first: Codes, second: Codes, dtype: str) -> Answers:
        """Return what the definition says of each pair."""
        ask = getattr(oracle, self.name if self.name != "grid" else _grid(*self.parameters))
        if self.name == "grid" and str(self.parameters[0]).startswith("2^"):
            return list(ask(first, second, dtype, Fraction(2) ** int(str(self.parameters[0])[2:])))
        return list(ask(first, second, dtype, *self.parameters))

    def defined_for(self, dtype: str) -> bool:
        """Whether it may be asked of elements of a type, and says something of them."""
        return self.predicate.defined_for(dtype) and not self.predicate.vacuous(dtype)

    @property
    def specification(self) -> Specification:
        """What asks it of the tensor w."""
        return Specification((Clause(Selector("w"), (self.predicate,)),))

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.parameters))})"


def _grid(points: object, *_: object) -> str:
    """Return the oracle's name for a lattice."""
    if str(points).startswith("2^"):
        return "grid"
    return "grid_format" if points in FLOATS else "grid_codes"


def of_integers(draw: Random, dtype: str) -> Iterator[Question]:
    """Yield questions about integers."""
    yield Question("same")
    for reach in (0, 1, draw.randrange(1 << width(dtype))):
        yield Question("steps", (reach,))


def of_floats(draw: Random, dtype: str) -> Iterator[Question]:
    """Yield questions about floating-point numbers, each kind of predicate with parameters of all kinds."""
    yield Question("same", (draw.random() < 0.5, draw.random() < 0.5))
    yield Question(
        "ulp",
        (
            draw.choice(
                (0, 1, draw.randrange(1 << draw.randrange(1, width(dtype)))),
            ),
        ),
    )
    one, other = draw.choice(TOLERANCES), draw.choice(TOLERANCES)
    yield Question("close", (one, Fraction(0)))
    yield Question("close", (one, other * Fraction(10) ** draw.randrange(-40, 10)))
    yield Question("scaled", (other,))
    yield Question("norm", (one,))
    if dtype != SCALE:
        yield from _of_lattices(draw, dtype)


def _of_lattices(draw: Random, dtype: str) -> Iterator[Question]:
    """Yield questions about rounding: to multiples of a power of two, to a format, to scaled codes."""
    bias = FLOATS[COMPONENTS.get(dtype, dtype)].bias
    yield Question("grid", (f"2^{draw.randrange(-bias - 12, bias)}",))
    yield Question("grid", (draw.choice([name for name in FLOATS if name != "float64"]),))
    scale = Fraction(draw.randrange(1, 1000), 255) * Fraction(2) ** draw.randrange(-8, 3)
    yield Question("grid", (draw.choice(("int8", "uint4", "int4")), scale, Fraction(draw.randrange(8))))


def of(draw: Random, dtype: str) -> Iterator[Question]:
    """Yield questions that may be asked of elements of a type."""
    asked = of_floats if COMPONENTS.get(dtype, dtype) in (*FLOATS, SCALE) else of_integers
    return (question for question in asked(draw, dtype) if question.defined_for(dtype))


def on_the_border(draw: Random, first: int, second: int, dtype: str) -> Iterator[Question]:
    """Yield questions whose tolerance is the very deviation of a pair, or misses it by the least share."""
    a, b = value(first, dtype), value(second, dtype)
    if a is None or b is None or a == b:
        return
    gap, beside = abs(a - b), draw.choice(BESIDE)
    far = abs(rank(first, dtype) - rank(second, dtype))
    if COMPONENTS.get(dtype, dtype) not in (*FLOATS, SCALE):
        yield from (Question("steps", (reach,)) for reach in (far, far - 1))
        return
    yield from (Question("ulp", (reach,)) for reach in (far, far - 1))
    yield Question("close", (Fraction(0), gap * (1 + beside)))
    for name, size in (("close", max(abs(a), abs(b))), ("scaled", min(abs(a), abs(b)))):
        if size and (share := gap / size * (1 + beside)) < 1:
            yield Question(name, (share, Fraction(0)) if name == "close" else (share,))
