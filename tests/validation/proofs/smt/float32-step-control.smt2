; float32: from any value to the next, up to a normal number b, is at most 2**-24 of b
(set-logic QF_BVFP)
(declare-const b (_ BitVec 32)) (declare-const c (_ BitVec 32))
(assert (and (bvuge b (_ bv8388608 32)) (bvult b (_ bv2139095040 32)) (bvult c b)))
(assert (not (fp.leq (fp.mul RNE ((_ to_fp 8 24) RNE 16777216.0) (fp.sub RNE ((_ to_fp 8 24) (bvadd c (_ bv1 32))) ((_ to_fp 8 24) c))) ((_ to_fp 8 24) b))))
(check-sat)
; must be sat
