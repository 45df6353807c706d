"""Everything is accounted for: whatever bit of a file changes, ``same`` is never met, or the format's list
of noise names it.

With LINTIAN_ML_EVERY_BIT in the environment every bit of every sample is flipped, which takes a while.
"""

import io
import os
import re
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lintian_ml.samples
from lintian_ml.blob import Blob
from lintian_ml.container.limits import Limits
from lintian_ml.encoding.compressed import COMPRESSION
from lintian_ml.encoding.plain import told
from lintian_ml.encoding.spelling import ORDER, SPELLING
from lintian_ml.encoding.xml_markup import MARKUP
from lintian_ml.equality import Verdict, compare
from lintian_ml.error import LintianMLError
from lintian_ml.formats import npz
from lintian_ml.model import Model
from lintian_ml.recognition import candidates

SAMPLES = {
    path.name: path.read_bytes()
    for path in sorted(Path(lintian_ml.samples.__path__[0]).iterdir())
    if path.is_file() and path.suffix != ".py"
}
MOST_FLIPS, MOST_BYTES = (1 << 40, 1 << 60) if "LINTIAN_ML_EVERY_BIT" in os.environ else (1000, 2_000_000)
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
        for module in readers(name, data):
            model = module.read(Beside(name, data))
            if model.complete:
                found[name, module.FORMAT.name] = module, model
    return found


def readers(name: str, data: bytes) -> list[ModuleType]:
    """Return the formats that recognise a sample and can read it."""
    found = candidates(Beside(name, data), Limits())
    return [cast(ModuleType, module) for module, _ in found if hasattr(module, "read")]


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


def test_a_format_whose_sample_is_not_accounted_for_is_known_for_it() -> None:
    sampled = {kind for _, kind in complete()}
    read = {module.FORMAT.name for name, data in SAMPLES.items() for module in readers(name, data)}
    assert read - sampled <= NEVER_COMPLETE


NEVER_COMPLETE = {
    *("flite-source", "kenlm", "mnn", "ncnn", "ocdbt", "orbax", "r-data", "tensorflow-saved-model", "torch7"),
}
"""Formats of which the sample has bytes that no part holds, so that no verdict but byte equality is given."""


@pytest.mark.parametrize(("name", "kind"), complete(), ids=lambda value: str(value))
def test_all_noise_is_on_the_list_of_its_format(name: str, kind: str) -> None:
    module, model = complete()[name, kind]
    patterns = getattr(module, "NOISE", ())
    assert all(any(fnmatchcase(key, pattern) for pattern in patterns) for key in model.noise)
    assert model.noise_bits.keys() <= model.noise.keys()


def test_two_containers_of_one_format_agree_on_tensors_and_leave_the_rest_open() -> None:
    first, second = (
        complete()[name, "xgboost"][1] for name in ("boosted_xgboost.json", "boosted_xgboost.ubj")
    )
    found = compare(first, second, "same")
    assert {result.verdict for result in found.tensors} == {Verdict.MET}
    assert found.verdict is Verdict.NOT_DECIDED
    assert "the first is xgboost in JSON, the second xgboost in UBJSON" in found.reason
    assert (first.encoding, second.encoding) == ("JSON", "UBJSON")


def changed(name: str, before: bytes, after: bytes) -> tuple[Model, Model]:
    """Return what a sample is read as, and what it is once a run of its bytes is replaced."""
    data = SAMPLES[name]
    assert before in data
    module = readers(name, data)[0]
    first, second = (module.read(Beside(name, text)) for text in (data, data.replace(before, after, 1)))
    return first, second


@pytest.mark.parametrize(
    ("name", "before", "after", "noise"),
    [
        ("two_classes.liblinear", b"bias ", b"bias  ", SPELLING),
        ("boosted_xgboost.json", b"5E-1", b"5e-01", SPELLING),
        ("boosted_xgboost.json", b'"learner"', b'"\\u006cearner"', ORDER),
        ("regression.pmml", b'field="width"', b"field='width'", MARKUP),
        ("perceptron.xml", b'version="1.0"', b"version='1.0'", MARKUP),
        ("cascade.xml", b"<opencv_storage>", b"<opencv_storage\n>", SPELLING),
    ],
)
def test_a_choice_of_the_writer_is_noise_that_is_counted(
    name: str, before: bytes, after: bytes, noise: str
) -> None:
    first, second = changed(name, before, after)
    found = compare(first, second, "same")
    assert found.verdict is Verdict.MET
    differing = {key for key in first.noise if first.noise[key] != second.noise[key]}
    assert noise in differing
    assert all(second.capacity(key) >= 8 for key in differing)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("perceptron.xml", b"<layers>", b"<?run it?><layers>"),
        ("cascade.xml", b"<opencv_storage>", b"<opencv_storage><?run it?>"),
        ("regression.pmml", b"<Header", b"<?run it?><Header"),
        ("phones.hmmdefs", b"<MEAN>", b"<Mean>"),
        ("sphinx_mdef.txt", b"Generated", b"generated"),
        ("sphinx_mdef", b"BEGIN FILE", b"Begin FILE"),
        ("profile.hmm", b"m->m", b"m->M"),
    ],
)
def test_a_word_that_means_nothing_to_the_format_is_not_lost(name: str, before: bytes, after: bytes) -> None:
    assert compare(*changed(name, before, after), "same").verdict is Verdict.NOT_MET


@pytest.mark.parametrize(("name", "word"), [("ngrams.arpa", b"hello"), ("profile.hmm", b"NAME  tiny")])
def test_letters_that_are_no_utf8_are_told_apart(name: str, word: bytes) -> None:
    module = readers(name, SAMPLES[name])[0]
    odd = [SAMPLES[name].replace(word, word[:-1] + letter) for letter in (b"\xfe", b"\xff")]
    try:
        first, second = (module.read(Beside(name, data)) for data in odd)
    except LintianMLError:
        pytest.skip("they are refused")
    assert compare(first, second, "same").verdict is not Verdict.MET


@given(st.lists(st.binary(max_size=6), min_size=2, max_size=2, unique=True), st.booleans())
def test_no_two_runs_of_bytes_are_told_alike(runs: list[bytes], marked: bool) -> None:
    if marked:
        runs[0] = told(runs[1] + b"\xff").encode()
    if runs[0] != runs[1]:
        assert told(runs[0]) != told(runs[1])


@given(st.text(max_size=20))
def test_a_text_is_told_as_it_is(text: str) -> None:
    assert told(text.encode()) == text or text.startswith("\ufffd Latin-1: ")


def test_an_archive_that_is_compressed_again_is_the_same_but_for_noise() -> None:
    array = np.arange(1000, dtype=np.float32)
    archives = []
    for level in (1, 9):
        held, member = io.BytesIO(), io.BytesIO()
        np.save(member, array)
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
            archive.writestr(zipfile.ZipInfo("a.npy"), member.getvalue(), zipfile.ZIP_DEFLATED, level)
        archives.append(npz.read(Blob(held.getvalue())))
    first, second = archives
    assert compare(first, second, "same").verdict is Verdict.MET
    assert first.noise[COMPRESSION] != second.noise[COMPRESSION]
    assert second.capacity(COMPRESSION) > 1000
