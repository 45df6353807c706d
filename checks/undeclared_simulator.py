"""A network that learned by playing is declared without the program that it played with.

Networks of this format are trained on games that they play against themselves: the program that knows the
rules and plays is to them what a data set is to others. Describe it in a ``Simulator`` stanza and name that
in ``Training-Data``, beside the games if they are kept.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.samples import declared

TAG = Tag(Visibility.INFO, see_also=("ml-policy free-model", "debian-models(5)"))

SELF_PLAY = ("katago", "lc0", "leela-zero")


def examples() -> Iterator[Example]:
    files = {**declared({"Files": "net.pb"}), "net.pb": sample("lc0.pb")}
    yield Flagged("games alone", files, (Hint("net.pb lc0", Pointer("debian/models", 7)),))
    played = str(files["debian/models"]).replace("Dataset: digits", "Simulator: digits")
    yield Clean("a simulator", {**files, "debian/models": played})
    yield Clean("a network that looks at pictures", declared())


def check(case: Case) -> Iterator[Hint]:
    simulators = {one.name for one in case.declaration.simulators} if case.declaration else set()
    for model in case.trained:
        if not model.found or model.found.format not in SELF_PLAY:
            continue
        if model.stanza and model.stanza.training_data and not simulators & {*model.stanza.training_data}:
            yield model.hint(model.found.format, model.field("Training-Data"))
