"""What the kernel with a margin decides, for gappa: rightly, by more than all its numbers are off by.

Where nothing is near the subnormal numbers, the real deviation is given as what is allowed times 1 + x or
1 - x, so that rounding alone is at work. Where nothing is normal, each result is off besides by an unknown
number of up to 2**-1022, which is what a machine that flushes may take; between the two, z3 has ``clear``.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.validation.proofs.errors import PRODUCT, stated
from tests.validation.proofs.keys import Statement


def statements() -> Iterator[Statement]:
    """Yield every claim and its negative control."""
    yield from _rounded("held", "more than is allowed does not hold, by 2^-49 of it")
    yield from _rounded("failed", "what is allowed does not fail, by 2^-49 of it")
    yield from _flushed("held", "-", "<= -{0}")
    yield from _flushed("failed", "+", ">= {0}")


def _rounded(side: str, says: str) -> Iterator[Statement]:
    """Claim it of w, what is allowed, of which the kernel has (1 + s)·w, with the margin c; d is |a - b|."""
    sign, margin = ("+", "-") if side == "held" else ("-", "+")
    share = "[0, 2]" if side == "held" else "[0, 1]"
    apart, hint = _apart(side)
    yield from stated(
        f"error-{side}",
        says,
        f"d = w * (1 {sign} x); g = rnd(d);\nv = w * (1 + s); h = v * (1 {margin} 1b-48); c = rnd(h);",
        f"w in [1b-900, 1b1000] /\\ x in {share} /\\ |s| <= {{}} -> {apart} >= 1b-49",
        (PRODUCT, "1b-48"),
        f"{hint}\n"
        f"(c - w) / w -> ((c - h) / h) * (1 + s) * (1 {margin} 1b-48) + (1 + s) * (1 {margin} 1b-48) - 1\n"
        "  { w <> 0, h <> 0 };",
    )


def _apart(side: str) -> tuple[str, str]:
    """Return how far estimate and threshold are apart, and how that comes of what each is off by."""
    if side == "held":
        return "(g - c) / w", ("(g - c) / w -> ((g - d) / d) * (1 + x) + x - (c - w) / w { d <> 0, w <> 0 };")
    return "(c - g) / w", (
        "(c - g) / w -> (c - w) / w + x - (g - d) / w { w <> 0 };\n"
        "(g - d) / w -> ((g - d) / d) * (1 - x) { w <> 0, d <> 0 };"
    )


ELEMENTS = """a = rnd(some_a); b = rnd(some_b);
half_a = rnd(a * 0.5); l = half_a + f1;
half_b = rnd(b * 0.5); r = half_b + f2;
gap = rnd(l - r); g = gap + f3;
t = rnd(rtol); product = l * t; rounded = rnd(product); p = rounded + f4;"""
"""|a - b| and rtol·|a|, both halved, as the kernel has them."""

TINY = """a in [0, 1b-990] /\\ |b| <= 1b-990 /\\ rtol in [1b-1000, 1]
  /\\ |f1| <= 1b-1022 /\\ |f2| <= 1b-1022 /\\ |f3| <= 1b-1022
  /\\ |f4| <= 1b-1022 /\\ |f5| <= 1b-1022 /\\ |f6| <= 1b-1022"""
"""Of two numbers near the subnormal ones, a is the larger in magnitude; what flushing takes is f1 to f6."""

ELEMENTS_HINT = """(a - b) * 0.5 - g
  -> -((gap - (l - r)) + f3 + f1 - f2 + (half_a - a * 0.5) - (half_b - b * 0.5));
p - (a * 0.5) * rtol
  -> (rounded - product) + f4 + (f1 + (half_a - a * 0.5)) * t + (a * 0.5) * (t - rtol);"""


def _flushed(side: str, sign: str, beyond: str) -> Iterator[Statement]:
    """Claim that the absolute margin is above what flushing takes, where nothing is normal."""
    yield from stated(
        f"error-flushed-{side}",
        "what is lost of |a - b| is less than what the threshold is away from what is allowed",
        f"{ELEMENTS}\n"
        f"k = p * (1 {sign} 1b-48); near = rnd(k); h = near + f5;\n"
        f"q = h {sign} 1b-1019; limit = rnd(q); c = limit + f6;",
        f"{TINY}\n  -> |(a - b) * 0.5 - g| <= {{0}} /\\ c - (a * 0.5) * rtol {beyond}",
        ("3145729b-1042", "3145727b-1042"),
        f"{ELEMENTS_HINT}\n"
        f"c - (a * 0.5) * rtol -> (limit - q) + f6 {sign} 1b-1019 + (near - k) + f5\n"
        f"  + (p - (a * 0.5) * rtol) * (1 {sign} 1b-48) {sign} (a * 0.5) * rtol * 1b-48;",
    )
