# the product of a number of 24 bits and a whole one of up to 29 is a float64
@rnd = float<ieee_64, ne>;
{ @FLT(x, 24) /\ |x| in [1b-200, 1b128] /\ @FIX(q, 0) /\ q in [1, 2147483647] -> rnd(x * q) - x * q in [0, 0] }
# must be not proved
