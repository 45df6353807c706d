Profile: guix
Extends: debian
Title: Guix: the data is source code, and the weights can be computed again
Source: https://mail-archive.com/guix-devel@gnu.org/msg75225.html
Status: A draft on guix-devel in 2026, not a rule of Debian; whether Guix adopted it was not verified. That
 what fetches models when it runs is kept out was objected to on the list.

Class: non-free
Called: cannot be included
When: license=not-redistributable|not-dfsg
Areas: none
Because: The license of the model is not a free one.

Class: unproven
When: license=unknown, nature=not-a-model|allowlisted|untrained
Areas: as it is
Because: Nobody can say whether the license of the file is a free one.

Class: exempt
When: nature=not-a-model|allowlisted
Areas: any
Because: Not a trained model: the draft does not speak of it.

Class: free
When: nature=untrained
Areas: any
Because: Nothing was trained: the parameters are their own source.

Class: non-free
Called: cannot be included
When: base-model=non-free
Areas: none
Because: It was made from a model that is not free.

Class: toxic-candy
Called: cannot be included
When: origin=downloaded-at-build|downloaded-at-run
Areas: none
Because: Weights that are fetched for local use cannot be computed from their source.

Class: toxic-candy
Called: cannot be included
When: training-program=absent|partial
Areas: none
Because: The corresponding source includes the training program.

Class: toxic-candy
Called: cannot be included
When: data-identified=no
Areas: none
Because: The corresponding source includes all training data.

Class: toxic-candy
Called: cannot be included
When: data-license=not-dfsg|not-stated
Areas: none
Because: The training data is source, and not free.

Class: toxic-candy
Called: cannot be included
When: data-access=restricted|none
Areas: none
Because: The training data is source, and not available.

Class: toxic-candy
Called: cannot be included
When: retraining=prohibitive
Areas: none
Because: To compute the weights again is infeasible.

Class: toxic-candy
Called: cannot be included
When: base-model=toxic-candy
Areas: none
Because: It was made from a model whose source is not complete.

Class: unproven
When: license=unknown
Areas: as it is
Because: Nobody can say whether the license of the model is a free one.

Class: undeclared
When: declared=no|unknown
Areas: as it is
Because: No stanza of debian/models says how this model came to be.

Class: unproven
When: data-identified=unknown
Areas: as it is
Because: It is not said which data the model was trained on.

Class: unproven
When: data-license=unknown
Areas: as it is
Because: It is not known whether the training data is free.

Class: unproven
When: data-access=unknown
Areas: as it is
Because: It is not known whether the training data is available.

Class: unproven
When: training-program=unknown
Areas: as it is
Because: It is not known whether the training program is there.

Class: unproven
When: base-model=unknown
Areas: as it is
Because: It is not known what the model was made from, or what class that has.

Class: unproven
When: retraining=unknown
Areas: as it is
Because: It is not known whether the weights can be computed again; debian/models may say so in Retraining.

Class: free
Areas: any
Because: All data is available as source, and the weights can be computed from it.

Tags: model-downloaded-at-run-time
Visibility: error

Disable-Tags: toxic-candy-model-in-main
 ml-policy-marker-missing
 model-class-disagrees-with-facts
