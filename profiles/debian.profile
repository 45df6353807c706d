Profile: debian
Title: Debian today: the classes of the ML-Policy draft, told quietly
Source: debian-ai 2021/08 msg00003; Debian Policy 2.2, 2.3, 12.5
Status: The draft never became Debian Policy, and no vote on models was held. Its table classifies;
 only what Debian Policy itself binds speaks as a warning or an error.

# The draft has a list of what is not treated as artificial intelligence: the tables of input methods.

Allowlisted-Formats: libpinyin sunpinyin sunpinyin-text
Because: The tables of an input method are not treated as artificial intelligence.

# Class rows: the first that applies wins.

Class: non-free
When: license=not-redistributable
Areas: none
Because: Debian Policy 2.3: what may not be distributed can be in no archive area.

Class: non-free
When: license=not-dfsg
Areas: non-free
Because: Non-free Model: the license of the model does not meet the DFSG.

Class: unproven
When: license=unknown, nature=not-a-model|allowlisted|untrained
Areas: as it is
Because: Nobody can say whether the license of the file meets the DFSG.

Class: exempt
When: nature=not-a-model|allowlisted
Areas: any
Because: Not a model in the draft's sense: no question but that of its license is asked.

Class: free
When: nature=untrained
Areas: main
Because: Nothing was trained: there is no data and no training program to ask for.

Class: non-free
When: base-model=non-free
Areas: non-free
Because: It was made from a Non-free Model.

Class: toxic-candy
When: training-program=absent|partial
Areas: contrib?, non-free
Because: Free Model, condition 3: the training program must be present and complete.

Class: toxic-candy
When: data-identified=no
Areas: contrib?, non-free
Because: Free Model, condition 2: it must be known which data the model was trained on.

Class: toxic-candy
When: data-license=not-dfsg|not-stated
Areas: contrib?, non-free
Because: Free Model, condition 2: the data must be explicitly licensed, and meet the DFSG.

Class: toxic-candy
When: data-access=restricted|none
Areas: contrib?, non-free
Because: Free Model, condition 2: the data must be available to anonymous users.

Class: toxic-candy
When: base-model=toxic-candy
Areas: contrib?, non-free
Because: It can be no freer than the ToxicCandy Model that it was made from.

# Only here, after all that is known bad: an unknown license makes nothing better.

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
Because: Free Model, condition 2: it is not said which data the model was trained on.

Class: unproven
When: data-license=unknown
Areas: as it is
Because: Free Model, condition 2: it is not known whether the license of the data meets the DFSG.

Class: unproven
When: data-access=unknown
Areas: as it is
Because: Free Model, condition 2: it is not known whether anonymous users can get the data.

Class: unproven
When: training-program=unknown
Areas: as it is
Because: Free Model, condition 3: it is not known whether the training program is there.

Class: unproven
When: base-model=unknown
Areas: as it is
Because: It is not known what the model was made from, or what class that has.

Class: free
When: training-environment=outside-main
Areas: main?, contrib
Because: Training needs what is not in main.
Remark: Whether such a model may be in main is disputed: debian-devel 2019/05 msg00391.

Class: free
When: training-environment=unknown
Areas: main
Because: Every condition of a Free Model is met.
Remark: It is not known whether all that the training needs is in main.

Class: free
Areas: main
Because: Every condition of a Free Model is met.

# Tag rows: later ones win. What only the draft asks for is information at most.

Enable-Tags: *

Tags: training-data-not-identified
 training-data-not-free
 training-data-license-not-stated
 training-data-not-public
 base-model-taints-class
 model-without-training-program
 toxic-candy-model-in-main
Visibility: info

# debian/models is no standard yet.

Tags: undeclared-model
 debian-models-syntax-error
 unknown-field-in-debian-models
 debian-models-names-missing-file
 debian-models-checksum-mismatch
 debian-models-fixme
 model-class-disagrees-with-facts
 reproducibility-not-declared
 equality-predicate-missing
 equality-predicate-weaker-than-level
Visibility: pedantic
