"""``debian/models`` names a file that is not in the source package.

Every pattern in ``Files`` must match a file of the source as it is unpacked and patched: ``*`` matches
slashes too. Correct the path, or remove the stanza if the model is gone. A model that only the build makes
is named in ``Built-Files``.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.declaration import ModelStanza, NotAModelStanza
from lintian_ml.samples import declared

TAG = Tag(Visibility.PEDANTIC, see_also=("debian-models(5)",))


def examples() -> Iterator[Example]:
    yield Flagged(
        "an old path",
        declared({"Files": "net.onnx models/old.onnx"}),
        (Hint("models/old.onnx", Pointer("debian/models", 4)),),
    )
    yield Clean("the right path", declared({"Files": "*.onnx"}))


def check(case: Case) -> Iterator[Hint]:
    if case.declaration is None or not case.is_source:
        return
    shipped = [*case.package.files, *(model.path for model in case.package.models)]
    stanzas: tuple[ModelStanza | NotAModelStanza, ...] = (
        *case.declaration.models,
        *case.declaration.not_a_model,
    )
    for stanza in stanzas:
        for glob in stanza.files:
            if not any(glob.matches(path) for path in shipped):
                yield Hint(glob.text, Pointer(case.declaration.name, stanza.line_of("Files")))
