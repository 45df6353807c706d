"""Machines, boosted trees, PMML and OpenVINO are read to the last byte; look-alikes are not; damage ends in a
sentence.
"""

import json
import random
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lintian_ml.blob import Blob
from lintian_ml.container.limits import Limits
from lintian_ml.error import FormatError, LimitError
from lintian_ml.formats import (
    Evidence,
    Glimpse,
    catboost,
    libsvm,
    libvmaf,
    lightgbm,
    openvino,
    pmml,
    xgboost,
)
from lintian_ml.recognition import candidates, read_as
from lintian_ml.samples import sample

FORMATS: dict[str, ModuleType] = {
    "three_classes.svm": libsvm,
    "two_classes.liblinear": libsvm,
    "quality_vmaf.json": libvmaf,
    "boosted_lightgbm.txt": lightgbm,
    "boosted_xgboost.json": xgboost,
    "boosted_xgboost.ubj": xgboost,
    "boosted_catboost.cbm": catboost,
    "perceptron.xml": openvino,
    "regression.pmml": pmml,
}
MODULES = sorted(set(FORMATS.values()), key=lambda module: module.__name__)

LOOK_ALIKES: dict[str, bytes] = {
    "an empty file": b"",
    "a data set of libsvm": b"+1 1:0.7 3:1 \n-1 2:0.5 3:-1 \n" * 50,
    "prose that begins with svm_type": b"svm_type c_svc is the default.\nkernel_type rbf is too.\n" * 9,
    "settings with svm_type": b"svm_type = c_svc\nkernel_type = rbf\nnr_class = 2\n",
    "a machine's header without classes": b"svm_type c_svc\nkernel_type rbf\ngamma 0.5\nSV\n",
    "prose that begins with solver_type": b"solver_type L2R_LR\nis the name of a solver\n",
    "the listing of a tree": b"tree\n|-- a\n`-- b\n\n0 directories, 2 files\n",
    "an object of git": b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor A 0\n\nversion=v4",
    "settings of a tree": b"tree\nversion=v4\ndepth=3\n",
    "a course in JSON": b'{"learner": {"name": "A. Author", "age": 7}, "version": [1, 0, 0]}',
    "a learner that is a list": b'{"learner": [{"feature_names": []}]}',
    "a schema": b'{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"learner": {}}}',
    "a package in JSON": b'{"name": "model_dict", "version": "1.0", "model_dict": {"model": "resnet"}}',
    "a lock file": b'{"lockfileVersion": 3, "packages": {"": {"dependencies": {"svm_type ": "1"}}}}',
    "another UBJSON": b"{L\0\0\0\0\0\0\0\x07teacher{L\0\0\0\0\0\0\0\x01aSL\0\0\0\0\0\0\0\x01b}}",
    "a web page": b"<!DOCTYPE html>\n<html><body><PMML xmlns='http://www.dmg.org/PMML-4_4'/></body></html>",
    "the schema of PMML": (
        b'<?xml version="1.0"?>\n<xs:schema xmlns="http://www.dmg.org/PMML-4_4" '
        b'xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="PMML"/></xs:schema>'
    ),
    "PMML of nobody": b'<?xml version="1.0"?><PMML version="4.4"><Header/></PMML>',
    "a Petri net": b'<pnml><net id="n1" name="n" version="1"><place id="p"/></net></pnml>',
    "a net of places": b'<?xml version="1.0"?><net name="n" version="1"><place id="p"/></net>',
    "a road network": b'<net version="1.9" name="town"><location netOffset="0,0"/><edge id="a"/></net>',
    "a map with layers": b'<map version="1"><layers><layer id="0" name="ground" type="a"/></layers></map>',
    "layers without a version": b'<net name="n"><layers><layer id="0" name="a" type="b"/></layers></net>',
    "a chart": b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>",
    "a magic of CatBoost in prose": b"CBM1 is a tram in Brussels, and this is a text about it.",
    "a magic of CatBoost and zeros": b"CBM1" + bytes(60),
    "a table": b"a,b,c\n1,2,3\n" * 40,
    "a translation": b'msgid ""\nmsgstr ""\n"Language: de\\n"\n',
}


def glimpse(data: bytes, name: str = "file") -> Glimpse:
    return Glimpse(name, len(data), data[: 1 << 16], data[-(1 << 16) :])


def recognised(module: ModuleType, data: bytes) -> Evidence | None:
    evidence: Evidence | None = module.recognise(glimpse(data))
    return evidence


class Beside(Blob):
    """A sample whose siblings are the other samples."""

    def sibling(self, name: str) -> Blob | None:
        return Blob(sample(name), name)


@pytest.mark.parametrize("name", FORMATS)
def test_a_sample_is_recognised_by_its_own_format_alone(name: str) -> None:
    assert [module for module in MODULES if recognised(module, sample(name))] == [FORMATS[name]]


@pytest.mark.parametrize("name", FORMATS)
def test_among_all_formats_a_sample_is_certainly_of_its_own(name: str) -> None:
    blob = Blob(sample(name), name)
    readings = [read_as(module, evidence, blob) for module, evidence in candidates(blob, Limits())]
    assert [(reading.format, reading.certainty.value) for reading in readings] == [
        (FORMATS[name].FORMAT.name, "certain")
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_a_sample_is_read_whole(name: str) -> None:
    model = FORMATS[name].read(Beside(sample(name), name))
    assert model.complete
    assert model.tensors
    assert model.parameter_count > 0
    assert not model.residue
    for tensor in model.tensors:
        assert sum(map(len, tensor.payload.blocks())) == tensor.payload.length == tensor.expected_length
    assert len({tensor.name for tensor in model.tensors}) == len(model.tensors)
    json.dumps(model.structure, allow_nan=False)


@pytest.mark.parametrize("what", LOOK_ALIKES)
def test_look_alikes_are_no_models(what: str) -> None:
    assert not [module for module in MODULES if recognised(module, LOOK_ALIKES[what])]


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_is_cut_off_is_refused(name: str) -> None:
    data = sample(name).rstrip()
    end_of_trees = data.find(b"end of trees")
    for end in range(0, len(data) - 4, max(1, len(data) // 97)):
        recognised(FORMATS[name], data[:end])
        if 0 < end_of_trees + 12 <= end:
            break
        with pytest.raises(FormatError):
            FORMATS[name].read(Blob(data[:end], name))


@pytest.mark.parametrize("name", FORMATS)
@given(st.data())
@settings(max_examples=60, deadline=None)
def test_damage_ends_in_a_sentence(name: str, draw: st.DataObject) -> None:
    data = bytearray(sample(name))
    for _ in range(draw.draw(st.integers(1, 4))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    is_sound(name, bytes(data))


@pytest.mark.parametrize("name", FORMATS)
def test_much_random_damage_ends_in_a_sentence(name: str) -> None:
    generator = random.Random(7)
    for _ in range(150):
        data = bytearray(sample(name))
        for _ in range(generator.randint(1, 6)):
            at = generator.randrange(len(data))
            change = generator.choice(
                (b"", b"9" * 30, b"\0", b"\xff\xff\xff\xff", b"-", b"nan", b"_1", b"\n")
            )
            data[at : at + generator.randint(0, 4)] = change
        is_sound(name, bytes(data))


def is_sound(name: str, data: bytes) -> None:
    """Read damaged data: what can be read must be whole, anything else a sentence."""
    recognised(FORMATS[name], data)
    try:
        model = FORMATS[name].read(Beside(data, name))
    except (FormatError, LimitError):
        return
    json.dumps(model.structure, allow_nan=False)
    for tensor in model.tensors:
        assert sum(map(len, tensor.payload.blocks())) == tensor.payload.length == tensor.expected_length


NUMBERS = {
    "three_classes.svm": (b"1:-1.263", b"1:-1.264"),
    "two_classes.liblinear": (b"-1.86", b"-1.87"),
    "quality_vmaf.json": (b"rho ", b"rho 1"),
    "boosted_lightgbm.txt": (b"shrinkage=0.1", b"shrinkage=0.2"),
    "boosted_xgboost.json": (b"-1.73E-1", b"-1.74E-1"),
    "regression.pmml": (b'"7.1"', b'"7.2"'),
}
"""A number in each text, and another of the same length."""


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_changes_one_tensor_and_nothing_else(name: str) -> None:
    first, second = (
        FORMATS[name].read(Blob(data, name))
        for data in (sample(name), sample(name).replace(*NUMBERS[name], 1))
    )
    assert first.structure == second.structure
    payloads = [[b"".join(tensor.payload.blocks()) for tensor in model.tensors] for model in (first, second)]
    assert sum(one != other for one, other in zip(*payloads, strict=True)) == 1
