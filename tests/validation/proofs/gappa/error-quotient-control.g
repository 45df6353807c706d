# where |a - b| and what is allowed are off so far, their quotient is so by less than 2^-51
@rnd = float<ieee_64, ne>;
{ g in [1b-400, 1b400] /\ p in [1b-400, 1b400] /\ gg in [1b-401, 1b401] /\ pp in [1b-401, 1b401]
  /\ gg -/ g in [-1b-53, 1b-53] /\ pp -/ p in [-9007199254740993b-105, 9007199254740993b-105] -> gg / pp -/ g / p in [-1b-52, 1b-52] }
# must be not proved
