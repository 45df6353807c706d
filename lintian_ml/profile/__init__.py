"""A profile: one reading of the policy, as data.

A profile is a deb822 file: a header stanza (Profile, Title, Source, Status, Extends, Most-Slack), then
allowances (Allowlisted-Formats, In-Packages, Because) for what the reading does not take for models, then
class rows (Class, When, Areas, Because, Remark), of which the first that applies says what a model is, then
tag rows (Enable-Tags, Disable-Tags, or Visibility with Tags or Raise), of which later ones win. A profile
that extends another puts its own class rows before the other's, and its own tag rows after them. If its own
class rows are a whole table, of which the last applies to everything, those of the other do not count, nor do
its allowances.
"""

from lintian_ml.profile.reading import ALLOWANCE, CLASS_ROW, HEADER, TAG_ROW, parse_profile
from lintian_ml.profile.record import MOST_SLACK, Profile, TagRow

__all__ = ["ALLOWANCE", "CLASS_ROW", "HEADER", "MOST_SLACK", "TAG_ROW", "Profile", "TagRow", "parse_profile"]
