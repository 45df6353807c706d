; m * 2**e and n, of 24 bits each, at most 2**30 apart, are 2**53 or less together
(set-logic QF_BV)
(declare-const m (_ BitVec 128)) (declare-const n (_ BitVec 128)) (declare-const e (_ BitVec 128))
(assert (and (bvuge m (_ bv8388608 128)) (bvult m (_ bv16777216 128)) (bvule e (_ bv64 128))))
(assert (and (bvuge n (_ bv8388608 128)) (bvult n (_ bv16777216 128))))
(assert (bvule (bvshl m e) (bvshl n (_ bv30 128))))
(assert (not (bvule (bvadd (bvshl m e) n) (_ bv9007199254740992 128))))
(check-sat)
; must be sat
