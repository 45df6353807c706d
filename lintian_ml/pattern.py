"""Regular expressions that are compiled when they are first used: most runs need few of them."""

import re
from collections.abc import Callable
from functools import cache, partial
from typing import AnyStr

Pattern = Callable[[], re.Pattern[AnyStr]]
"""Returns a compiled regular expression."""


def pattern(source: AnyStr, flags: int = 0) -> Pattern[AnyStr]:
    """Return what returns ``source`` compiled, the same each time."""
    return cache(partial(re.compile, source, flags))
