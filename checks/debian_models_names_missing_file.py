"""``debian/models`` names a file that is not in the source package.

Every pattern in ``Files`` must match a file of the source as it is unpacked and patched: ``*`` matches
slashes too. Correct the path, or remove the stanza if the model is gone. A model that only the build makes
is named in ``Built-Files``.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.samples import declaration

TAG = Tag(Visibility.PEDANTIC, see_also=("debian-models(5)",))


def examples() -> Iterator[Example]:
    files = {"net.onnx": sample("linear.onnx"), "train.py": "import numpy\n"}
    yield Flagged(
        "an old path",
        {**files, "debian/models": declaration({"Files": "net.onnx models/old.onnx"})},
        (Hint("models/old.onnx", Pointer("debian/models", 4)),),
    )
    yield Clean("the right path", {**files, "debian/models": declaration({"Files": "*.onnx"})})


def check(case: Case) -> Iterator[Hint]:
    if case.declaration is None or not case.is_source:
        return
    shipped = [*case.package.files, *(model.path for model in case.package.models)]
    for stanza in (*case.declaration.models, *case.declaration.not_a_model):
        for glob in stanza.files:
            if not any(glob.matches(path) for path in shipped):
                yield Hint(glob.text, Pointer(case.declaration.name, stanza.line_of("Files")))
