# halving a float64 is exact, from twice the smallest normal number on
@rnd = float<ieee_64, ne>;
a = rnd(some_a);
{ |a| in [1b-1023, 1b1024] -> rnd(a * 0.5) - a * 0.5 in [0, 0] }
# must be not proved
