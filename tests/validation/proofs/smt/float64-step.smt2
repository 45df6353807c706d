; float64: from any value to the next, up to a normal number b, is at most 2**-52 of b
(set-logic QF_BVFP)
(declare-const b (_ BitVec 64)) (declare-const c (_ BitVec 64))
(assert (and (bvuge b (_ bv4503599627370496 64)) (bvult b (_ bv9218868437227405312 64)) (bvult c b)))
(assert (not (fp.leq (fp.mul RNE ((_ to_fp 11 53) RNE 4503599627370496.0) (fp.sub RNE ((_ to_fp 11 53) (bvadd c (_ bv1 64))) ((_ to_fp 11 53) c))) ((_ to_fp 11 53) b))))
(check-sat)
; must be unsat
