"""What is claimed of sums of squares and of the norms made of them, for gappa.

Adding n positive numbers in any order multiplies each by at most n - 1 factors of 1 ± 2**-53. The product of
factors is largest where each is as large as it may be; it is bounded by squaring.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.validation.proofs.errors import HALF, stated
from tests.validation.proofs.keys import Statement

DOUBLINGS = 18
"""Up to 2**18 factors."""

SUM = "1b-34"
"""What ``norm`` takes a sum of squares to be off by at most."""


def statements() -> Iterator[Statement]:
    """Yield every claim and its negative control."""
    yield from stated(
        "norm-sum",
        "the product of 2^18 factors of 1 - 2^-53 to 1 + 2^-53",
        "".join(f"x{at + 1} = x{at} * (2 + x{at});\n" for at in range(DOUBLINGS)),
        f"|x0| <= {HALF} -> |x{DOUBLINGS}| <= {{}}",
        (SUM, "1b-36"),
    )
    yield from stated(
        "norm-square",
        "the square of a difference is off by three factors, whatever flushing does not take",
        "a = rnd(some_a); b = rnd(some_b);\ng = rnd(a - b);",
        "g in [1b-500, 1] -> rnd(g * g) -/ (a - b) * (a - b) in [-{0}, {0}]",
        ("49b-57", "1b-52"),
    )
    yield from stated(
        "norm-root",
        "a norm is off by as much as its sum of squares",
        "n = rnd(sqrt(rnd(q)));",
        f"s in [1b-1000, 1b1000] /\\ q in [1b-1001, 1b1001] /\\ q -/ s in [-{SUM}, {SUM}] ->"
        " n -/ sqrt(s) in [-{0}, {0}]",
        (SUM, "1b-36"),
    )
    yield from _decisions()


def _decisions() -> Iterator[Statement]:
    """Claim that norms are decided rightly with the margin: w is what is allowed, d the difference's.

    ``one`` is the difference's with its margin, ``two`` what is allowed with its own.
    """
    claims = (
        ("held", "+", "-", "[0, 2]", ("one", "two"), "more than is allowed does not hold"),
        ("failed", "-", "+", "[0, 1]", ("two", "one"), "what is allowed does not fail"),
    )
    for name, sign, margin, share, (more, less), says in claims:
        yield from stated(
            f"norm-{name}",
            f"{says}, by 2^-30 of it",
            f"d = w * (1 {sign} x); g = d * (1 + e); h = g * (1 {sign} 1b-30); one = rnd(h);\n"
            f"n = w * (1 + s); a = rnd(n); k = a * (1 {margin} 1b-30); two = rnd(k);",
            f"w in [1b-900, 1b900] /\\ x in {share} /\\ |e| <= {{0}} /\\ |s| <= {{0}}"
            f" -> ({more} - {less}) / w >= 1b-30",
            ("3b-35", "1b-30"),
            f"({more} - {less}) / w -> ({more} - w) / w - ({less} - w) / w {{ w <> 0 }};\n"
            f"(one - w) / w -> ((one - h) / h + 1) * (1 {sign} x) * (1 + e) * (1 {sign} 1b-30) - 1\n"
            "  { w <> 0, h <> 0 };\n"
            f"(two - w) / w -> ((two - k) / k + 1) * ((a - n) / n + 1) * (1 + s) * (1 {margin} 1b-30) - 1\n"
            "  { w <> 0, k <> 0, n <> 0 };",
        )
