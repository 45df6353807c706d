Profile: fedora
Extends: debian
Title: Fedora's practice: weights are content, and only their license counts
Source: https://mail.spinics.net/linux/fedora/fedora-legal/msg04705.html
Status: In force in Fedora, not in Debian: its legal team's advice of March 2024, as the mail gives it. Which
 licenses are allowed for content is Fedora's own list, which was not read: a license that meets the DFSG is
 taken for one of them, and one that does not may still be allowed, since content need not be modifiable.

Class: non-free
Called: not allowed
When: license=not-redistributable
Areas: none
Because: Nobody may distribute it.

Class: unproven
When: license=not-dfsg
Areas: as it is
Because: It must be looked up whether Fedora allows the license for content.

Class: unproven
When: license=unknown
Areas: as it is
Because: Nobody can say what the license of the weights is.

Class: free
Called: allowed content
Areas: any
Because: The weights are content under a license that permits use, change and distribution.

Disable-Tags: training-*
 model-without-training-program
 undeclared-model
 undeclared-simulator
 undeclared-base-model
 base-model-taints-class
 toxic-candy-model-in-main
 ml-policy-marker-missing
 model-class-disagrees-with-facts
