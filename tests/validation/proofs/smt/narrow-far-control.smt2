; where |a - b| > M/2, the rounded inequality is false as the real one is
(set-logic QF_NRA)
(declare-const g Real) (declare-const m Real) (declare-const r Real)
(declare-const e1 Real) (assert (and (<= (- (/ 1 9007199254740992)) e1) (<= e1 (/ 1 9007199254740992))))
(declare-const e2 Real) (assert (and (<= (- (/ 1 9007199254740992)) e2) (<= e2 (/ 1 9007199254740992))))
(declare-const e3 Real) (assert (and (<= (- (/ 1 9007199254740992)) e3) (<= e3 (/ 1 9007199254740992))))
(assert (and (> m 0.0) (> g (* m (/ 1 2))) (>= r 0.0) (< r (/ 1 2))))
(assert (<= (* g (+ 1.0 e1) (+ 1.0 e2)) (* m r (+ 1.0 e3))))
(check-sat)
; must be sat
