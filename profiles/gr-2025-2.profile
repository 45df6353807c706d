Profile: gr-2025-2
Extends: debian
Title: General Resolution of 2025, choice 2 (S. Hartman): a preferred form of modification
Source: https://go.mail-archive.com/debian-vote@lists.debian.org/msg31994.html
Status: Withdrawn in May 2025 without a vote. The text was read in the mail that proposes it. Where it leaves
 room for judgement (data that not everybody can get, a base model that cannot be replaced) a model is unproven.

Class: non-free
When: license=not-redistributable
Areas: none
Because: Debian Policy 2.3: what may not be distributed can be in no archive area.

Class: non-free
When: license=not-dfsg
Areas: non-free
Because: The license of the model does not meet the DFSG.

Class: unproven
When: license=unknown, nature=not-a-model|allowlisted|untrained
Areas: as it is
Because: Nobody can say whether the license of the file meets the DFSG.

Class: exempt
When: nature=not-a-model|allowlisted
Areas: any
Because: Not a trained model: the text does not speak of it.

Class: free
When: nature=untrained
Areas: main
Because: Nothing was trained: the parameters are their own preferred form of modification.

Class: toxic-candy
Called: no preferred form of modification
When: data-access=none, preferred-form=data
Areas: non-free
Because: Those who made the model work from data that nobody else can get.

Class: toxic-candy
Called: no preferred form of modification
When: training-program=absent|partial, preferred-form=data
Areas: non-free
Because: Those who made the model train it anew with a program that is not there.

Class: toxic-candy
Called: no preferred form of modification
When: data-access=none, tuning-program=absent|partial
Areas: non-free
Because: Neither the data nor a program that trains the finished model further is there.

Class: toxic-candy
Called: no preferred form of modification
When: training-program=absent|partial, tuning-program=absent|partial
Areas: non-free
Because: Neither the program that trained the model nor one that trains it further is there.

Class: unproven
When: license=unknown
Areas: as it is
Because: Nobody can say whether the license of the model meets the DFSG.

Class: undeclared
When: declared=no|unknown
Areas: as it is
Because: No stanza of debian/models says how this model came to be.

Class: free
Called: with its original data
When: data-access=anonymous, training-program=claimed|reproduced, base-model=none|free|exempt
Areas: main
Because: The original training data and the program are at hand.

Class: free
Called: with its fine-tuning data
When: data-access=anonymous, training-program=claimed|reproduced, base-replaceable=yes
Areas: main
Because: The data and the program that made it from its base model are at hand, and another base would do.

Class: free
Called: with the tools of its makers
When: preferred-form=weights, tuning-program=claimed
Areas: main
Because: Those who made the model change it by training it further, with a program that is at hand.

Class: unproven
Areas: as it is
Because: It is not known whether there is a preferred form of modification.

Disable-Tags: training-data-not-free
 training-data-license-not-stated
 training-data-not-public
 model-without-training-program
 toxic-candy-model-in-main
 ml-policy-marker-missing
 model-class-disagrees-with-facts
