"""What is claimed of the float kernels, denied, as SMT-LIB text: where they decide, they decide rightly.

``narrow`` is about elements of 32 bits and fewer in float64, ``clear`` about the kernel with a margin. The
latter is in real numbers: an operation of float64 gives its exact result times 1 + e, |e| ≤ u = 2**-53, plus
f, |f| ≤ t, where t is the smallest normal number of the types touched: what flushing may take.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.validation.proofs.keys import FORMATS, Statement

DOUBLE = "(_ to_fp 11 53)"
UNIT, MARGIN = "(/ 1 9007199254740992)", "(/ 1 281474976710656)"
ROOT, NORM_MARGIN = "(/ 3 34359738368)", "(/ 1 1073741824)"
"""What one operation is off by, the margin of ``clear``; what a norm is off by, and the margin of norms."""


def statements() -> Iterator[Statement]:
    """Yield every claim and its negative controls."""
    for form in ("bfloat16", "float32"):
        loose = _difference(form, 56 - FORMATS[form][1])
        yield from _pair(f"{form}-narrow-difference", _difference(form, 28), loose)
    for form in ("float16", "bfloat16", "float32"):
        bits = FORMATS[form][1]
        yield from _pair(f"{form}-narrow-bits", _bits(form, bits + 1), _bits(form, bits - 2))
    for form, (_, bits) in FORMATS.items():
        yield from _pair(f"{form}-step", _step(form, bits - 1), _step(form, bits))
    yield from _pair("narrow-sum", _sum(28), _sum(30))
    for bits, more in ((25, 27), (24, 29)):
        yield from _pair(f"narrow-product-{bits}", _product(bits, more, 53), _product(bits, more, 51))
    yield from _pair("narrow-far", _far("(/ 49 100)"), _far("(/ 1 2)"))
    for kind, half in (("whole", "1"), ("halved", "(/ 1 2)")):
        for side in ("held", "failed"):
            name, claim = f"clear-{side}-{kind}", _clear(side, half, MARGIN, 8)
            yield from _pair(name, claim, _clear(side, half, "0.0", 8))
            yield Statement(f"{name}-control-flushing", "sat", _clear(side, half, MARGIN, 2))
        yield from _pair(f"clear-furthest-{kind}", _furthest(half, MARGIN, 8), _furthest(half, "0.0", 8))
        yield Statement(f"clear-furthest-{kind}-control-flushing", "sat", _furthest(half, MARGIN, 2))
    for side in ("held", "failed"):
        yield from _pair(f"norm-{side}-flushed", _norm(side, NORM_MARGIN, "l"), _norm(side, "0.0", "l"))
        yield Statement(f"norm-{side}-flushed-control-flushing", "sat", _norm(side, NORM_MARGIN, "(* 2.0 l)"))


def _pair(name: str, claim: str, control: str) -> Iterator[Statement]:
    """Yield a claim and what must not be taken for it."""
    yield Statement(name, "unsat", claim)
    yield Statement(f"{name}-control", "sat", control)


def _floats(form: str) -> str:
    """Declare two finite elements, and their values and magnitudes in float64."""
    exponent, significand = FORMATS[form]
    return f"""(set-logic QF_BVFP)
(declare-const x (_ FloatingPoint {exponent} {significand}))
(declare-const y (_ FloatingPoint {exponent} {significand}))
(assert (not (or (fp.isNaN x) (fp.isInfinite x) (fp.isNaN y) (fp.isInfinite y))))
(define-fun a () (_ FloatingPoint 11 53) ({DOUBLE} RNE x))
(define-fun b () (_ FloatingPoint 11 53) ({DOUBLE} RNE y))
(define-fun d () (_ FloatingPoint 11 53) (fp.sub RNE a b))
"""


def _difference(form: str, apart: int) -> str:
    """Deny that float64 holds a - b exactly, unless one magnitude is more than 2**apart times the other."""
    return f"""; {form}: a - b in float64 is exact where the magnitudes are at most 2**{apart} apart
{_floats(form)}(define-fun far () (_ FloatingPoint 11 53) ({DOUBLE} RNE {float(1 << apart)}))
(assert (fp.leq (fp.abs a) (fp.mul RNE (fp.abs b) far)))
(assert (fp.leq (fp.abs b) (fp.mul RNE (fp.abs a) far)))
(assert (not (fp.eq ((_ to_fp 11 64) RNE d)
  (fp.sub RNE ((_ to_fp 11 64) RNE x) ((_ to_fp 11 64) RNE y)))))
(check-sat)
"""


def _sum(apart: int) -> str:
    """Deny that two numbers of 24 bits, at most 2**apart apart, have sum and difference of 53 bits at most.

    The larger is m·2**e, the smaller n, both in units of the smaller one's last bit.
    """
    return f"""; m * 2**e and n, of 24 bits each, at most 2**{apart} apart, are 2**53 or less together
(set-logic QF_BV)
(declare-const m (_ BitVec 128)) (declare-const n (_ BitVec 128)) (declare-const e (_ BitVec 128))
(assert (and (bvuge m (_ bv{1 << 23} 128)) (bvult m (_ bv{1 << 24} 128)) (bvule e (_ bv64 128))))
(assert (and (bvuge n (_ bv{1 << 23} 128)) (bvult n (_ bv{1 << 24} 128))))
(assert (bvule (bvshl m e) (bvshl n (_ bv{apart} 128))))
(assert (not (bvule (bvadd (bvshl m e) n) (_ bv{1 << 53} 128))))
(check-sat)
"""


def _bits(form: str, bits: int) -> str:
    """Deny that a - b has at most so many significant bits where it is at most half the larger magnitude."""
    return f"""; {form}: where |a - b| is at most half of the larger one, it has at most {bits} bits
{_floats(form)}(define-fun half () (_ FloatingPoint 11 53) ({DOUBLE} RNE 0.5))
(assert (fp.leq (fp.abs d) (fp.mul RNE half (fp.max (fp.abs a) (fp.abs b)))))
(assert (not (fp.eq ({DOUBLE} RNE ((_ to_fp 11 {bits}) RNE d)) d)))
(check-sat)
"""


def _step(form: str, fraction: int) -> str:
    """Deny that a value and the next one below a normal number lie within 2**-fraction of it."""
    exponent, significand = FORMATS[form]
    bits, sort = exponent + significand, f"(_ to_fp {exponent} {significand})"
    least = 1 << (significand - 1)
    limit = ((1 << exponent) - 1) << (significand - 1)
    power = f"({sort} RNE {float(1 << fraction)})"
    scaled = f"(fp.mul RNE {power} (fp.sub RNE ({sort} (bvadd c (_ bv1 {bits}))) ({sort} c)))"
    return f"""; {form}: from any value to the next, up to a normal number b, is at most 2**-{fraction} of b
(set-logic QF_BVFP)
(declare-const b (_ BitVec {bits})) (declare-const c (_ BitVec {bits}))
(assert (and (bvuge b (_ bv{least} {bits})) (bvult b (_ bv{limit} {bits})) (bvult c b)))
(assert (not (fp.leq {scaled} ({sort} b))))
(check-sat)
"""


def _product(first: int, second: int, most: int) -> str:
    """Deny that numbers of so many bits have a product of at most ``most`` bits."""
    return f"""; the product of numbers of {first} and {second} bits has {most} at most
(set-logic QF_BV)
(declare-const m (_ BitVec 64)) (declare-const q (_ BitVec 64))
(assert (and (bvult m (_ bv{1 << first} 64)) (bvult q (_ bv{1 << second} 64))))
(assert (not (bvult (bvmul m q) (_ bv{1 << most} 64))))
(check-sat)
"""


def _far(share: str) -> str:
    """Deny that rounding cannot make |a - b| ≤ r·M true where |a - b| > M/2 and r is less than ``share``."""
    errors = "\n".join(
        f"(declare-const e{at} Real) (assert (and (<= (- {UNIT}) e{at}) (<= e{at} {UNIT})))"
        for at in (1, 2, 3)
    )
    return f"""; where |a - b| > M/2, the rounded inequality is false as the real one is
(set-logic QF_NRA)
(declare-const g Real) (declare-const m Real) (declare-const r Real)
{errors}
(assert (and (> m 0.0) (> g (* m (/ 1 2))) (>= r 0.0) (< r {share})))
(assert (<= (* g (+ 1.0 e1) (+ 1.0 e2)) (* m r (+ 1.0 e3))))
(check-sat)
"""


def _clear(side: str, half: str, margin: str, losses: int) -> str:
    """Deny that the kernel with a margin is right where it holds, or where it fails.

    d is |a - b|, p the product of relative tolerance and larger magnitude, s the absolute tolerance, each as
    a real number; g and w are what float64 has of d and of max(p, s), times ``half``.
    """
    if side == "held":
        bounds = f"""(assert (>= g (- (* (- 1.0 u) (- (* {half} d) (* 2.0 t))) t)))
(assert (<= w (larger (+ (* (+ 1.0 u) (+ 1.0 u) (+ (* {half} p) t)) t) (+ (* (+ 1.0 u) {half} s) t))))
(define-fun c () Real (- (+ (* (+ 1.0 u) w (- 1.0 {margin})) t) (* {losses}.0 t)))
(assert (<= g (+ c (* u (size c)) t)))
(assert (not (<= d (larger p s))))"""
    else:
        bounds = f"""(assert (<= g (+ (* (+ 1.0 u) (+ (* {half} d) (* 2.0 t))) t)))
(assert (>= w (larger (- (* (- 1.0 u) (- 1.0 u) (- (* {half} p) t)) t) (- (* (- 1.0 u) {half} s) t))))
(define-fun c () Real (+ (- (* (- 1.0 u) w (+ 1.0 {margin})) t) (* {losses}.0 t)))
(assert (> g (- c (* u (size c)) t)))
(assert (<= d (larger p s)))"""
    return f"""; where the kernel with a margin says {side}, it is so
(set-logic QF_NRA)
(define-fun u () Real {UNIT})
(define-fun larger ((x Real) (y Real)) Real (ite (< x y) y x))
(define-fun size ((x Real)) Real (ite (< x 0.0) (- x) x))
(declare-const d Real) (declare-const p Real) (declare-const s Real) (declare-const t Real)
(declare-const g Real) (declare-const w Real)
(assert (and (>= d 0.0) (>= p 0.0) (>= s 0.0) (> t 0.0) (>= g 0.0) (>= w 0.0)))
{bounds}
(check-sat)
"""


def _furthest(half: str, margin: str, losses: int) -> str:
    """Deny that |a - b| is at most what it is estimated at, with a margin and with what flushing may take."""
    return f"""; no |a - b| is above its estimate with a margin
(set-logic QF_NRA)
(define-fun u () Real {UNIT})
(declare-const d Real) (declare-const t Real) (declare-const g Real)
(assert (and (>= d 0.0) (> t 0.0) (>= g 0.0)))
(assert (>= g (- (* (- 1.0 u) (- (* {half} d) (* 2.0 t))) t)))
(assert (not (<= (* {half} d) (+ (* g (+ 1.0 {margin})) (* {losses}.0 t)))))
(check-sat)
"""


def _norm(side: str, margin: str, taken: str) -> str:
    """Deny that norms are decided rightly where the inequality with the margin holds, or where it fails.

    d is the norm of the difference, p what is allowed of it; g and w are what float64 has of them, each off
    by a share of it and by what flushing has ``taken``, for which l is granted.
    """
    if side == "held":
        bounds = f"""(assert (>= g (- (* (- 1.0 v) d) {taken})))
(assert (<= w (+ (* (+ 1.0 v) p) {taken})))
(define-fun x () Real (* (- 1.0 u) (+ (* (- 1.0 u) g (+ 1.0 {margin})) l)))
(define-fun y () Real (- w l))
(assert (<= x (* (+ y (* 3.0 u (size y))) (- 1.0 {margin}))))
(assert (not (<= d p)))"""
    else:
        bounds = f"""(assert (<= g (+ (* (+ 1.0 v) d) {taken})))
(assert (>= w (- (* (- 1.0 v) p) {taken})))
(define-fun x () Real (- (* (+ 1.0 u) g (- 1.0 {margin})) l))
(define-fun y () Real (* (- 1.0 u) (- 1.0 u) (+ w l) (+ 1.0 {margin})))
(assert (> (+ x (* u (size x))) y))
(assert (<= d p))"""
    return f"""; where the norms with a margin say {side}, it is so
(set-logic QF_NRA)
(define-fun u () Real {UNIT})
(define-fun v () Real {ROOT})
(define-fun size ((x Real)) Real (ite (< x 0.0) (- x) x))
(declare-const d Real) (declare-const p Real) (declare-const l Real)
(declare-const g Real) (declare-const w Real)
(assert (and (>= d 0.0) (>= p 0.0) (> l 0.0) (>= g 0.0) (>= w 0.0)))
{bounds}
(check-sat)
"""
