# what is lost of |a - b| is less than what the threshold is away from what is allowed
@rnd = float<ieee_64, ne>;
a = rnd(some_a); b = rnd(some_b);
half_a = rnd(a * 0.5); l = half_a + f1;
half_b = rnd(b * 0.5); r = half_b + f2;
gap = rnd(l - r); g = gap + f3;
t = rnd(rtol); product = l * t; rounded = rnd(product); p = rounded + f4;
k = p * (1 + 1b-48); near = rnd(k); h = near + f5;
q = h + 1b-1019; limit = rnd(q); c = limit + f6;
{ a in [0, 1b-990] /\ |b| <= 1b-990 /\ rtol in [1b-1000, 1]
  /\ |f1| <= 1b-1022 /\ |f2| <= 1b-1022 /\ |f3| <= 1b-1022
  /\ |f4| <= 1b-1022 /\ |f5| <= 1b-1022 /\ |f6| <= 1b-1022
  -> |(a - b) * 0.5 - g| <= 3145729b-1042 /\ c - (a * 0.5) * rtol >= 3145729b-1042 }
(a - b) * 0.5 - g
  -> -((gap - (l - r)) + f3 + f1 - f2 + (half_a - a * 0.5) - (half_b - b * 0.5));
p - (a * 0.5) * rtol
  -> (rounded - product) + f4 + (f1 + (half_a - a * 0.5)) * t + (a * 0.5) * (t - rtol);
c - (a * 0.5) * rtol -> (limit - q) + f6 + 1b-1019 + (near - k) + f5
  + (p - (a * 0.5) * rtol) * (1 + 1b-48) + (a * 0.5) * rtol * 1b-48;
# must be proved
