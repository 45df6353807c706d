"""What is read in training programs: what works against equal bits, and which imports nothing provides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lintian_ml.facts.breakers import breakers
from lintian_ml.facts.imports import packages, unprovided
from lintian_ml.suite import Suite
from lintian_ml.verification.pairing import matched
from lintian_ml.verification.sides import Held

SEED, THREADS, CLOCK = (
    "draws random numbers without a seed",
    "computes in several threads or processes",
    "reads the clock",
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import random\nrandom.shuffle(x)\n", {SEED}),
        ("import random\nrandom.seed(1)\nrandom.shuffle(x)\n", set()),
        ("from random import shuffle\nshuffle(x)\n", {SEED}),
        ("import numpy as np\nnp.random.rand(3)\n", {SEED}),
        ("import numpy\nnumpy.random.default_rng().random(3)\n", {SEED}),
        ("import numpy\nrng = numpy.random.default_rng(3)\nrng.random(3)\n", set()),
        ("from numpy.random import default_rng\nrng = default_rng(seed=3)\n", set()),
        ("import torch\nnet = torch.nn.Linear(2, 3)\n", {SEED}),
        ("import torch\ntorch.manual_seed(7)\nnet = torch.nn.Linear(2, 3)\n", set()),
        ("from torch import nn\nnet = nn.Linear(2, 3)\n", {SEED}),
        ("import tensorflow as tf\ntf.keras.utils.set_random_seed(1)\ntf.keras.Sequential()\n", set()),
        ("from sklearn.svm import SVC\nSVC(random_state=1).fit(x)\n", set()),
        ("from sklearn.ensemble import X\nX(n_jobs=-1)\n", {THREADS}),
        ("X(n_jobs=1, num_workers=0)\n", set()),
        ("X(num_workers=4)\n", {THREADS}),
        ("from multiprocessing import Pool\nPool()\n", {THREADS}),
        ("import time\nname = time.time()\n", {CLOCK}),
        ("from datetime import datetime\nmeta = str(datetime.now())\n", {CLOCK}),
        ("import numpy\nprint(numpy.dot(a, b))\n", set()),
        ("not python at all: {", set()),
        ("", set()),
    ],
)
def test_what_works_against_equal_bits(text: str, found: set[str]) -> None:
    assert {what for what, _ in breakers(text)} == found


@given(st.text(max_size=400))
def test_any_text_is_read_without_harm(text: str) -> None:
    list(breakers(text))
    list(unprovided(text, (), Suite.of("none", {})))


SUITE = Suite.of("example", {"python3-numpy": "main", "python3-sklearn": "main", "python3-yaml": "main"})


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("import numpy.linalg, os, sys\n", []),
        ("import sklearn.svm\nimport yaml\n", []),
        ("import tensorflow as tf\n", ["tensorflow"]),
        ("from tensorflow.keras import layers\nimport tensorflow\n", ["tensorflow"]),
        ("from . import layers\nfrom .data import load\n", []),
        ("import layers\n", []),
        ("import package.layers\n", []),
        ("try:\n    import cupy\nexcept ImportError:\n    cupy = None\n", []),
        ("def train():\n    import cupy\n", ["cupy"]),
        ("import __future__, __main__\n", []),
        ("import urllib2\n", ["urllib2"]),
    ],
)
def test_imports_that_no_package_provides(text: str, missing: list[str]) -> None:
    own = ("train.py", "layers.py", "package/__init__.py")
    assert [module for module, _ in unprovided(text, own, SUITE)] == missing


def test_the_table_names_packages_as_debian_does() -> None:
    assert all(name == name.lower() and " " not in name for names in packages().values() for name in names)
    assert packages()["PIL"] == ("python3-pil",)


HELD = st.builds(
    Held,
    st.sampled_from(["a", "b", ""]),
    st.sampled_from(["usr/x", "usr/y", "lib/x"]),
    st.just(None),
)


@given(st.lists(HELD, max_size=8), st.lists(HELD, max_size=8))
def test_each_file_has_one_counterpart_or_none(left: list[Held], right: list[Held]) -> None:
    pairs = list(matched(left, right, lambda held: held.path[:3]))
    firsts, seconds = (
        ([one for one in side if one] for side in zip(*pairs, strict=True)) if pairs else ([], [])
    )
    assert sorted(map(str, firsts)) == sorted(map(str, left))
    assert sorted(map(str, seconds)) == sorted(map(str, right))
