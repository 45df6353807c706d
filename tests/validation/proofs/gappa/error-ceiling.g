# a run's ceiling is 2^-41 of it above its largest deviation at least, so above each excess
@rnd = float<ieee_64, ne>;
v1 = rnd(v); v2 = v1 * (1 + 1b-40);
v3 = rnd(v2); v4 = v3 * rnd(1.0037); k = rnd(v4);
z = v * rnd(1.0037);
{ v in [1b-200, 1b200] -> (k - z) / z >= 1b-41 }
(k - z) / z -> ((k - v4) / v4 + 1) * ((v3 - v2) / v2 + 1) * ((v1 - v) / v + 1) * (1 + 1b-40) - 1
  { v <> 0, v2 <> 0, v4 <> 0, z <> 0 };
# must be proved
