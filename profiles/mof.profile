Profile: mof
Extends: debian
Title: Model Openness Framework: open model, open tooling, open science
Source: https://arxiv.org/html/2403.13784v6
Status: A scale of the Linux Foundation's AI & Data, not a rule of Debian. Its components were read in the
 configuration of its own tool; whether a component is complete is the maintainer's word, and a license that
 meets the DFSG is taken for an open one. Here free means that a class is reached: even class I does not make
 a Free Model, since it asks less of the data.

Class: non-free
When: license=not-redistributable|not-dfsg
Areas: none
Because: The parameters are not under an open license.

Class: unproven
When: license=unknown, nature=not-a-model|allowlisted
Areas: as it is
Because: Nobody can say whether the license of the file is an open one.

Class: exempt
When: nature=not-a-model|allowlisted
Areas: any
Because: Not a model, as its package declares.

Class: toxic-candy
Called: below class III
When: openness=none
Areas: any
Because: A component of the open model is missing, or is not under an open license.

Class: unproven
When: license=unknown
Areas: as it is
Because: Nobody can say whether the license of the parameters is an open one.

Class: free
Called: class I, open science
When: openness=open-science
Areas: any
Because: All components up to data sets, preprocessing and paper are there under open licenses.
Remark: By the draft ML-Policy it may still be a ToxicCandy.

Class: free
Called: class II, open tooling
When: openness=open-tooling
Areas: any
Because: All components up to the code for training, inference and evaluation are there under open licenses.

Class: free
Called: class III, open model
When: openness=open-model
Areas: any
Because: Architecture, parameters, cards, report and results are there under open licenses.

Class: undeclared
When: declared=no|unknown
Areas: as it is
Because: No stanza of debian/models says how this model came to be.

Class: unproven
Areas: as it is
Because: It is not known which components there are under open licenses: no Components field tells.

Disable-Tags: training-data-not-free
 training-data-license-not-stated
 training-data-not-public
 training-data-not-identified
 model-without-training-program
 toxic-candy-model-in-main
 ml-policy-marker-missing
 model-class-disagrees-with-facts
