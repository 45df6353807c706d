# the difference of two numbers of 24 bits, one at most 2^28 times the other, is a float64
@rnd = float<ieee_64, ne>;
{ @FLT(x, 24) /\ @FLT(y, 24) /\ y in [1, 2] /\ |x| in [1, 1b31] -> rnd(x - y) - (x - y) in [0, 0] }
# must be not proved
