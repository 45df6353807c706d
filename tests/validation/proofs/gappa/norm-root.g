# a norm is off by as much as its sum of squares
@rnd = float<ieee_64, ne>;
n = rnd(sqrt(rnd(q)));
{ s in [1b-1000, 1b1000] /\ q in [1b-1001, 1b1001] /\ q -/ s in [-1b-34, 1b-34] -> n -/ sqrt(s) in [-1b-34, 1b-34] }
# must be proved
