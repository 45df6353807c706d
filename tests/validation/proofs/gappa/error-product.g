# what a relative tolerance allows of a magnitude m is off by two halves
@rnd = float<ieee_64, ne>;
m = rnd(some_m);
p rnd= m * rnd(rtol);
{ m in [1b-100, 1b1024] /\ rtol in [1b-900, 1] -> p -/ (m * rtol) in [-9007199254740993b-105, 9007199254740993b-105] }
# must be proved
