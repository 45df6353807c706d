"""The license of a model is named in ``debian/copyright``, but its text is not there.

Every package carries a verbatim copy of its distribution license. Add a ``License`` stanza with the text,
or with a reference to the file below ``/usr/share/common-licenses`` that has it; the note has the name.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.samples import copyright_file

TAG = Tag(Visibility.INFO, see_also=("debian-policy 12.5",))


def examples() -> Iterator[Example]:
    net = sample("linear.onnx")
    text = "\nLicense: CC-BY-4.0\n By exercising the Licensed Rights, You accept the terms.\n"
    yield Flagged(
        "a bare name",
        {"net.onnx": net, "debian/copyright": copyright_file("CC-BY-4.0")},
        (Hint("CC-BY-4.0", Pointer("debian/copyright", 5)),),
    )
    yield Clean(
        "a name and its text", {"net.onnx": net, "debian/copyright": copyright_file("CC-BY-4.0") + text}
    )
    yield Clean(
        "another file's", {"net.onnx": net, "debian/copyright": copyright_file("Expat", "*.c") + text}
    )


def check(case: Case) -> Iterator[Hint]:
    told: set[str] = set()
    for model in case.trained:
        for name in model.grant.untold:
            if name not in told:
                told.add(name)
                yield Hint(name, model.grant.pointer)
