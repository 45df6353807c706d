"""``debian/models`` names a file that is not in the source package.

Every pattern in ``Files`` and ``Rebuilt-Files`` must match a file of the source as it is unpacked and
patched: ``*`` matches slashes too. Correct the path, or remove the stanza if the model is gone. A model that
only the build makes is named in ``Built-Files``.
"""

from collections.abc import Iterator, Sequence

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.declaration import Declaration, Named
from lintian_ml.glob import Glob
from lintian_ml.samples import declared

TAG = Tag(Visibility.PEDANTIC, see_also=("debian-models(5)",))


def examples() -> Iterator[Example]:
    yield Flagged(
        "an old path",
        declared({"Files": "net.onnx models/old.onnx"}),
        (Hint("models/old.onnx", Pointer("debian/models", 4)),),
    )
    yield Flagged(
        "no rebuilt file",
        declared({"Rebuilt-Files": "tests/again.onnx"}),
        (Hint("tests/again.onnx", Pointer("debian/models", 13)),),
    )
    yield Clean("the right path", declared({"Files": "*.onnx"}))


def check(case: Case) -> Iterator[Hint]:
    if case.declaration is None or not case.is_source:
        return
    shipped = [*case.package.files, *(model.path for model in case.package.models)]
    for field, stanza, globs in _named(case.declaration):
        for glob in globs:
            if not any(glob.matches(path) for path in shipped):
                yield Hint(glob.text, Pointer(case.declaration.name, stanza.line_of(field)))


def _named(declaration: Declaration) -> Iterator[tuple[str, Named, Sequence[Glob]]]:
    for stanza in declaration.models:
        yield "Files", stanza, stanza.files
        yield "Rebuilt-Files", stanza, stanza.rebuilt_files
    yield from (("Files", stanza, stanza.files) for stanza in declaration.not_a_model)
