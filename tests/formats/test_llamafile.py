"""Executables that are archives with networks are models; other executables and archives are none."""

import io
import zipfile
from collections.abc import Mapping

import pytest

from lintian_ml.blob import Blob
from lintian_ml.detection import Examiner, FoundModel
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import gguf
from lintian_ml.formats import llamafile as ours
from lintian_ml.model import Certainty, Nature
from lintian_ml.package import package_from_files
from lintian_ml.samples import sample
from tests.formats import trials

PROGRAM = b"MZqFpD='\n\n" + bytes(4086) + b'\'\nexec ./ape "$0" "$@"\n' + bytes(range(256)) * 40
GGUF, WHISPER = sample("linear.gguf"), sample("ggml_whisper.bin")


def archive(members: Mapping[str, bytes], program: bytes = PROGRAM) -> bytes:
    """Return a program with an archive behind it, as zipalign appends one."""
    out = io.BytesIO(program)
    with zipfile.ZipFile(out, "a") as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return out.getvalue()


ONE = archive({"linear.gguf": GGUF, ".args": b"-m\nlinear.gguf\n"})


def found(path: str, data: bytes) -> tuple[FoundModel, ...]:
    return tuple(package_from_files({path: data}, Examiner()).models)


def test_the_network_in_an_executable_is_read() -> None:
    model = trials.reads_whole(ours, ONE)
    assert model.metadata[".args"] == "-m\nlinear.gguf\n"
    assert set(trials.named(model)) and all(": " not in name for name in trials.named(model))
    alone = trials.named(gguf.read(Blob(GGUF)))
    assert {name: trials.payload(tensor) for name, tensor in trials.named(model).items()} == {
        name: trials.payload(tensor) for name, tensor in alone.items()
    }


def test_several_networks_keep_the_names_of_their_files() -> None:
    model = ours.read(Blob(archive({"a.gguf": GGUF, "b.bin": WHISPER})))
    assert {name.partition(": ")[0] for name in trials.named(model)} == {"a.gguf", "b.bin"}


@pytest.mark.parametrize("mark", ours.PORTABLE)
def test_every_kind_of_portable_executable_is_looked_into(mark: bytes) -> None:
    (model,) = found("bin/tool", archive({"net": GGUF}, mark + PROGRAM[8:]))
    assert (model.format, model.certainty, model.nature) == ("llamafile", Certainty.CERTAIN, Nature.TRAINED)


def test_a_program_of_one_system_is_told_by_its_name() -> None:
    native = archive({"net": GGUF}, b"\x7fELF" + PROGRAM[4:])
    assert [model.format for model in found("bin/net.llamafile", native)] == ["llamafile"]
    assert found("bin/tool", native) == ()


def test_an_executable_without_a_network_is_no_model() -> None:
    assert found("bin/tool", archive({"index.html": b"<html></html>" * 20})) == ()
    assert found("bin/tool", PROGRAM) == ()
    with pytest.raises(FormatError, match="no network"):
        ours.read(Blob(archive({"index.html": b"<html></html>" * 20})))


def test_one_that_is_cut_off_is_told() -> None:
    package = package_from_files({"net.llamafile": ONE[:-40]}, Examiner())
    assert any("begins as llamafile" in note.reason for note in package.not_examined)
    for end in range(0, len(ONE), 997):
        with pytest.raises((FormatError, LimitError)):
            ours.read(Blob(ONE[:end]))


@pytest.mark.parametrize("start", [b"MZ\x90\0", b"jar = 1\n", b"APE = 1\n", b"\x7fELF", b"PK\3\4"])
def test_other_executables_and_texts_are_none(start: bytes) -> None:
    assert trials.recognised(ours, start + bytes(200)) is None


def test_a_damaged_network_is_no_crash() -> None:
    trials.survives_damage(ours, ONE, 200)
