Profile: gr-2025-a
Extends: debian
Title: General Resolution of 2025, choice A (M. Zhou): no free software without original data and program
Source: https://lists.debian.org/debian-vote/2025/05/msg00030.html
Status: Withdrawn on 8 May 2025 without a vote. The text was read in the mails that propose and amend it.
 It does not say whether data behind a registration is public, nor what becomes of a model that was made from
 another one: such models are unproven here. It says nothing on the license of the data, nor on non-free.

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
Because: Nothing was trained: there is no original data and no program to ask for.

Class: toxic-candy
Called: not DFSG-compliant
When: training-program=absent|partial
Areas: non-free
Because: The original training program is not there.

Class: toxic-candy
Called: not DFSG-compliant
When: data-identified=no
Areas: non-free
Because: It is not known what the original training data was.

Class: toxic-candy
Called: not DFSG-compliant
When: data-access=none
Areas: non-free
Because: The original training data is not accessible to the public.

Class: unproven
When: license=unknown
Areas: as it is
Because: Nobody can say whether the license of the model meets the DFSG.

Class: undeclared
When: declared=no|unknown
Areas: as it is
Because: No stanza of debian/models says how this model came to be.

Class: unproven
When: data-identified=unknown
Areas: as it is
Because: It is not said which data the model was trained on.

Class: unproven
When: data-access=restricted|unknown
Areas: as it is
Because: It is not known whether the original data is accessible to the public in the sense of the text.

Class: unproven
When: training-program=unknown
Areas: as it is
Because: It is not known whether the original training program is there.

Class: unproven
When: base-model=toxic-candy|non-free|unknown
Areas: as it is
Because: It was made from a model whose data or program is missing or not known, of which the text does not speak.

Class: free
Called: DFSG-compliant
Areas: main
Because: The license meets the DFSG, and the original data and the training program are there.

# The text does not ask for the license of the data.

Disable-Tags: training-data-not-free
 training-data-license-not-stated
 toxic-candy-model-in-main
 ml-policy-marker-missing
 model-class-disagrees-with-facts
