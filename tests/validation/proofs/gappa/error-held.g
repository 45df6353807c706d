# more than is allowed does not hold, by 2^-49 of it
@rnd = float<ieee_64, ne>;
d = w * (1 + x); g = rnd(d);
v = w * (1 + s); h = v * (1 - 1b-48); c = rnd(h);
{ w in [1b-900, 1b1000] /\ x in [0, 2] /\ |s| <= 9007199254740993b-105 -> (g - c) / w >= 1b-49 }
(g - c) / w -> ((g - d) / d) * (1 + x) + x - (c - w) / w { d <> 0, w <> 0 };
(c - w) / w -> ((c - h) / h) * (1 + s) * (1 - 1b-48) + (1 + s) * (1 - 1b-48) - 1
  { w <> 0, h <> 0 };
# must be proved
