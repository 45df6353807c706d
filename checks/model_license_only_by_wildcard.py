"""The license of a model is stated only by the stanza of ``debian/copyright`` that covers all files.

Weights are often licensed in another way than the program beside them, or not at all. Whether somebody looked
cannot be told from ``Files: *``: give the model a ``Files`` stanza of its own with the license that its
authors gave it, and its source in the stanza's ``Comment``.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample
from lintian_ml.facts import hints_on_folders
from lintian_ml.policy import License
from lintian_ml.samples import copyright_file

TAG = Tag(Visibility.PEDANTIC, see_also=("debian-policy 12.5",))


def examples() -> Iterator[Example]:
    net = sample("linear.onnx")
    yield Flagged(
        "one stanza for everything",
        {"net.onnx": net, "debian/copyright": copyright_file("Expat", "*")},
        (Hint("net.onnx"),),
    )
    yield Clean(
        "a stanza of its own", {"net.onnx": net, "debian/copyright": copyright_file("Expat", "net.onnx")}
    )


def check(case: Case) -> Iterator[Hint]:
    judged = (License.DFSG, License.NOT_DFSG, License.NOT_REDISTRIBUTABLE)
    yield from hints_on_folders(
        model for model in case.trained if model.grant.general and model.facts.license in judged
    )
