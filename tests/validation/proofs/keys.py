"""What is claimed of the codes of a float format, for all of them at once, as SMT-LIB text.

The rank of a code is its magnitude, negative where its sign bit is set: a signed number two bits wider than
the code. Each claim is denied; a solver that finds the denial unsatisfiable has proved the claim. A claim on
a wrong key, or with a wrong distance, must be found satisfiable: those are the negative controls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

FORMATS = {"float16": (5, 11), "bfloat16": (8, 8), "float32": (8, 24), "float64": (11, 53)}
"""Bits of the exponent, and of the significand with its hidden one."""

KEYS = {
    "rank": "(ite (= (sign x) #b1) (bvneg (wide (magnitude x))) (wide (magnitude x)))",
    "twos-complement": "((_ sign_extend 2) x)",
    "inverted": "(ite (= (sign x) #b1) ((_ sign_extend 2) (bvnot x)) (wide x))",
    "zeros-apart": "(ite (= (sign x) #b1) (bvnot (wide (magnitude x))) (wide (magnitude x)))",
}
"""The key of a code x, and three wrong ones."""

DISTANCES = {
    "by-sign": "(ite (= (sign a) (sign b)) (gap (magnitude a) (magnitude b))"
    " (bvadd (magnitude a) (magnitude b)))",
    "wrapped": "(let ((d (bvsub (narrow (key a)) (narrow (key b))))) (ite (bvslt d nought) (bvneg d) d))",
}
"""The distance of two codes in their own width, as the kernel has it, and as it wraps around."""

STRETCH = (
    "(assert (bvult d limit))\n"
    "(assert (bvugt (magnitude b) d)) (assert (bvult (bvadd (magnitude b) d) limit))\n"
    "(assert (and (bvsle (bvneg d) (bvsub a b)) (bvsle (bvsub a b) d)))"
)
"""What is known of a run: b is more than d from zero and from the ends, a at most d from b as it lies."""

CLAIMS = {
    "order": "(assert (number a)) (assert (number b))\n"
    "(assert (distinct (fp.lt (real a) (real b)) (bvslt (key a) (key b))))",
    "equality": "(assert (number a)) (assert (number b))\n"
    "(assert (distinct (fp.eq (real a) (real b)) (= (key a) (key b))))",
    "surjectivity": "(declare-const k Key)\n"
    "(assert (and (bvslt (bvneg (wide limit)) k) (bvslt k (wide limit))))\n"
    "(assert (not (and (finite (code k)) (= (key (code k)) k))))",
    "successor": "(declare-const c Code) (assert (number a)) (assert (number b)) (assert (number c))\n"
    "(assert (= (bvsub (key b) (key a)) (wide unity)))\n"
    "(assert (and (fp.lt (real a) (real c)) (fp.lt (real c) (real b))))",
    "distance": "(assert (finite a)) (assert (finite b))\n"
    "(assert (distinct (wide (distance a b)) (apart (key a) (key b))))",
    "stretch": f"(declare-const d Code) {STRETCH}\n"
    "(assert (not (and (finite a) (finite b) (= (sign a) (sign b)))))",
    "stretch-distance": f"(declare-const d Code) {STRETCH}\n"
    "(assert (= (sign a) (sign b)))\n"
    "(assert (distinct (apart (key a) (key b)) (apart (wide a) (wide b))))",
}
"""By the name of each claim, its denial."""

CONTROLS = (
    ("order", "twos-complement", "by-sign"),
    ("equality", "twos-complement", "by-sign"),
    ("order", "inverted", "by-sign"),
    ("equality", "zeros-apart", "by-sign"),
    ("distance", "rank", "wrapped"),
)
"""Claims on wrong keys and distances. The successor alone proves nothing: it holds for wrong keys too."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim, to SMT solvers a denied one: its name, what a solver must answer, and the text.

    ``language`` is how its file's name ends: ``smt2``, or ``g`` for gappa.
    """

    name: str
    answer: str
    text: str
    language: str = "smt2"


def statements() -> Iterator[Statement]:
    """Yield every claim on every format, and the negative controls."""
    for form in FORMATS:
        for claim in CLAIMS:
            yield Statement(f"{form}-{claim}", "unsat", _text(form, claim, "rank", "by-sign"))
        for claim, key, distance in CONTROLS:
            wrong = key if key != "rank" else distance
            yield Statement(f"{form}-{claim}-control-{wrong}", "sat", _text(form, claim, key, distance))
        loose = _text(form, "stretch", "rank", "by-sign").replace("(assert (bvugt (magnitude b) d))", "")
        yield Statement(f"{form}-stretch-control-through-zero", "sat", loose)


def _text(form: str, claim: str, key: str, distance: str) -> str:
    """Return a denied claim in SMT-LIB 2.6."""
    exponent, significand = FORMATS[form]
    bits = exponent + significand
    limit = ((1 << exponent) - 1) << (significand - 1)
    return "\n".join(
        (
            f"; {form}: {claim}, with the key {key} and the distance {distance}",
            "(set-logic QF_BVFP)",
            f"(define-sort Code () (_ BitVec {bits})) (define-sort Key () (_ BitVec {bits + 2}))",
            f"(define-fun limit () Code (_ bv{limit} {bits}))",
            f"(define-fun unity () Code (_ bv1 {bits})) (define-fun nought () Code (_ bv0 {bits}))",
            f"(define-fun sign ((x Code)) (_ BitVec 1) ((_ extract {bits - 1} {bits - 1}) x))",
            f"(define-fun magnitude ((x Code)) Code (bvand x (_ bv{(1 << (bits - 1)) - 1} {bits})))",
            "(define-fun wide ((x Code)) Key ((_ zero_extend 2) x))",
            f"(define-fun narrow ((k Key)) Code ((_ extract {bits - 1} 0) k))",
            f"(define-fun real ((x Code)) (_ FloatingPoint {exponent} {significand})"
            f" ((_ to_fp {exponent} {significand}) x))",
            "(define-fun number ((x Code)) Bool (not (fp.isNaN (real x))))",
            "(define-fun finite ((x Code)) Bool (bvult (magnitude x) limit))",
            f"(define-fun key ((x Code)) Key {KEYS[key]})",
            "(define-fun code ((k Key)) Code (ite (bvslt k (wide nought))"
            f" (bvor (narrow (bvneg k)) (_ bv{1 << (bits - 1)} {bits})) (narrow k)))",
            "(define-fun apart ((k Key) (l Key)) Key (ite (bvslt k l) (bvsub l k) (bvsub k l)))",
            "(define-fun gap ((x Code) (y Code)) Code (ite (bvult x y) (bvsub y x) (bvsub x y)))",
            f"(define-fun distance ((a Code) (b Code)) Code {DISTANCES[distance]})",
            "(declare-const a Code) (declare-const b Code)",
            CLAIMS[claim],
            "(check-sat)\n",
        )
    )
