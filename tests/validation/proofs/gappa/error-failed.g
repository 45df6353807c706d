# what is allowed does not fail, by 2^-49 of it
@rnd = float<ieee_64, ne>;
d = w * (1 - x); g = rnd(d);
v = w * (1 + s); h = v * (1 + 1b-48); c = rnd(h);
{ w in [1b-900, 1b1000] /\ x in [0, 1] /\ |s| <= 9007199254740993b-105 -> (c - g) / w >= 1b-49 }
(c - g) / w -> (c - w) / w + x - (g - d) / w { w <> 0 };
(g - d) / w -> ((g - d) / d) * (1 - x) { w <> 0, d <> 0 };
(c - w) / w -> ((c - h) / h) * (1 + s) * (1 + 1b-48) + (1 + s) * (1 + 1b-48) - 1
  { w <> 0, h <> 0 };
# must be proved
