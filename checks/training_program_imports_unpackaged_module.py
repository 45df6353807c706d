"""A training program imports a module that no package of the suite provides.

Nobody can run it on a Debian system without fetching software from elsewhere, so the model cannot be trained
again there. Package the module, port the program, or say ``incomplete`` behind its path in
``Training-Program`` and ``needs-nonfree`` in ``Training-Restrictions`` if need be. Only ``--suite-index``
tells what there is; which package provides a module is mostly guessed from its name.
"""

from collections.abc import Iterator

from lintian_ml.check import Case, Clean, Example, Flagged, Hint, Pointer, Tag, Visibility
from lintian_ml.facts.imports import unprovided
from lintian_ml.facts.program import texts_of_program
from lintian_ml.samples import trained

TAG = Tag(Visibility.INFO, see_also=("ml-policy free-model", "debian-policy 2.2.1"), experimental=True)


def examples() -> Iterator[Example]:
    suite = {"python3-numpy": "main", "python3-yaml": "main"}
    program = "import os\nimport numpy as np\nimport yaml\n"
    yield Flagged(
        "a framework that is not in the suite",
        trained() | {"train.py": f"{program}import tensorflow.keras\n"},
        (Hint("tensorflow", Pointer("train.py", 4)),),
        suite,
    )
    helper = {"train.py": f"{program}import layers\n", "layers.py": "import numpy\n"}
    yield Clean("packages and a module of its own", trained() | helper, suite)
    fallback = "try:\n    import cupy\nexcept ImportError:\n    import numpy as cupy\n"
    yield Clean("a module that it can do without", trained() | {"train.py": fallback}, suite)
    yield Clean("no index at hand", trained() | {"train.py": "import tensorflow\n"})


def check(case: Case) -> Iterator[Hint]:
    told: set[Hint] = set()
    for model in case.trained if case.suite else ():
        for path, text in texts_of_program(model.stanza, case.package).items() if model.stanza else ():
            assert case.suite
            missing = unprovided(text, case.package.files, case.suite)
            told.update(Hint(module, Pointer(path, line)) for module, line in missing)
    yield from told
