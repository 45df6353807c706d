; bfloat16: from any value to the next, up to a normal number b, is at most 2**-7 of b
(set-logic QF_BVFP)
(declare-const b (_ BitVec 16)) (declare-const c (_ BitVec 16))
(assert (and (bvuge b (_ bv128 16)) (bvult b (_ bv32640 16)) (bvult c b)))
(assert (not (fp.leq (fp.mul RNE ((_ to_fp 8 8) RNE 128.0) (fp.sub RNE ((_ to_fp 8 8) (bvadd c (_ bv1 16))) ((_ to_fp 8 8) c))) ((_ to_fp 8 8) b))))
(check-sat)
; must be unsat
