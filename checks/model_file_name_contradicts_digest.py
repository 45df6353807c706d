"""The name of a network has a digest in it, and the file has another one.

Networks for chess engines are named after the first twelve hexadecimal digits of their SHA-256. This one was
changed or cut off since it got its name, or is not the one that it is taken for. Fetch it again from where
upstream has it. The note has the digest of the file.
"""

import re
from collections.abc import Iterator
from hashlib import sha256

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Tag, Visibility, sample

TAG = Tag(Visibility.WARNING, see_also=("https://official-stockfish.github.io/docs/nnue-pytorch-wiki/",))

NAME = re.compile(r"(?:.*/)?nn-([0-9a-f]{12})\.nnue")


def examples() -> Iterator[Example]:
    net = sample("tiny.nnue")
    digest = sha256(net).hexdigest()[:12]
    wrong = digest[::-1]
    yield Flagged("another network's name", {f"nn-{wrong}.nnue": net}, (Hint(f"nn-{wrong}.nnue ({digest})"),))
    yield Clean("its own name", {f"src/nn-{digest}.nnue": net})
    yield Clean("no digest", {"net.nnue": net})


def check(case: Case) -> Iterator[Hint]:
    for model in case.models:
        named = NAME.fullmatch(model.path)
        if model.found and named and not model.found.sha256.startswith(named[1]):
            yield model.hint(f"({model.found.sha256[:12]})")
