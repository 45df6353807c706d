"""A file could not be looked into, so it is not known whether it holds a model.

The note says why: it is truncated or malformed, or it asks for more memory, disk or time than a file may
have. If it holds no model there is nothing to do. Otherwise repair the file, or declare in
``debian/models`` what it holds.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample

TAG = Tag(Visibility.PEDANTIC)

REASON = "begins as gguf but 8 bytes claimed at offset 395, but there are 400 bytes in all"


def examples() -> Iterator[Example]:
    yield Flagged(
        "a network that was cut off",
        {"net.gguf": sample("linear.gguf")[:400]},
        (Hint(f"net.gguf ({REASON})"),),
    )
    yield Clean("a whole one", {"net.gguf": sample("linear.gguf")})


def check(case: Case) -> Iterator[Hint]:
    for note in case.package.not_examined:
        yield Hint(f"{note.path} ({note.reason})")
