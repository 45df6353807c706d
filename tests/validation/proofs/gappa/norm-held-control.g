# more than is allowed does not hold, by 2^-30 of it
@rnd = float<ieee_64, ne>;
d = w * (1 + x); g = d * (1 + e); h = g * (1 + 1b-30); one = rnd(h);
n = w * (1 + s); a = rnd(n); k = a * (1 - 1b-30); two = rnd(k);
{ w in [1b-900, 1b900] /\ x in [0, 2] /\ |e| <= 1b-30 /\ |s| <= 1b-30 -> (one - two) / w >= 1b-30 }
(one - two) / w -> (one - w) / w - (two - w) / w { w <> 0 };
(one - w) / w -> ((one - h) / h + 1) * (1 + x) * (1 + e) * (1 + 1b-30) - 1
  { w <> 0, h <> 0 };
(two - w) / w -> ((two - k) / k + 1) * ((a - n) / n + 1) * (1 + s) * (1 - 1b-30) - 1
  { w <> 0, k <> 0, n <> 0 };
# must be not proved
