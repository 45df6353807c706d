"""Models of video quality: single ones and collections."""

import json

import pytest

from lintian_ml.blob import Blob
from lintian_ml.error import FormatError
from lintian_ml.formats import Glimpse, libvmaf
from lintian_ml.samples import sample

DATA = sample("quality_vmaf.json")


def test_the_machine_is_taken_out_of_its_text() -> None:
    model = libvmaf.read(Blob(DATA))
    assert [tensor.name for tensor in model.tensors] == [
        "rho",
        "SV.start",
        "sv_coef",
        "SV.index",
        "SV.value",
    ]
    assert isinstance(model.structure, dict)
    assert model.structure["machine"]["svm_type"] == "nu_svr"
    assert model.structure["model_dict"]["model_type"] == "LIBSVMNUSVR"
    assert "model" not in model.structure["model_dict"]


def test_a_collection_has_the_tensors_of_each_model() -> None:
    collection = json.dumps({"0": json.loads(DATA), "1": json.loads(DATA)}).encode()
    assert libvmaf.recognise(Glimpse("a.json", len(collection), collection))
    model = libvmaf.read(Blob(collection))
    assert {tensor.name for tensor in model.tensors} >= {"0.rho", "1.rho", "1.SV.value"}
    assert model.parameter_count == 2 * libvmaf.read(Blob(DATA)).parameter_count


@pytest.mark.parametrize("document", [b"{}", b"[]", b'{"model_dict": {"model": 1}}', b'{"model_dict": []}'])
def test_documents_without_a_machine_are_refused(document: bytes) -> None:
    with pytest.raises(FormatError):
        libvmaf.read(Blob(document))
