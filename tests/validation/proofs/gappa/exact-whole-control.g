# a whole number of up to 53 bits is a float64
@rnd = float<ieee_64, ne>;
{ @FIX(w, 0) /\ w in [0, 1b54] -> rnd(w) - w in [0, 0] }
# must be not proved
