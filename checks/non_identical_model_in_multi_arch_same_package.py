"""A model that is trained anew on each architecture is installed at the same path by all of them.

Packages with ``Multi-Arch: same`` may be installed for several architectures at once, and then each file that
they share must be the same to the bit. The declaration does not claim that of this model. Put it into a
package with ``Architecture: all``, or below a folder with the architecture's name.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.policy import Reproducibility
from lintian_ml.samples import declared

TAG = Tag(Visibility.WARNING, see_also=("debian-policy 4.15", "https://wiki.debian.org/MultiArch/Hints"))

FIELDS = {"Files": None, "Built-Files": "build/net.onnx", "Installed-Files": "example: usr/share/net.onnx"}
APART = ("lib/*/", "lib/?*/")
CONTROL = (
    "Source: example\nMaintainer: A. Author <a@example.org>\n\nPackage: example\nArchitecture: any\n"
    "Multi-Arch: same\n"
)


def examples() -> Iterator[Example]:
    def files(**changes: str) -> dict[str, bytes | str]:
        fields = {**FIELDS, **{name.replace("_", "-"): value for name, value in changes.items()}}
        models = declared(fields)["debian/models"]
        return {"train.py": "import numpy\n", "debian/models": models, "debian/control": CONTROL}

    yield Flagged(
        "a shared path",
        files(),
        (Hint("build/net.onnx in example", Pointer("debian/models", 13)),),
    )
    yield Clean("a path for each architecture", files(Installed_Files="example: usr/lib/*/net.onnx"))
    yield Clean("the same everywhere", files(Reproducibility="bit-by-bit"))


def check(case: Case) -> Iterator[Hint]:
    same = {one["Package"] for one in case.package.control.binaries if one.get("Multi-Arch", "") == "same"}
    for model in case.trained:
        stanza = model.stanza
        if stanza is None or model.found or stanza.reproducibility is Reproducibility.BIT_BY_BIT:
            continue
        for placed in stanza.installed_files:
            if placed.package in same and not any(part in placed.path.text for part in APART):
                yield model.hint(f"in {placed.package}", Pointer("debian/models", placed.line))
