"""A file is recognised in one way, whoever asks."""

import io
import re
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

from lintian_ml import discover
from lintian_ml.blob import Blob
from lintian_ml.container.limits import Limits
from lintian_ml.detection import Examiner
from lintian_ml.equality import Verdict, compare_files
from lintian_ml.error import FormatError
from lintian_ml.formats import (
    Evidence,
    Format,
    FormatModule,
    Glimpse,
    Kind,
    formats,
    is_text,
    pytorch_legacy,
    safetensors,
)
from lintian_ml.model import Certainty
from lintian_ml.recognition import (
    Reading,
    candidates,
    certainty,
    glimpse,
    read_as,
    recognise,
    strongest,
)
from lintian_ml.samples import sample

SAMPLES = (
    "linear.onnx",
    "linear.npz",
    "linear_legacy.pt",
    "keras_v3.keras",
    "plain.h5",
    "cascade.xml",
    "weights.c",
)


def both_cascade_and_svm() -> bytes:
    """Return an OpenCV storage that holds two models of different formats side by side."""
    svm = sample("opencv_svm.xml").replace(b"</opencv_storage>", b"")
    cascade = sample("cascade.xml")
    return svm + cascade[cascade.index(b"<cascade>") :]


def readings(data: bytes, name: str = "unnamed") -> list[Reading]:
    blob = Blob(data, name)
    return [read_as(module, evidence, blob) for module, evidence in candidates(blob, Limits())]


def examined(data: bytes, name: str = "unnamed") -> Examiner:
    examiner = Examiner()
    examiner.examine(name, len(data), io.BytesIO(data))
    return examiner


def told(*kinds: Kind, carrier: bool = False) -> Evidence:
    return Evidence.of(dict.fromkeys(kinds, "so it is"), carrier=carrier)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_at_hand_is_recognised_as_one_that_streams_past(name: str) -> None:
    best, *rivals = strongest(readings(sample(name), name))
    (model,) = examined(sample(name), name).models
    assert not rivals
    assert (model.format, model.certainty) == (best.format, best.certainty)


def test_structure_and_magic_are_certain_but_not_of_a_carrier() -> None:
    assert certainty(told(Kind.STRUCTURE, Kind.MAGIC)) is Certainty.CERTAIN
    assert certainty(told(Kind.STRUCTURE, Kind.MAGIC, carrier=True)) is Certainty.POSSIBLE
    assert certainty(told(Kind.STRUCTURE, Kind.NAME, carrier=True)) is Certainty.PROBABLE


@pytest.mark.parametrize(
    ("head", "expected"),
    [(b"plain\r\n\tlines\f", True), ("Größe".encode("latin-1"), True), (b"a\0b", False), (b"\x01", False)],
)
def test_text_has_no_control_codes_but_white_space(head: bytes, expected: bool) -> None:
    assert is_text(head) is expected


def test_what_reads_well_gains_structure_and_semantics() -> None:
    reading = read_as(safetensors, told(Kind.NAME), Blob(sample("linear.safetensors")))
    assert reading.model
    assert reading.evidence.kinds == {Kind.NAME, Kind.STRUCTURE, Kind.SEMANTICS}


def test_what_cannot_be_read_loses_its_structure_and_says_why() -> None:
    reading = read_as(safetensors, told(Kind.STRUCTURE, Kind.NAME), Blob(bytes(9)))
    assert reading.model is None
    assert reading.trouble
    assert reading.evidence.kinds == {Kind.NAME}


def test_certainty_outweighs_the_number_of_kinds() -> None:
    sure = Reading("sure", told(Kind.STRUCTURE, Kind.MAGIC))
    many = Reading("many", told(Kind.MAGIC, Kind.NAME, Kind.CONTEXT))
    assert strongest([many, sure]) == (sure,)
    assert strongest([]) == ()


def test_all_that_tie_are_the_strongest_in_their_order() -> None:
    first, second = (Reading(name, told(Kind.STRUCTURE, Kind.MAGIC)) for name in ("first", "second"))
    weak = Reading("weak", told(Kind.MAGIC))
    assert strongest([first, weak, second]) == (first, second)


def test_a_zip_is_held_to_the_formats_of_zips_alone() -> None:
    seen = glimpse(Blob(sample("linear.npz")), Limits())
    assert seen.members
    assert [module.FORMAT.name for module, _ in recognise(seen, "zip")] == ["npz"]
    assert recognise(seen, "file") == []


def test_a_zip_without_its_directory_is_refused() -> None:
    with pytest.raises(FormatError):
        candidates(Blob(sample("linear.npz")[:200]), Limits())


def test_a_zip_of_something_else_is_of_no_format() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("README", "no model")
    assert candidates(Blob(archive.getvalue()), Limits()) == []


def test_a_file_that_reads_as_two_formats_is_both() -> None:
    assert [one.format for one in strongest(readings(both_cascade_and_svm()))] == [
        "opencv-cascade",
        "opencv-ml",
    ]


def test_detection_remarks_on_the_other_format() -> None:
    (model,) = examined(both_cascade_and_svm()).models
    assert (model.format, model.remarks) == ("opencv-cascade", ("reads as opencv-ml too",))


def test_comparison_does_not_decide_between_formats(tmp_path: Path) -> None:
    first, second = tmp_path / "first.xml", tmp_path / "second.xml"
    first.write_bytes(both_cascade_and_svm())
    second.write_bytes(both_cascade_and_svm() + b"\n")
    comparison = compare_files(first, second, "scaled(1e-6)")
    assert comparison.verdict is Verdict.NOT_DECIDED
    assert comparison.reason == f"{first}: it may be any of opencv-cascade, opencv-ml"


def test_a_broken_model_is_not_compared_as_the_pickle_that_carries_it(tmp_path: Path) -> None:
    whole = sample("linear_legacy.pt")
    first, second = tmp_path / "first.pt", tmp_path / "second.pt"
    first.write_bytes(whole[:-8])
    second.write_bytes(whole)
    comparison = compare_files(first, second, "scaled(1e-6)")
    assert comparison.verdict is Verdict.NOT_DECIDED
    assert pytorch_legacy.FORMAT.name in comparison.reason


SAMPLE_FILES = {
    entry.name: entry.read_bytes() for entry in files("lintian_ml.samples").iterdir() if entry.is_file()
}


def recognises(module: FormatModule, name: str, data: bytes) -> bool:
    return module.recognise(Glimpse(name, len(data), data, data)) is not None


@pytest.mark.parametrize("module", formats(), ids=lambda module: module.FORMAT.name)
def test_a_format_recognises_no_file_that_its_declaration_rules_out(module: FormatModule) -> None:
    declared = module.FORMAT
    for name, data in SAMPLE_FILES.items() if declared.within == "file" else ():
        if not recognises(module, name, data):
            continue
        for first in set(range(256)) - set(declared.firsts):
            assert not recognises(module, name, bytes([first]) + data[1:]), first
        for at in range(declared.at, declared.at + len(declared.mark)):
            assert not recognises(module, name, data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]), at


def test_no_declaration_rules_out_a_sample_of_its_format() -> None:
    for name, data in SAMPLE_FILES.items():
        for module in formats() if data else ():
            if module.FORMAT.within == "file" and recognises(module, name, data):
                told = module.FORMAT
                assert data[0] in told.firsts, (name, told.name)
                assert data.startswith(told.mark, told.at), (name, told.name)
                assert re.match(told.like, data), (name, told.name)
                assert told.text or not is_text(data), (name, told.name)


def test_every_format_is_known_by_literals_before_its_module_is_imported() -> None:
    for name, module in zip(discover.names("lintian_ml.formats"), formats(), strict=True):
        told = discover.declared(name, "FORMAT")
        assert told is not None, f"{name}: FORMAT has an argument that is no literal"
        assert Format(*told[0], **told[1]) == module.FORMAT  # type: ignore[arg-type]
