"""Serialized Java objects of learning libraries are walked for their arrays; nothing is ever made of them."""

import struct

import pytest

from lintian_ml.blob import Blob
from lintian_ml.encoding import java_stream
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Kind
from lintian_ml.formats import java_model as ours
from lintian_ml.samples import sample
from tests.formats import trials

WEKA = sample("weka.model")
OWN = b"\x00\x1fweka.classifiers.functions.Tiny"


def named(name: str) -> bytes:
    """Return the sample with its class called otherwise."""
    return WEKA.replace(OWN, struct.pack(">H", len(name)) + name.encode("ascii"))


def test_arrays_are_tensors_by_class_and_field() -> None:
    model = trials.reads_whole(ours, WEKA)
    tiny = "weka.classifiers.functions.Tiny"
    found = {name: struct.unpack(f">{tensor.elements}{CODES[tensor.dtype]}", trials.payload(tensor))
             for name, tensor in trials.named(model).items()}  # fmt: skip
    assert found == {
        "weka.classifiers.functions.Named.flags": (True, False),
        f"{tiny}.coefficients": (0.5, -1.5),
        f"{tiny}.layers": (1.5, 2.5),
        f"{tiny}.layers#2": (3.5,),
        "java.util.ArrayList": (7,),
        "java.util.HashMap": (1, 2, 3),
    }
    assert all(tensor.big_endian for tensor in model.tensors)


CODES = {"bool": "?", "float64": "d", "float32": "f", "int64": "q", "int32": "i"}


def test_the_classes_are_structure_and_all_else_is_in_the_digest() -> None:
    model = ours.read(Blob(WEKA))
    other = ours.read(Blob(WEKA.replace(b"words", b"Words")))
    assert isinstance(model.structure, dict)
    assert model.structure["class"] == "weka.classifiers.functions.Tiny"
    assert "java.util.HashMap" in model.structure["classes"]
    assert model.structure != other.structure
    assert model.complete


def test_it_is_recognised_by_the_first_class() -> None:
    evidence = trials.recognised(ours, WEKA)
    assert evidence is not None
    assert evidence.kinds == {Kind.MAGIC, Kind.STRUCTURE, Kind.SEMANTICS}


@pytest.mark.parametrize(
    "name",
    ["weka.core.Instances", "java.util.ArrayList", "cc.mallet.types.Alphabet", "edu.stanford.nlp.util.Index"],
)
def test_other_java_objects_are_not_models(name: str) -> None:
    assert trials.recognised(ours, named(name)) is None
    with pytest.raises(FormatError):
        ours.read(Blob(named(name)))


@pytest.mark.parametrize(
    "name", ["cc.mallet.classify.MaxEnt", "libsvm.svm_model", "org.maltparser.ml.lib.MaltLibModel"]
)
def test_classifiers_of_other_libraries_are(name: str) -> None:
    assert trials.recognised(ours, named(name))


def test_a_second_object_may_follow_as_weka_writes_the_header_of_its_data() -> None:
    followed = WEKA + b"t\x00\x04data" + b"\x70"
    assert len(ours.read(Blob(followed)).tensors) == len(ours.read(Blob(WEKA)).tensors)


def test_no_depth_of_objects_is_recursion(monkeypatch: pytest.MonkeyPatch) -> None:
    link = (
        b"sr\x00\x10libsvm.svm_model" + bytes(8) + b"\x02\x00\x01L\x00\x04nextt\x00\x12Ljava/lang/Object;xp"
    )
    again = b"sq\x00\x7e\x00\x00"
    deep = b"\xac\xed\x00\x05" + link + again * 30_000 + b"p"
    assert ours.read(Blob(deep)).tensors == ()
    monkeypatch.setattr(java_stream, "DEEPEST", 1000)
    with pytest.raises(LimitError):
        ours.read(Blob(deep))


def test_a_class_that_extends_itself_is_refused() -> None:
    circle = b"sr\x00\x10libsvm.svm_model" + bytes(8) + b"\x02\x00\x00x" + b"q\x00\x7e\x00\x00"
    with pytest.raises(FormatError, match="ancestors"):
        ours.read(Blob(b"\xac\xed\x00\x05" + circle))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\xac\xed\x00\x05", b"\xac\xed\x00\x04"),
        (OWN + bytes(7) + b"\x01\x02", OWN + bytes(7) + b"\x01\x0c"),
        (b"\x00\x00\x00\x02?\xe0", b"\x7f\xff\xff\xff?\xe0"),
        (b"\x00\x00\x00\x02?\xe0", b"\xff\xff\xff\xff?\xe0"),
    ],
)
def test_broken_streams_are_refused(old: bytes, new: bytes) -> None:
    assert old in WEKA
    with pytest.raises((FormatError, LimitError)):
        ours.read(Blob(WEKA.replace(old, new)))


def test_cut_and_damaged_files_end_in_a_sentence() -> None:
    trials.refuses_when_cut(ours, WEKA)
    trials.survives_damage(ours, WEKA)


def test_nothing_else_is_a_model_of_java() -> None:
    trials.knows_no_other(ours, WEKA)
