# the square of a difference is off by three factors, whatever flushing does not take
@rnd = float<ieee_64, ne>;
a = rnd(some_a); b = rnd(some_b);
g = rnd(a - b);
{ g in [1b-500, 1] -> rnd(g * g) -/ (a - b) * (a - b) in [-49b-57, 49b-57] }
# must be proved
