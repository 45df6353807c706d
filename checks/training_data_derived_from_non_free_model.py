"""A model was trained on what a model made that is not free.

Data that a model writes may be bound by that model's license; many such licenses forbid to train others on
it. Look whether the license of the model in ``Generated-By`` speaks of its output. If it does not bind it,
say so in the ``Comment`` of the data set and override this.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.policy import License
from lintian_ml.samples import copyright_file, declaration

TAG = Tag(Visibility.INFO, see_also=("ml-policy free-model", "dfsg 6"))

TEACHER = "Model: teacher\nFiles: teacher.npy\n"


def examples() -> Iterator[Example]:
    files: dict[str, bytes | str] = {
        "net.onnx": sample("linear.onnx"),
        "teacher.npy": sample("linear.npy"),
        "train.py": "import numpy\n",
        "debian/models": declaration(dataset={"Generated-By": "teacher"}, more=TEACHER),
    }
    yield Flagged(
        "a teacher for non-commercial use",
        {**files, "debian/copyright": copyright_file("CC-BY-NC-4.0", "teacher.npy")},
        (Hint("digits by teacher", Pointer("debian/models", 19)),),
    )
    yield Clean("a free one", {**files, "debian/copyright": copyright_file("CC0-1.0", "teacher.npy")})


def check(case: Case) -> Iterator[Hint]:
    bad = (License.NOT_DFSG, License.NOT_REDISTRIBUTABLE)
    makers = {model.stanza.name for model in case.models if model.stanza and model.facts.license in bad}
    declaration = case.declaration
    for data in (*declaration.datasets, *declaration.simulators) if declaration and makers else ():
        for maker in data.generated_by or ():
            if maker.kind == "model" and maker.name in makers:
                where = Pointer("debian/models", data.line_of("Generated-By"))
                yield Hint(f"{data.name} by {maker.name}", where)
