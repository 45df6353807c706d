"""Verdicts on two files, in the words of those who hold a rebuilt file against a shipped one."""

from pathlib import Path

from lintian_ml.equality import Comparison, Verdict, compare_files
from lintian_ml.equality.manner import PLAIN, Manner


def is_bytewise(comparison: Comparison) -> bool:
    """Whether two files were found to be equal byte for byte: then nothing else of them was looked at."""
    return comparison.verdict is Verdict.MET and not comparison.parts


def one_line(predicate: str) -> str:
    """Return a predicate on one line."""
    return "; ".join(" ".join(line.split()) for line in predicate.splitlines())


def compiled(first: Path, second: Path, manner: Manner = PLAIN) -> Comparison:
    """Compare two programs that a model is compiled into: beyond their bytes nothing can be told of it."""
    found = compare_files(first, second, "identical", manner)
    if found.verdict is Verdict.MET:
        return found
    reason = "a model is compiled into it, which cannot be taken out again; the files are not equal"
    return Comparison(Verdict.NOT_DECIDED, "", reason=reason)
