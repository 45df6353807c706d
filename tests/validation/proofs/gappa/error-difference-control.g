# a difference is off by half a unit, however small, and of halves it does not overflow
@rnd = float<ieee_64, ne>;
a = rnd(some_a); b = rnd(some_b);
g rnd= a - b;
{ |a| <= 9007199254740991b970 /\ |b| <= 9007199254740991b970 -> g -/ (a - b) in [-1b-54, 1b-54] /\ |g| <= 9007199254740991b971 }
# must be not proved
