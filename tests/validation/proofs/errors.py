"""What single numbers of the float kernels are off by, for gappa: their error bounds, from the format itself.

gappa has float64 with its subnormal numbers and rounding to nearest, and proves in which interval an error
lies. Each bound is stated again, too small; that must not be proved.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.validation.proofs.keys import Statement

PROVED, OPEN = "proved", "not proved"
"""What gappa must answer to a claim, and to a negative control."""

HALF = "1b-53"
"""Half a unit in the last place of a float64, as a share of it; ``1b-53`` is gappa's 1·2**-53."""

PRODUCT = "9007199254740993b-105"
"""2**-52 + 2**-105: what a product with a rounded factor is off by."""


def stated(
    name: str, says: str, given: str, claim: str, bounds: tuple[str, str], hints: str = ""
) -> Iterator[Statement]:
    """Yield a claim, and its control: it has a place {} for what is bounded by the one or the other.

    ``given`` are definitions; ``hints`` equal expressions, which gappa checks, that show it a way.
    """
    for bound, answer, end in zip(bounds, (PROVED, OPEN), ("", "-control"), strict=True):
        lines = (f"# {says}", "@rnd = float<ieee_64, ne>;", given, f"{{ {claim.format(bound)} }}", hints)
        yield Statement(f"{name}{end}", answer, "\n".join(filter(None, lines)), "g")


def statements() -> Iterator[Statement]:
    """Yield every claim and its negative control."""
    yield from _operations()
    yield from _excesses()
    yield from stated(
        "error-furthest",
        "|a - b| is not above its estimate and the margin",
        "a = rnd(some_a); b = rnd(some_b);\nd = a - b; g = rnd(d); z = g * (1 + 1b-48);",
        "|a| <= 1b1023 /\\ |b| <= 1b1023 /\\ d in [1b-1074, 1b1024] -> (z - d) / d >= {}",
        ("1b-49", "1b-48"),
        "(z - d) / d -> ((g - d) / d + 1) * (1 + 1b-48) - 1 { d <> 0 };",
    )


def _operations() -> Iterator[Statement]:
    """Claim what differences and products are off by, as shares of the exact ones."""
    yield from stated(
        "error-halves",
        "halving a float64 is exact, from twice the smallest normal number on",
        "a = rnd(some_a);",
        "|a| in [{}, 1b1024] -> rnd(a * 0.5) - a * 0.5 in [0, 0]",
        ("1b-1021", "1b-1023"),
    )
    yield from stated(
        "error-difference",
        "a difference is off by half a unit, however small, and of halves it does not overflow",
        "a = rnd(some_a); b = rnd(some_b);\ng rnd= a - b;",
        "|a| <= 9007199254740991b970 /\\ |b| <= 9007199254740991b970 ->"
        " g -/ (a - b) in [-{0}, {0}] /\\ |g| <= 9007199254740991b971",
        (HALF, "1b-54"),
    )
    yield from stated(
        "error-product",
        "what a relative tolerance allows of a magnitude m is off by two halves",
        "m = rnd(some_m);\np rnd= m * rnd(rtol);",
        "m in [1b-100, 1b1024] /\\ rtol in [1b-900, 1] -> p -/ (m * rtol) in [-{0}, {0}]",
        (PRODUCT, HALF),
    )


def _excesses() -> Iterator[Statement]:
    """Claim that what a run is taken to have at most is above what its pairs are found to have."""
    yield from stated(
        "error-quotient",
        "where |a - b| and what is allowed are off so far, their quotient is so by less than 2^-51",
        "",
        "g in [1b-400, 1b400] /\\ p in [1b-400, 1b400] /\\ gg in [1b-401, 1b401] /\\ pp in [1b-401, 1b401]\n"
        f"  /\\ gg -/ g in [-{HALF}, {HALF}] /\\ pp -/ p in [-{PRODUCT}, {PRODUCT}] ->"
        " gg / pp -/ g / p in [-{0}, {0}]",
        ("1b-51", "1b-52"),
    )
    yield from stated(
        "error-excess",
        "rounded and multiplied by the nudge, it is off by less than 2^-49",
        "k = rnd(rnd(found) * rnd(1.0037));",
        "v in [1b-200, 1b200] /\\ found in [1b-201, 1b201] /\\ found -/ v in [-1b-51, 1b-51] ->"
        " k -/ (v * rnd(1.0037)) in [-{0}, {0}]",
        ("1b-49", "1b-51"),
    )
    yield from stated(
        "error-ceiling",
        "a run's ceiling is 2^-41 of it above its largest deviation at least, so above each excess",
        "v1 = rnd(v); v2 = v1 * (1 + 1b-40);\n"
        "v3 = rnd(v2); v4 = v3 * rnd(1.0037); k = rnd(v4);\n"
        "z = v * rnd(1.0037);",
        "v in [1b-200, 1b200] -> (k - z) / z >= {}",
        ("1b-41", "1b-40"),
        "(k - z) / z -> ((k - v4) / v4 + 1) * ((v3 - v2) / v2 + 1) * ((v1 - v) / v + 1) * (1 + 1b-40) - 1\n"
        "  { v <> 0, v2 <> 0, v4 <> 0, z <> 0 };",
    )
