; float16: from any value to the next, up to a normal number b, is at most 2**-11 of b
(set-logic QF_BVFP)
(declare-const b (_ BitVec 16)) (declare-const c (_ BitVec 16))
(assert (and (bvuge b (_ bv1024 16)) (bvult b (_ bv31744 16)) (bvult c b)))
(assert (not (fp.leq (fp.mul RNE ((_ to_fp 5 11) RNE 2048.0) (fp.sub RNE ((_ to_fp 5 11) (bvadd c (_ bv1 16))) ((_ to_fp 5 11) c))) ((_ to_fp 5 11) b))))
(check-sat)
; must be sat
