; the product of numbers of 25 and 27 bits has 53 at most
(set-logic QF_BV)
(declare-const m (_ BitVec 64)) (declare-const q (_ BitVec 64))
(assert (and (bvult m (_ bv33554432 64)) (bvult q (_ bv134217728 64))))
(assert (not (bvult (bvmul m q) (_ bv9007199254740992 64))))
(check-sat)
; must be unsat
