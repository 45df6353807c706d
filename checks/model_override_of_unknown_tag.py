"""An override names a tag that does not exist, or that has another name by now.

It silences nothing. ``lintian-ml explain --list`` shows the tags that there are; where a tag was renamed,
the note names the tag that took its place.
"""

from collections.abc import Iterator

from lintian_ml.check import Clean, Example, Flagged, Hint, Pointer, Run, Tag, Visibility, sample

TAG = Tag(Visibility.WARNING, see_also=("lintian-ml(1)",))

OVERRIDES = "debian/source.lintian-ml-overrides"


def examples() -> Iterator[Example]:
    yield Flagged(
        "a slip of the pen",
        {OVERRIDES: "example source: undeclared-modle net.onnx\n"},
        (Hint("undeclared-modle", Pointer(OVERRIDES, 1)),),
    )
    yield Clean(
        "a tag that exists",
        {"net.onnx": sample("linear.onnx"), OVERRIDES: "example source: undeclared-model net.onnx\n"},
    )


def after(run: Run) -> Iterator[Hint]:
    for override in run.overrides:
        present = run.tags.get(override.tag)
        if present != override.tag:
            renamed = f" is now {present}" if present else ""
            yield Hint(f"{override.tag}{renamed}", Pointer(override.file, override.line))
