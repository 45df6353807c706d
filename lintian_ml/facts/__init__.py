"""What is known of each model of a package: from the package, debian/copyright and debian/models.

``know`` gathers the facts about every model, found or declared, and has the rows of a profile judge them.
"""

from lintian_ml.facts.gather import know, know_by
from lintian_ml.facts.groups import hints_on_folders, hints_on_kinds
from lintian_ml.facts.known import KnownModel

README = ("debian/README.source", "debian/README.source.md")
"""Where a package tells in prose how its source came to be (Debian Policy, section 4.14)."""

__all__ = ["README", "KnownModel", "hints_on_folders", "hints_on_kinds", "know", "know_by"]
