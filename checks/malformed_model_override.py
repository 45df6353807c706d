"""A line of an override file is not an override.

Write ``[[PACKAGE][ [ARCHITECTURES]][ TYPE]: ]TAG[ CONTEXT]``, as Lintian does: for example ``foo source:
undeclared-model data/net.onnx``. Comments begin with ``#`` and stand above the override that they justify.
"""

from collections.abc import Iterator

from lintian_ml.check import Clean, Example, Flagged, Hint, Pointer, Run, Tag, Visibility, sample

TAG = Tag(Visibility.WARNING, see_also=("lintian-ml(1)",))

OVERRIDES = "debian/source.lintian-ml-overrides"


def examples() -> Iterator[Example]:
    yield Flagged(
        "another package's override",
        {OVERRIDES: "other source: undeclared-model net.onnx\n"},
        (Hint("names package other, but this file is for example", Pointer(OVERRIDES, 1)),),
    )
    yield Clean(
        "without package and type",
        {"net.onnx": sample("linear.onnx"), OVERRIDES: "undeclared-model net.onnx\n"},
    )


def after(run: Run) -> Iterator[Hint]:
    for line in run.malformed:
        yield Hint(line.message, Pointer(line.file, line.line))
