"""The errors that are not our bugs: one root, each a sentence for the user.

They are caught in ``lintian_ml.cli`` only (and where a room turns one into a hint); any other exception is
a bug of this program and keeps its traceback.
"""


class LintianMLError(Exception):
    """Something outside this program is not as it must be."""


class UsageError(LintianMLError):
    """The command line or a configuration file asks for something that does not exist."""


class PackageError(LintianMLError):
    """The package cannot be read: a file is missing, truncated, or not what its name says."""


class FormatError(LintianMLError):
    """A file is not a well-formed instance of the format that it began as; the message says where and why."""


class LimitError(LintianMLError):
    """A file asks for more time, memory or disk than it may have; it was left unexamined."""


class DeclarationError(LintianMLError):
    """``debian/models``, or a predicate or value in it, cannot be understood."""


class ProfileError(LintianMLError):
    """A profile is malformed or names something that does not exist."""
