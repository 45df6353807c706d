# |a - b| is not above its estimate and the margin
@rnd = float<ieee_64, ne>;
a = rnd(some_a); b = rnd(some_b);
d = a - b; g = rnd(d); z = g * (1 + 1b-48);
{ |a| <= 1b1023 /\ |b| <= 1b1023 /\ d in [1b-1074, 1b1024] -> (z - d) / d >= 1b-48 }
(z - d) / d -> ((g - d) / d + 1) * (1 + 1b-48) - 1 { d <> 0 };
# must be not proved
