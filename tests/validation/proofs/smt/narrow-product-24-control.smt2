; the product of numbers of 24 and 29 bits has 51 at most
(set-logic QF_BV)
(declare-const m (_ BitVec 64)) (declare-const q (_ BitVec 64))
(assert (and (bvult m (_ bv16777216 64)) (bvult q (_ bv536870912 64))))
(assert (not (bvult (bvmul m q) (_ bv2251799813685248 64))))
(check-sat)
; must be sat
