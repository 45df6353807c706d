"""PMML: numbers of models, the header as metadata, no entities."""

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import Glimpse, pmml
from lintian_ml.samples import sample

DATA = sample("regression.pmml")


def test_header_models_and_numbers_are_told_apart() -> None:
    model = pmml.read(Blob(DATA))
    assert model.metadata["copyright"] == "2026 A. Author, CC0-1.0"
    assert model.metadata["Timestamp"] == "2026-06-01T12:00:00"
    assert model.metadata["comment"] == "A regression by hand."
    assert {tensor.name: tensor.elements for tensor in model.tensors} == {
        "RegressionTable.intercept": 1,
        "NumericPredictor.coefficient": 1,
        "CategoricalPredictor.coefficient": 2,
        "SimplePredicate.value": 2,
    }
    assert isinstance(model.structure, dict)
    assert [described["type"] for described in model.structure["models"]] == ["RegressionModel", "TreeModel"]
    assert model.structure["fields"] == ["width", "colour", "price"]


def test_names_of_classes_are_parameters_though_no_numbers() -> None:
    model = pmml.read(Blob(DATA))
    assert sum(tensor.elements for tensor in model.tensors) == 6
    assert model.parameter_count == 9


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'score="0"', b'score="1"'), (b'value="red" c', b'value="rot" c'), (b"<True/>", b"<False/>")],
)
def test_what_is_no_number_changes_the_structure(old: bytes, new: bytes) -> None:
    changed = pmml.read(Blob(DATA.replace(old, new, 1)))
    assert changed.structure != pmml.read(Blob(DATA)).structure


def test_the_time_of_writing_changes_metadata_alone() -> None:
    changed = pmml.read(Blob(DATA.replace(b"12:00:00", b"13:00:00")))
    assert changed.structure == pmml.read(Blob(DATA)).structure
    assert changed.metadata != pmml.read(Blob(DATA)).metadata


def test_a_prefix_and_a_mark_of_byte_order_change_nothing() -> None:
    prefixed = DATA.replace(b"</", b"</p:").replace(b"<", b"<p:").replace(b"<p:/p:", b"</p:")
    prefixed = prefixed.replace(b"<p:?", b"<?").replace(b"<p:!", b"<!").replace(b"xmlns=", b"xmlns:p=")
    data = b"\xef\xbb\xbf" + prefixed
    assert pmml.recognise(Glimpse("a.xml", len(data), data))
    assert pmml.read(Blob(data)).structure == pmml.read(Blob(DATA)).structure


def test_numbers_in_arrays_are_a_tensor() -> None:
    array = b'<Array n="3" type="real">0.5 1 -2e3</Array>'
    model = pmml.read(Blob(DATA.replace(b"<True/>", array)))
    assert next(tensor for tensor in model.tensors if tensor.name == "Array").shape == (3,)


@pytest.mark.parametrize(
    "prolog",
    [
        b'<!DOCTYPE PMML [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>',
        b'<!DOCTYPE PMML [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_are_refused(prolog: bytes) -> None:
    with pytest.raises(FormatError, match="declares the entity"):
        pmml.read(Blob(prolog + DATA[DATA.index(b"<PMML") :]))


def test_tags_without_end_are_not_followed() -> None:
    with pytest.raises(LimitError, match="nested"):
        pmml.read(Blob(b'<PMML version="4.4">' + b"<Node>" * 100_000))


def test_another_root_is_refused() -> None:
    with pytest.raises(FormatError, match="the root is"):
        pmml.read(Blob(b"<html><body/></html>"))


def test_a_header_that_goes_on_and_on_is_not_read() -> None:
    header = b"<Header>" + b"<Annotation>a</Annotation>" * 100_000 + b"</Header>"
    with pytest.raises(LimitError, match="too much is told"):
        pmml.read(Blob(b'<PMML version="4.4">' + header + b"</PMML>"))
