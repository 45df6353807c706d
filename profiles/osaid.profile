Profile: osaid
Extends: debian
Title: Open Source AI Definition 1.0 of the Open Source Initiative
Source: https://opensource.org/ai/open-source-ai-definition
Status: In force at the Open Source Initiative since October 2024; not a rule of Debian. The drafts up to 0.0.9
 were read, the wording of 1.0 was not verified. Whether a description of the data is complete is the
 maintainer's word. Licenses are held against the DFSG, not against the initiative's own list.

Class: non-free
When: license=not-redistributable|not-dfsg
Areas: none
Because: The parameters are not under open source terms.

Class: unproven
When: license=unknown, nature=not-a-model|allowlisted|untrained
Areas: as it is
Because: Nobody can say whether the license of the file is an open one.

Class: exempt
When: nature=not-a-model|allowlisted
Areas: any
Because: Not an AI system in the definition's sense.

Class: free
When: nature=untrained
Areas: any
Because: Nothing was trained: there is no data to inform about.

Class: toxic-candy
Called: not Open Source AI
When: data-information=none|partial
Areas: none
Because: The data information must let a skilled person build a substantially equivalent system.

Class: toxic-candy
Called: not Open Source AI
When: training-program=absent|partial
Areas: none
Because: The complete code that trained the system must be there.

Class: unproven
When: license=unknown
Areas: as it is
Because: Nobody can say whether the license of the parameters is an open one.

Class: undeclared
When: declared=no|unknown
Areas: as it is
Because: No stanza of debian/models says how this model came to be.

Class: unproven
When: data-information=unknown
Areas: as it is
Because: It is not known whether there is sufficient information on the training data.

Class: unproven
When: training-program=unknown
Areas: as it is
Because: It is not known whether the complete code is there.

Class: free
Called: Open Source AI
Areas: any
Because: Data information, code and parameters are there under open terms.
Remark: The definition speaks of a system; that no other part of it is closed is not examined.

Disable-Tags: training-data-not-free
 training-data-license-not-stated
 training-data-not-public
 toxic-candy-model-in-main
 ml-policy-marker-missing
 model-class-disagrees-with-facts
