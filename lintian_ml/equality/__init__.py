"""Are these two models the same? A language of predicates, and a comparator whose verdicts are exact.

``parse_predicate`` reads the language of the ``Equality`` field; ``compare`` holds two models to a predicate
and ``compare_files`` two files. Nothing here knows of packages::

    from lintian_ml.equality import compare_files

    comparison = compare_files("shipped.safetensors", "rebuilt.safetensors", "scaled(1e-6)")
    print(comparison.verdict.value, comparison.reason)

A verdict is *met*, *not met* or *not decided*, and what no line of the predicate relaxes must be
bit-identical.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import lintian_ml.equality.predicates  # noqa: F401  now, as importing the folder later would hide the function
from lintian_ml.equality.files import compare_files
from lintian_ml.equality.language import Clause, Selector, Specification, parse_predicate
from lintian_ml.equality.predicate import Kind, Level, Predicate, predicates
from lintian_ml.equality.syntax import PredicateError
from lintian_ml.equality.verdict import Comparison, Deviation, Part, PartResult, TensorResult, Verdict

if TYPE_CHECKING:
    from lintian_ml.equality.models import compare

__all__ = [
    "Clause",
    "Comparison",
    "Deviation",
    "Kind",
    "Level",
    "Part",
    "PartResult",
    "Predicate",
    "PredicateError",
    "Selector",
    "Specification",
    "TensorResult",
    "Verdict",
    "compare",
    "compare_files",
    "parse_predicate",
    "predicates",
]


def __getattr__(name: str) -> object:
    """Import ``compare`` when it is asked for: two files that are equal byte for byte need none of it."""
    if name != "compare":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from lintian_ml.equality.models import compare

    return compare
