Profile: ml-policy
Extends: debian
Title: Debian ML-Policy (draft)
Source: debian-ai 2021/08 msg00003
Status: draft; items 1, 5, 8, 9 and the Free Model definition verified

# The table is that of the profile it extends; what the draft asks for is a warning.

Tags: undeclared-model
 training-data-not-identified
 training-data-not-free
 training-data-license-not-stated
 training-data-not-public
 base-model-taints-class
 model-without-training-program
 toxic-candy-model-in-main
Visibility: warning

# What it says should be so, and what the answers rest on.

Tags: ml-policy-marker-missing
 training-data-without-digest
 reproducibility-not-declared
 reproducibility-unverified
 equality-predicate-missing
 equality-predicate-weaker-than-level
 model-class-disagrees-with-facts
 debian-models-names-missing-file
 debian-models-checksum-mismatch
 debian-models-fixme
Visibility: info
