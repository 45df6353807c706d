"""A training program needs software that Debian has no more.

It is written in Python 2, or asks for packages of it. What nobody can run is no training program that is
present and complete: port it, or say ``incomplete`` behind its path in ``Training-Program``. The text is
looked at, nothing is run; only programs below ``debian/`` are read.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.facts.rot import is_python_2, needs_python_2
from lintian_ml.samples import declared

MAIL = "https://lists.debian.org/debian-ai/2021/08/msg00003.html"
TAG = Tag(Visibility.INFO, see_also=("ml-policy free-model", MAIL), experimental=True)

PROGRAM = "debian/missing-sources/train.py"


def examples() -> Iterator[Example]:
    program = {"Training-Program": PROGRAM}
    yield Flagged(
        "a program in Python 2",
        {**declared(program), PROGRAM: 'epoch = 1\nprint "epoch", epoch\n'},
        (Hint(f"{PROGRAM} is written in Python 2", Pointer("debian/models", 8)),),
    )
    yield Flagged(
        "a package of Python 2",
        declared({"Training-Depends": "python-numpy"}),
        (Hint("Training-Depends asks for python-numpy", Pointer("debian/models", 9)),),
    )
    yield Clean("Python 3", {**declared(program), PROGRAM: 'print("epoch")\n'})
    yield Clean("no Python at all", {**declared(program), PROGRAM: "print all the losses,\n"})


def check(case: Case) -> Iterator[Hint]:
    told: set[Hint] = set()
    for model in case.trained:
        if model.stanza:
            told.update(
                Hint(f"Training-Depends asks for {name}", model.field("Training-Depends"))
                for name in needs_python_2(model.stanza.training_depends)
            )
        if model.stanza and (program := model.stanza.training_program) and program.path.endswith(".py"):
            text = case.package.read_text(program.path)
            if text and is_python_2(text):
                told.add(Hint(f"{program.path} is written in Python 2", model.field("Training-Program")))
    yield from told
