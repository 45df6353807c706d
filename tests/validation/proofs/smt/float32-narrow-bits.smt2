; float32: where |a - b| is at most half of the larger one, it has at most 25 bits
(set-logic QF_BVFP)
(declare-const x (_ FloatingPoint 8 24))
(declare-const y (_ FloatingPoint 8 24))
(assert (not (or (fp.isNaN x) (fp.isInfinite x) (fp.isNaN y) (fp.isInfinite y))))
(define-fun a () (_ FloatingPoint 11 53) ((_ to_fp 11 53) RNE x))
(define-fun b () (_ FloatingPoint 11 53) ((_ to_fp 11 53) RNE y))
(define-fun d () (_ FloatingPoint 11 53) (fp.sub RNE a b))
(define-fun half () (_ FloatingPoint 11 53) ((_ to_fp 11 53) RNE 0.5))
(assert (fp.leq (fp.abs d) (fp.mul RNE half (fp.max (fp.abs a) (fp.abs b)))))
(assert (not (fp.eq ((_ to_fp 11 53) RNE ((_ to_fp 11 25) RNE d)) d)))
(check-sat)
; must be unsat
