"""A model that the build trains goes into a package that is built on every architecture.

It is trained on each of them, and floating-point numbers differ from one to the next: the same version of the
package then has another model on every architecture. Put the model into a package of its own with
``Architecture: all``, which is built once.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.samples import declared

TAG = Tag(Visibility.INFO, see_also=("debian-policy 4.15", "debian-models(5)"))

FIELDS = {"Files": None, "Built-Files": "build/net.onnx", "Installed-Files": "example: usr/share/net.onnx"}


def examples() -> Iterator[Example]:
    control = "Source: example\nMaintainer: A. Author <a@example.org>\n\nPackage: example\nArchitecture: {}\n"
    files = {"train.py": "import numpy\n", "debian/models": declared(FIELDS)["debian/models"]}
    yield Flagged(
        "trained on each architecture",
        {**files, "debian/control": control.format("any")},
        (Hint("build/net.onnx in example", Pointer("debian/models", 13)),),
    )
    yield Clean("trained once", {**files, "debian/control": control.format("all")})


def check(case: Case) -> Iterator[Hint]:
    each = {
        stanza["Package"]
        for stanza in case.package.control.binaries
        if stanza.get("Architecture", "any").strip() != "all"
    }
    for model in case.trained:
        for placed in model.stanza.installed_files if model.stanza and not model.found else ():
            if placed.package in each:
                yield model.hint(f"in {placed.package}", Pointer("debian/models", placed.line))
