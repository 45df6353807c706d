; no |a - b| is above its estimate with a margin
(set-logic QF_NRA)
(define-fun u () Real (/ 1 9007199254740992))
(declare-const d Real) (declare-const t Real) (declare-const g Real)
(assert (and (>= d 0.0) (> t 0.0) (>= g 0.0)))
(assert (>= g (- (* (- 1.0 u) (- (* 1 d) (* 2.0 t))) t)))
(assert (not (<= (* 1 d) (+ (* g (+ 1.0 0.0)) (* 8.0 t)))))
(check-sat)
; must be sat
