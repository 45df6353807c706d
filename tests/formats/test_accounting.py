"""Everything is accounted for: whatever bit of a file changes, ``same`` is never met, or the format's list
of noise names it.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import numpy as np
import pytest

import lintian_ml.samples
from lintian_ml.blob import Blob
from lintian_ml.container.limits import Limits
from lintian_ml.encoding.spelling import SPELLING
from lintian_ml.equality import Verdict, compare
from lintian_ml.error import LintianMLError
from lintian_ml.formats import formats
from lintian_ml.model import Model
from lintian_ml.recognition import candidates

SAMPLES = {
    path.name: path.read_bytes()
    for path in sorted(Path(lintian_ml.samples.__path__[0]).iterdir())
    if path.is_file() and path.suffix != ".py"
}
MOST_FLIPS, MOST_BYTES = 2000, 4_000_000
"""Bits of one file that are flipped, and bytes that are read for it: all bits of a small file are, of others
every third, fifth, seventh and so on.
"""

NUMBER = re.compile(rb"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[^\s]")


class Beside(Blob):
    """A file with the other samples beside it, of which ``changed`` are other than they are committed."""

    def __init__(self, name: str, data: bytes, **changed: bytes) -> None:
        super().__init__(data, name)
        self._folder = {**SAMPLES, **changed}

    def sibling(self, name: str) -> Blob | None:
        """Return another sample."""
        return Blob(self._folder[name], name) if name in self._folder else None


@cache
def complete() -> dict[tuple[str, str], tuple[ModuleType, Model]]:
    """Return what each sample is read as, where every byte of it is accounted for, by file and format."""
    found = {}
    for name, data in SAMPLES.items():
        for module, _ in candidates(Beside(name, data), Limits()):
            if not hasattr(module, "read"):
                continue
            model = module.read(Beside(name, data))
            if model.complete:
                found[name, module.FORMAT.name] = cast(ModuleType, module), model
    return found


def flipped(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the data with one bit changed, and where that is: each bit in turn, or some of them."""
    step = max(1, 8 * len(data) // min(MOST_FLIPS, MOST_BYTES // len(data))) | 1
    for bit in range(0, 8 * len(data), step):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << (bit % 8)
        yield bit // 8, bytes(changed)


def hidden(module: ModuleType, model: Model, other: Model, before: bytes = b"", after: bytes = b"") -> str:
    """Return how a change stays unseen: an empty string where it is seen, or is noise that is declared."""
    if compare(model, other, "same").verdict is not Verdict.MET:
        return ""
    differing = [
        key for key in model.noise.keys() | other.noise.keys() if model.noise.get(key) != other.noise.get(key)
    ]
    if not differing:
        return "nothing tells of it"
    for key in differing:
        if not any(fnmatchcase(key, pattern) for pattern in getattr(module, "NOISE", ())):
            return f"{key} is not on the format's list of noise"
        if not max(model.capacity(key), other.capacity(key)):
            return f"{key} is said to carry no bits"
    single = any(tensor.dtype == "float32" for tensor in model.tensors)
    if differing == [SPELLING] and not alike(before, after, np.float32 if single else np.float64):
        return "what is called spelling changes a word or a number"
    return ""


def alike(first: bytes, second: bytes, kind: type[np.floating[Any]]) -> bool:
    """Whether two texts are the same words and numbers of a type, told by a reader of no format."""
    words = [[_value(word, kind) for word in NUMBER.findall(text)] for text in (first, second)]
    return words[0] == words[1]


def _value(word: bytes, kind: type[np.floating[Any]]) -> object:
    try:
        return kind(float(word))
    except ValueError:
        return word


@pytest.mark.parametrize(("name", "kind"), complete(), ids=lambda value: str(value))
def test_no_bit_of_a_file_changes_unseen(name: str, kind: str) -> None:
    module, model = complete()[name, kind]
    data = SAMPLES[name]
    for place, changed in flipped(data):
        try:
            other = module.read(Beside(name, changed))
        except LintianMLError:
            continue
        told = hidden(module, model, other, data, changed)
        assert not told, f"byte {place}, {data[place]:#04x} to {changed[place]:#04x}: {told}"


@pytest.mark.parametrize(
    ("name", "kind", "part"),
    [(*key, part) for key, (_, model) in complete().items() for part in model.parts],
    ids=lambda value: str(value),
)
def test_no_bit_of_a_file_beside_changes_unseen(name: str, kind: str, part: str) -> None:
    module, model = complete()[name, kind]
    for place, changed in flipped(SAMPLES[part]):
        try:
            other = module.read(Beside(name, SAMPLES[name], **{part: changed}))
        except LintianMLError:
            continue
        assert not hidden(module, model, other), f"byte {place} of {part}"


def test_every_format_that_accounts_for_every_byte_has_a_sample() -> None:
    sampled = {kind for _, kind in complete()}
    readable = {module.FORMAT.name for module in formats() if hasattr(module, "read")}
    assert readable - sampled == NEVER_COMPLETE


NEVER_COMPLETE = {"hdf5", "kenlm", "keras", "ncnn", "r-data", "torch7"}
"""Formats of which the sample has bytes that no part holds, so that no verdict but byte equality is given."""


@pytest.mark.parametrize(("name", "kind"), complete(), ids=lambda value: str(value))
def test_all_noise_is_on_the_list_of_its_format(name: str, kind: str) -> None:
    module, model = complete()[name, kind]
    patterns = getattr(module, "NOISE", ())
    assert all(any(fnmatchcase(key, pattern) for pattern in patterns) for key in model.noise)
    assert model.noise_bits.keys() <= model.noise.keys()
