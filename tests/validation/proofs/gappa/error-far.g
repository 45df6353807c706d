# a difference d of more than half of m, times a denominator q, is above m times the numerator n
@rnd = float<ieee_64, ne>;
d = m * (0.5 + x); n = q * share;
gap = rnd(d); f = gap * q; left = rnd(f); right = rnd(m * n);
{ m in [1b-160, 1b130] /\ q in [1, 1b27] /\ x in [0, 2] /\ share in [1b-30, 0.49] -> (left - right) / (m * q) >= 1b-10 }
(left - right) / (m * q) -> ((left - f) / f + 1) * ((gap - d) / d + 1) * (0.5 + x)
  - ((right - m * n) / (m * n) + 1) * share { m <> 0, q <> 0, d <> 0, n <> 0, f <> 0 };
# must be proved
