"""A model is said to be reproducible, and something works against that.

The note has what: the training program draws random numbers without a seed; or, where equal bits are claimed,
it computes in several threads or processes (sums then depend on who comes first) or reads the clock, or the
file's container records when it was written. Set every seed, compute in one thread, take the time from
``SOURCE_DATE_EPOCH``; or claim less. Programs are read, never run.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility, sample
from lintian_ml.facts.breakers import UNSEEDED, breakers
from lintian_ml.facts.program import texts_of_program
from lintian_ml.policy import Reproducibility
from lintian_ml.samples import trained

TAG = Tag(Visibility.INFO, see_also=("ml-policy reproducibility", "https://reproducible-builds.org/docs/"))

CLAIMS = (Reproducibility.BIT_BY_BIT, Reproducibility.NUMERICAL)

TIMED = ("keras", "skops")
"""Formats whose own writers put the time into the archive."""


def examples() -> Iterator[Example]:
    exact: dict[str, str | None] = {"Reproducibility": "bit-by-bit", "Equality": "identical"}
    bare = "import numpy as np\nweights = np.random.normal(size=9)\n"
    yield Flagged(
        "no seed",
        trained(exact) | {"train.py": bare},
        (Hint("net.safetensors draws random numbers without a seed", Pointer("train.py", 2)),),
    )
    seeded = "import numpy as np\nweights = np.random.default_rng(7).normal(size=9)\n"
    yield Clean("a seed", trained(exact) | {"train.py": seeded})
    clock = {"train.py": "import time\nmade = time.time()\n"}
    yield Clean("no claim to equal bits", trained() | clock)
    yield Clean("proved", trained(exact) | {"train.py": bare}, rebuilt={"net.safetensors": sample(SAMPLE)})


SAMPLE = "linear.safetensors"


def check(case: Case) -> Iterator[Hint]:
    told: set[Hint] = set()
    for model in case.trained:
        found, stanza = model.verification, model.stanza
        if not stanza or stanza.reproducibility not in CLAIMS or (found and found.met and found.counts):
            continue
        exact = stanza.reproducibility is Reproducibility.BIT_BY_BIT
        if found and found.noise:
            yield model.hint(f"({found.noise})")
        elif exact and model.found and model.found.format in TIMED:
            yield model.hint("records when it was written")
        for path, text in texts_of_program(stanza, case.package).items():
            against = ((what, line) for what, line in breakers(text) if exact or what == UNSEEDED)
            told.update(model.hint(what, Pointer(path, line)) for what, line in against)
    yield from told
