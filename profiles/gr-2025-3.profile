Profile: gr-2025-3
Extends: debian
Title: General Resolution of 2025, choice 3 (A. Mahinovs): training data information, and a way to modify
Source: https://lists.debian.org/debian-vote/2025/05/msg00079.html
Status: Never voted on. The text was read in the mail that proposes it. Whether a description of the data is
 complete is the maintainer's word: no program can tell.

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
Because: Nothing was trained: there is no data to inform about.

Class: toxic-candy
Called: not compatible with the DFSG
When: data-information=none|partial
Areas: non-free
Because: The training data information must be complete.

Class: toxic-candy
Called: not compatible with the DFSG
When: training-program=absent|partial
Areas: non-free
Because: The training program is source code of the model, and not there.

Class: toxic-candy
Called: not compatible with the DFSG
When: retraining=prohibitive, tuning-program=absent|partial
Areas: non-free
Because: Training it again costs too much, and no program that trains it further is there.

Class: unproven
When: license=unknown
Areas: as it is
Because: Nobody can say whether the license of the model meets the DFSG.

Class: undeclared
When: declared=no|unknown
Areas: as it is
Because: No stanza of debian/models says how this model came to be.

Class: unproven
When: data-information=unknown
Areas: as it is
Because: It is not known whether there is complete information on the training data.

Class: unproven
When: training-program=unknown
Areas: as it is
Because: It is not known whether the training program is there.

Class: unproven
When: retraining=unknown, tuning-program=absent|partial|unknown
Areas: as it is
Because: It is not known whether training it again costs too much, which asks for a way to modify the weights.

Class: unproven
When: retraining=prohibitive, tuning-program=unknown
Areas: as it is
Because: Training it again costs too much, and it is not known whether it can be trained further.

Class: free
Called: compatible with the DFSG
Areas: main
Because: Data information and program are there, and the model can be trained again or further.

Disable-Tags: training-data-not-free
 training-data-license-not-stated
 training-data-not-public
 toxic-candy-model-in-main
 ml-policy-marker-missing
 model-class-disagrees-with-facts
