"""Signs that a training program needs software which Debian has no more: Python 2.

The text is parsed, never run. A text that Python 3 understands is Python 3; of the others those are Python 2
in which something stands that only Python 2 allows.
"""

import ast
import re
import warnings
from collections.abc import Iterator

from lintian_ml.suite import relations

LONGEST = 1 << 18
"""Characters of a program that are parsed."""

GRAMMAR = (3, 13)
"""The last that does not take a name after an exception's, as Python 2 has it, for another exception."""

ONLY_IN_PYTHON_2 = re.compile(
    r"""^[ \t]*print[ \t]+(?:["'%]|\w+[ \t]*(?:,|$|\.))"""
    r"|^[ \t]*except[ \t]+[\w.]+[ \t]*,[ \t]*[a-z_]\w*[ \t]*:"
    r"|^[ \t]*raise[ \t]+[\w.]+[ \t]*,[ \t]*[\"'\w]"
    r"|^[ \t]*(?:import|from)[ \t]+(?:urllib2|ConfigParser|cPickle|StringIO|__builtin__)\b",
    re.MULTILINE,
)
COMPLAINTS = (
    "Missing parentheses in call",
    "multiple exception types",
    "except expressions without parentheses",
    "invalid syntax",
)
"""How Python 3 begins what it says of such a text."""

_PYTHON_2 = re.compile(r"python(2(\.\d)?)?(-(minimal|dev|all|all-dev))?|python-(?!apt$|is-)\S+")
"""The names of Python 2 and of the packages for it; those for Python 3 begin with python3."""

_STAYED = re.compile(r"python-(is-python3|\S*-doc|\S*-common|\S*-data|babel-localedata|pip-whl)")


def is_python_2(text: str) -> bool:
    """Whether a text is a program in Python 2."""
    if len(text) > LONGEST or not ONLY_IN_PYTHON_2.search(text):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text, feature_version=GRAMMAR)
    except SyntaxError as error:
        return error.msg.startswith(COMPLAINTS)
    except (ValueError, MemoryError, RecursionError):
        return False
    return False


def needs_python_2(relation: str) -> Iterator[str]:
    """Yield the packages of Python 2 that a relationship field asks for by default."""
    for names in relations(relation):
        if _PYTHON_2.fullmatch(names[0]) and not _STAYED.fullmatch(names[0]):
            yield names[0]
