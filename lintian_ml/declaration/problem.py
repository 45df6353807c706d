"""What can be wrong with a declaration."""

import enum
from dataclasses import dataclass


class ProblemKind(enum.Enum):
    """What is wrong with a declaration."""

    SYNTAX_ERROR = "syntax-error"
    UNKNOWN_FIELD = "unknown-field"
    UNKNOWN_NAME = "unknown-name"
    MISSING_FIELD = "missing-field"
    DUPLICATE = "duplicate"
    FIXME = "fixme"
    BAD_PATH = "bad-path"
    BAD_VALUE = "bad-value"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a line of the file, and what to write instead."""

    kind: ProblemKind
    line: int
    message: str
