"""OpenNLP's archives are read with their manifest and models; other archives with a manifest are not."""

import io
import struct
import zipfile

import pytest

from lintian_ml.blob import Blob
from lintian_ml.container.limits import Limits
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import opennlp as ours
from lintian_ml.model import Certainty
from lintian_ml.recognition import candidates, glimpse, read_as
from lintian_ml.samples import sample
from tests.formats import trials

TOKENIZER = sample("opennlp_token.bin")
with zipfile.ZipFile(io.BytesIO(TOKENIZER)) as _inside:
    MANIFEST, MODEL = _inside.read("manifest.properties"), _inside.read("token.model")


def archive(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as inside:
        for name, data in members.items():
            inside.writestr(name.replace("__", "."), data)
    return file.getvalue()


def test_the_numbers_are_those_at_the_end_of_the_model() -> None:
    model = ours.read(Blob(TOKENIZER))
    (tensor,) = model.tensors
    assert (tensor.name, tensor.dtype, tensor.shape, tensor.big_endian) == ("token", "float64", (4,), True)
    assert trials.payload(tensor) == MODEL[-32:]
    assert model.complete
    assert not model.residue


def test_outcomes_and_patterns_are_structure_and_the_manifest_metadata() -> None:
    model = ours.read(Blob(TOKENIZER))
    assert isinstance(model.structure, dict)
    told = model.structure["token.model"]
    assert (told["kind"], told["outcomes"], told["patterns"]) == ("GIS", ["T", "F"], ["2 0", "1 0 1"])
    assert told["predicates"]["count"] == 3
    assert model.metadata["Training-Iterations"] == "100"
    assert model.metadata["#"].startswith("#Mon Nov 23")


def test_a_manifest_that_its_keys_do_not_tell_is_residue() -> None:
    odd = MANIFEST + b"\n  continued\n"
    assert ours.read(Blob(archive(manifest__properties=odd, token__model=MODEL))).residue == {
        "manifest.properties": odd
    }


def test_other_members_are_structure() -> None:
    data = archive(manifest__properties=MANIFEST, token__model=MODEL, dictionary__xml=b"<dictionary/>")
    model = ours.read(Blob(data))
    assert isinstance(model.structure, dict)
    assert model.structure["dictionary.xml"] == "<dictionary/>"


def test_it_is_certain_once_it_is_read() -> None:
    ((module, evidence),) = candidates(Blob(TOKENIZER), Limits())
    assert module.FORMAT.name == "opennlp"
    assert read_as(module, evidence, Blob(TOKENIZER)).certainty is Certainty.CERTAIN


def test_archives_of_other_members_are_not_recognised() -> None:
    for data in (
        archive(manifest__properties=MANIFEST),
        archive(token__model=MODEL),
        archive(**{"META-INF/MANIFEST.MF": b"", "manifest.properties": MANIFEST, "token.model": MODEL}),
    ):
        assert ours.recognise(glimpse(Blob(data), Limits())) is None


@pytest.mark.parametrize(
    ("manifest", "model"),
    [
        (b"name=a plugin\n", MODEL),
        (MANIFEST, MODEL.replace(b"GIS", b"SIG")),
        (MANIFEST, MODEL[:-1]),
        (MANIFEST, MODEL.replace(b"2 0", b"9 0")),
        (MANIFEST, MODEL.replace(b"2 0", b"2x0")),
        (MANIFEST, MODEL.replace(struct.pack(">i", 2) + b"\0\1T", struct.pack(">i", -2) + b"\0\1T")),
        (MANIFEST, MODEL.replace(struct.pack(">i", 2) + b"\0\1T", struct.pack(">i", 1 << 30) + b"\0\1T")),
        (MANIFEST, b""),
    ],
)
def test_malformed_archives_are_refused(manifest: bytes, model: bytes) -> None:
    with pytest.raises((FormatError, LimitError)):
        ours.read(Blob(archive(manifest__properties=manifest, token__model=model)))


def test_cut_and_damaged_files_end_in_a_sentence() -> None:
    for end in range(0, len(TOKENIZER) - 22, 7):
        with pytest.raises((FormatError, LimitError)):
            ours.read(Blob(TOKENIZER[:end]))
    for at in range(len(TOKENIZER)):
        data = bytearray(TOKENIZER)
        data[at] ^= 0x41
        try:
            model = ours.read(Blob(bytes(data)))
        except (FormatError, LimitError) as error:
            assert str(error)
            continue
        assert all(len(trials.payload(one)) == one.payload.length for one in model.tensors)
