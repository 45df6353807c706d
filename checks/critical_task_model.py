"""A package with a trained model lets people in, runs what it hears, or moves things.

The draft ML-Policy asks that software which ties a model to authentication, to the execution of programs,
or to the movement of physical things is discussed on debian-devel before it is packaged. The note has what
speaks for it. If the model has no part in that, there is nothing to do.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.model import Nature
from lintian_ml.suite import relations

TAG = Tag(Visibility.INFO, see_also=("ml-policy 1",), experimental=True)

CONTROL = "debian/control"
BUILD = ("Build-Depends", "Build-Depends-Arch", "Build-Depends-Indep")
TASKS = {
    "libpam0g-dev": "authentication",
    "libpam-dev": "authentication",
    "catkin": "moves things",
    "ros-message-generation": "moves things",
    "libgazebo-dev": "moves things",
}


def examples() -> Iterator[Example]:
    control = "Source: example\nMaintainer: A. Author <a@example.org>\n{}\n\nPackage: example\n"
    net = sample("linear.onnx")
    yield Flagged(
        "a login by face",
        {"net.onnx": net, CONTROL: control.format("Build-Depends: libpam0g-dev")},
        (Hint("authentication (libpam0g-dev)", Pointer(CONTROL)),),
    )
    yield Clean("a tagger", {"net.onnx": net, CONTROL: control.format("Build-Depends: debhelper")})
    yield Clean("no model", {"main.c": "", CONTROL: control.format("Build-Depends: libpam0g-dev")})


def check(case: Case) -> Iterator[Hint]:
    if not any(model.facts.nature is Nature.TRAINED for model in case.models):
        return
    for field in BUILD:
        for names in relations(case.package.control.source.get(field, "")):
            if names[0] in TASKS:
                yield Hint(f"{TASKS[names[0]]} ({names[0]})", Pointer(CONTROL))
