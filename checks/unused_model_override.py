"""An override silences nothing.

The tag does not speak of this package any more, or not with that context. Remove the override, so that it
does not hide something else one day. Contexts are compared as they are printed; ``*`` and ``?`` stand for
anything.
"""

from collections.abc import Iterator

from lintian_ml.check import Clean, Example, Flagged, Hint, Pointer, Run, Tag, Visibility, sample

TAG = Tag(Visibility.INFO, see_also=("lintian-ml(1)",))

OVERRIDES = "debian/source.lintian-ml-overrides"


def examples() -> Iterator[Example]:
    yield Flagged(
        "a model that is gone",
        {OVERRIDES: "# agreed with upstream\nexample source: undeclared-model old.onnx\n"},
        (Hint("undeclared-model old.onnx", Pointer(OVERRIDES, 2)),),
    )
    yield Clean(
        "an override at work",
        {"net.onnx": sample("linear.onnx"), OVERRIDES: "example source: undeclared-model net.onnx\n"},
    )


def after(run: Run) -> Iterator[Hint]:
    for override in run.overrides:
        if override not in run.used and override.tag in run.enabled:
            yield Hint(f"{override.tag} {override.pattern}".rstrip(), Pointer(override.file, override.line))
