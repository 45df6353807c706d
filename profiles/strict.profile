Profile: strict
Extends: ml-policy
Title: Debian ML-Policy (draft), enforced
Source: debian-ai 2021/08 msg00003
Status: what a team that holds to the draft would run in its continuous integration
Most-Slack: 65536

# Every remark is an error. Facts stay facts: classifications are not raised.

Raise: warning info pedantic
Visibility: error
