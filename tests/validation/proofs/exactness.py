"""What the kernel for elements of 32 bits and fewer does without rounding, for gappa.

All of it holds for numbers and powers of two times those numbers, as float64 has room for them: so one of two
numbers is taken from 1 to 2.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.validation.proofs.errors import stated
from tests.validation.proofs.keys import Statement


def statements() -> Iterator[Statement]:
    """Yield every claim and its negative control."""
    yield from stated(
        "exact-difference",
        "the difference of two numbers of 24 bits, one at most 2^28 times the other, is a float64",
        "",
        "@FLT(x, 24) /\\ @FLT(y, 24) /\\ y in [1, 2] /\\ |x| in [1, {}] -> rnd(x - y) - (x - y) in [0, 0]",
        ("1b29", "1b31"),
    )
    yield from _product(25, 27)
    yield from _product(24, 29)
    yield from stated(
        "exact-whole",
        "a whole number of up to 53 bits is a float64",
        "",
        "@FIX(w, 0) /\\ w in [0, {}] -> rnd(w) - w in [0, 0]",
        ("1b53", "1b54"),
    )
    yield from _far()


def _product(bits: int, more: int) -> Iterator[Statement]:
    """Claim that multiplying by a numerator or denominator of so many bits is exact."""
    yield from stated(
        f"exact-product-{bits}",
        f"the product of a number of {bits} bits and a whole one of up to {more} is a float64",
        "",
        f"@FLT(x, {bits}) /\\ |x| in [1b-200, 1b128] /\\ @FIX(q, 0) /\\ q in [1, {{}}] ->"
        " rnd(x * q) - x * q in [0, 0]",
        (str((1 << more) - 1), str((1 << (more + 2)) - 1)),
    )


def _far() -> Iterator[Statement]:
    """Claim that where rounding happens, beyond half the larger number, it cannot turn the answer."""
    yield from stated(
        "error-far",
        "a difference d of more than half of m, times a denominator q, is above m times the numerator n",
        "d = m * (0.5 + x); n = q * share;\ngap = rnd(d); f = gap * q; left = rnd(f); right = rnd(m * n);",
        "m in [1b-160, 1b130] /\\ q in [1, 1b27] /\\ x in [0, 2] /\\ share in [1b-30, {}] ->"
        " (left - right) / (m * q) >= 1b-10",
        ("0.49", "0.5"),
        "(left - right) / (m * q) -> ((left - f) / f + 1) * ((gap - d) / d + 1) * (0.5 + x)\n"
        "  - ((right - m * n) / (m * n) + 1) * share { m <> 0, q <> 0, d <> 0, n <> 0, f <> 0 };",
    )
