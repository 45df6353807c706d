# rounded and multiplied by the nudge, it is off by less than 2^-49
@rnd = float<ieee_64, ne>;
k = rnd(rnd(found) * rnd(1.0037));
{ v in [1b-200, 1b200] /\ found in [1b-201, 1b201] /\ found -/ v in [-1b-51, 1b-51] -> k -/ (v * rnd(1.0037)) in [-1b-49, 1b-49] }
# must be proved
