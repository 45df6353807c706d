"""The error of this room."""

from lintian_ml.error import LintianMLError


class ArchiveError(LintianMLError):
    """The scan itself, or its store, cannot go on; what was stored so far is good."""
