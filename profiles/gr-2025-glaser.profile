Profile: gr-2025-glaser
Extends: debian
Title: Counter-proposal of T. Glaser to the General Resolution of 2025, version 3
Source: https://lists.debian.org/debian-vote/2025/05/msg00145.html
Status: Never voted on; proposed again in February 2026, without a vote. Only its first item was read whole.
 What it asks of main is taken from what its author wrote about it and was not verified, nor was its item on
 contrib, which is disputed here.

Class: non-free
Called: not even non-free
When: license=not-redistributable
Areas: none
Because: Debian Policy 2.3: what may not be distributed can be in no archive area.

Class: non-free
Called: not even non-free
When: inputs-lawful=no
Areas: none
Because: Item 1: a model must be trained from works that were lawfully obtained and used alone.

Class: non-free
When: license=not-dfsg
Areas: non-free, not non-free-firmware
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
Because: Nothing was trained: there are no inputs whose licenses could be honoured.

Class: non-free
When: base-model=non-free
Areas: non-free, not non-free-firmware
Because: It was made from a model that is not free.

Class: toxic-candy
Called: not even non-free
When: input-notices=incomplete
Areas: none
Because: Item 1: debian/copyright must hold the copyright notices of all training inputs.

Class: toxic-candy
When: training-program=absent|partial
Areas: non-free, not non-free-firmware
Because: All programs that trained a model in main must be there.

Class: toxic-candy
When: data-identified=no
Areas: non-free, not non-free-firmware
Because: Of inputs that nobody knows it cannot be said that their licenses are honoured.

Class: toxic-candy
When: data-license=not-dfsg|not-stated
Areas: non-free, not non-free-firmware
Because: The works that a model in main was trained on must be free themselves.

Class: toxic-candy
When: data-access=none
Areas: non-free, not non-free-firmware
Because: The works that a model in main was trained on must be available.

Class: toxic-candy
When: base-model=toxic-candy
Areas: non-free, not non-free-firmware
Because: It was made from a model whose inputs are not all there.

Class: toxic-candy
When: training-environment=outside-main
Areas: contrib?, non-free, not non-free-firmware
Because: All software that the training needs must be in main.

Class: unproven
When: license=unknown
Areas: as it is
Because: Nobody can say whether the license of the model meets the DFSG.

Class: undeclared
When: declared=no|unknown
Areas: as it is
Because: No stanza of debian/models says how this model came to be.

Class: unproven
When: inputs-lawful=unknown
Areas: as it is
Because: It is not said whether all inputs were lawfully obtained and used.

Class: unproven
When: input-notices=unknown
Areas: as it is
Because: It is not said whether debian/copyright holds the notices of all inputs.

Class: unproven
When: data-identified=unknown
Areas: as it is
Because: It is not said which data the model was trained on.

Class: unproven
When: data-license=unknown
Areas: as it is
Because: It is not known whether the training data is free.

Class: unproven
When: data-access=restricted|unknown
Areas: as it is
Because: It is not known whether the training data is available in the sense of the text.

Class: unproven
When: training-program=unknown
Areas: as it is
Because: It is not known whether the programs that trained it are there.

Class: unproven
When: training-environment=unknown
Areas: as it is
Because: It is not known whether all software that the training needs is in main.

Class: unproven
When: base-model=unknown
Areas: as it is
Because: It is not known what the model was made from, or what class that has.

Class: free
Areas: main, not non-free-firmware
Because: All inputs are free, lawful, noticed and available, and so is all that the training needs.

Disable-Tags: toxic-candy-model-in-main
 ml-policy-marker-missing
 model-class-disagrees-with-facts
